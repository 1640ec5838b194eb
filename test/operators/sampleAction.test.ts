import { describe, expect, test } from 'vitest'
import { sampleAction } from '../../operators/sampleAction.js'
import { NotFiniteError } from '../../src/failure.js'
import { avg } from '../../src/learners/avg/avg.js'
import { actorPolicy } from '../../src/learners/policy/actorPolicy.js'
import { weightsOf } from '../../src/learners/interchange/weights.js'
import { seeded } from '../../src/random.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { Observation, SampleOptions, SampledAction } from '../../src/types.js'
import { said } from './resume.js'

/** A policy that records its calls and numbers its decisions. */
const counting = () => {
  const asked: { readonly observation: Observation; readonly options: SampleOptions | undefined }[] = []
  return {
    asked,
    sample: (observation: Observation, options?: SampleOptions): SampledAction & { readonly draw: number } => ({
      action: [observation[0]],
      draw: asked.push({ observation, options }),
    }),
  }
}

describe('suite', () => {
  const suite = operatorSuite({
    make: () => sampleAction(counting()),
    throwing: (fail) => sampleAction({ sample: fail }),
    memory: 'caller',
  })
  for (const { name, run } of suite) test(name, run)
})

test('samples at each step that is not last, in its frame', () => {
  const source = '--a-b-t--a-u-a|'
  const result = '--S-S-.--S-.-S|'
  const letter = ({ sampled }: { readonly sampled: SampledAction | null }): string => (sampled === null ? '.' : 'S')
  expect(play(source, sampleAction(counting()), { letter }).timeline).toBe(result)
})

test('passes the observation itself to the policy, and its decision itself on', () => {
  const policy = counting()
  const steps = timeSteps('abtab')
  const decided = said(sampleAction(policy), steps)
  expect(policy.asked.map(({ observation }) => observation)).toEqual([0, 1, 3, 4].map((k) => steps[k].observation))
  const draws = [1, 2, null, 3, 4]
  decided.forEach((step, k) => {
    const draw = draws[k]
    const sampled = draw === null ? null : { action: [step.observation[0]], draw }
    expect(step).toEqual({ ...steps[k], sampled })
  })
})

test('draws no random number on a last step', () => {
  const policy = counting()
  said(sampleAction(policy), timeSteps('abtauau'))
  expect(policy.asked).toHaveLength(4)
})

test('passes the option deterministic to the policy', () => {
  const [drawn, mode] = [counting(), counting()]
  said(sampleAction(drawn), timeSteps('ab'))
  said(sampleAction(mode, { deterministic: true }), timeSteps('ab'))
  expect(drawn.asked.map(({ options }) => options?.deterministic ?? false)).toEqual([false, false])
  expect(mode.asked.map(({ options }) => options?.deterministic)).toEqual([true, true])
})

test('a policy made from the parameters of a learner samples in a pipeline as the learner does', () => {
  const spec = { observation: { size: 2 }, action: { size: 2 } }
  const random = seeded(3)
  const learner = avg(spec, {
    hidden: [6],
    actorStepSize: 1e-3,
    criticStepSize: 1e-3,
    entropyCoefficient: 0.1,
    discount: 0.9,
    adamBeta1: 0,
    random: random('policy'),
    initialization: random('initialization'),
  })
  const policy = actorPolicy(spec, weightsOf(learner.parameters), learner.actor)
  const steps = timeSteps('abtab')
  const options = { deterministic: true }
  const decided = said(sampleAction(policy, options), steps)
  expect(decided).toEqual(said(sampleAction(learner, options), steps))
  expect(decided[0]).toMatchObject({ actionBounds: { low: -1, high: 1 }, sampled: { action: expect.anything() } })
})

test('the error for a number that is not finite names the step', () => {
  const source = '--a-b-c|'
  const failed = '--a-#'
  const sample = (observation: Observation): SampledAction => {
    if (observation[0] > -1) throw new NotFiniteError('action', { index: 0 }, NaN)
    return { action: [0] }
  }
  const { timeline, error } = play(source, sampleAction({ sample }))
  expect(timeline).toBe(failed)
  expect(error).toEqual(new NotFiniteError('action', { index: 0 }, NaN, 1))
})
