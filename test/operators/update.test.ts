import { from } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { actuate } from '../../operators/actuate.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { transitions } from '../../operators/transitions.js'
import { update } from '../../operators/update.js'
import { NotFiniteError } from '../../src/failure.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { SampledAction, TimeStep, Transition } from '../../src/types.js'
import { fakeDriver } from './fakeDriver.js'
import { said } from './resume.js'

/** A learner that reports how much it has been rewarded so far. */
const summing = () => {
  let sum = 0
  const seen: Transition[] = []
  return {
    seen,
    update: (transition: Transition<SampledAction>): { readonly sum: number } => {
      seen.push(transition)
      sum += transition.reward
      return { sum }
    },
  }
}

type Paired = TimeStep & { readonly transition: Transition | null }

const paired = (step: TimeStep): Paired => {
  const { observation, reward, terminated, truncated, previousAction: sampled } = step
  const transition = { observation, reward, terminated, truncated, nextObservation: observation }
  return { ...step, transition: sampled === null ? null : { ...transition, sampled } }
}

describe('suite', () => {
  const suite = operatorSuite<Paired>({
    make: () => update(summing()),
    prepare: paired,
    throwing: (fail) => update({ update: fail }),
    memory: 'caller',
  })
  for (const { name, run } of suite) test(name, run)
})

test('learns from each transition, in its frame', () => {
  const source = '--a-b-t--a-u-a|'
  const result = '--.-L-L--.-L-.|'
  const letter = ({ report }: { readonly report: unknown }): string => (report === null ? '.' : 'L')
  expect(play(source, update(summing()), { prepare: paired, letter }).timeline).toBe(result)
})

test('passes the transition itself to the learner, and its report itself on', () => {
  const steps = timeSteps('abtab').map(paired)
  const report = {}
  const seen: Transition[] = []
  const learner = {
    update: (transition: Transition) => {
      seen.push(transition)
      return report
    },
  }
  const updated = said(update(learner), steps)
  expect(seen).toHaveLength(3)
  seen.forEach((transition, k) => expect(transition).toBe(steps[[1, 2, 4][k]].transition))
  const reports = [null, report, report, null, report]
  updated.forEach((step, k) => {
    expect(step.report).toBe(reports[k])
    expect(step).toEqual({ ...steps[k], report: reports[k] })
  })
})

test('the learner is updated before the step is passed on', () => {
  const learner = summing()
  const learnt: number[] = []
  update(learner)(from(timeSteps('abc').map(paired))).subscribe(() => learnt.push(learner.seen.length))
  expect(learnt).toEqual([0, 1, 2])
})

test('may stand below actuate: the world moves first', () => {
  const order: string[] = []
  const world = fakeDriver(['thrust'], { act: (_, index) => void order.push(`act ${index}`) })
  const learner = { update: () => order.push('update') }
  const policy = { sample: (): SampledAction => ({ action: [0] }) }
  said((source) => update(learner)(actuate(world)(sampleAction(policy)(transitions()(source)))), timeSteps('abc'))
  expect(order).toEqual(['act 0', 'act 1', 'update', 'act 2', 'update'])
})

test('the error for a number that is not finite names the step', () => {
  const source = '--a-b-t|'
  const failed = '--a-#'
  const fail = (): never => {
    throw new NotFiniteError('tdError', null, NaN)
  }
  const { timeline, error } = play(source, update({ update: fail }), { prepare: paired })
  expect(timeline).toBe(failed)
  expect(error).toEqual(new NotFiniteError('tdError', null, NaN, 1))
})
