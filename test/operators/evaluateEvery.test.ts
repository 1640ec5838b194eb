import { EMPTY, NEVER, type Observable, Subject, delay, lastValueFrom, of, tap, throwError, toArray } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { actuate } from '../../operators/actuate.js'
import { type Episode, tallyEpisodes } from '../../operators/tallyEpisodes.js'
import { episodes } from '../../operators/episodes.js'
import { evaluateEvery } from '../../operators/evaluateEvery.js'
import { normalizeObservation } from '../../operators/normalizeObservation.js'
import { rescaleAction } from '../../operators/rescaleAction.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { takeSteps } from '../../operators/takeSteps.js'
import { transitions } from '../../operators/transitions.js'
import { update } from '../../operators/update.js'
import { cell } from '../../src/cell.js'
import { drive } from '../../src/drivers/drive.js'
import { simulate } from '../../src/drivers/simulate.js'
import { avg } from '../../src/learners/avg/avg.js'
import { hyperparametersFor } from '../../src/learners/avg/publishedSettings.js'
import { runningMoments } from '../../src/moments.js'
import { seeded } from '../../src/random.js'
import { countFormat } from '../../src/state/formats.js'
import { pipe } from '../../src/streams/pipe.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import { scriptedLearner } from '../../src/testing/scriptedLearner.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import { lockstep } from '../../src/time/schedule.js'
import type { TimeStep } from '../../src/types.js'
import { expectResumable, said } from './resume.js'

describe('suite', () => {
  const make = () => evaluateEvery(2, (step) => of(step))
  const throwing = (fail: () => never) => evaluateEvery(2, () => fail())
  for (const { name, run } of operatorSuite({ make, throwing, memory: 'run' })) test(name, run)
})

describe('suite, with memory handed in', () => {
  const suite = operatorSuite({
    make: () => evaluateEvery(2, (step) => of(step), { cell: cell(0) }),
    memory: 'caller',
  })
  for (const { name, run } of suite) test(name, run)
})

const evaluations = (every: number, marbles: string) =>
  said(
    evaluateEvery(every, (step) => of(step)),
    timeSteps(marbles),
  ).map(({ evaluation }) => evaluation)

describe('when', () => {
  test('at the first step and after every so many actions; a first step is no action', () => {
    expect(evaluations(2, 'abcdef')).toEqual([0, null, 2, null, 4, null])
    expect(evaluations(2, 'atatat')).toEqual([0, null, null, 2, null, null])
    expect(evaluations(1, 'abtab')).toEqual([0, 1, 2, null, 3])
  })

  test('the step waits for the end of the evaluation, whose last value it gets', () => {
    const source = '--a----b--t----|'
    const result = '----a--b----t--|'
    const { timeline, values } = play(
      source,
      evaluateEvery(2, (step) => delay<string>(2)(of('early', `late ${step}`))),
    )
    expect(timeline).toBe(result)
    expect(values.map(({ evaluation }) => evaluation)).toEqual(['late 0', null, 'late 2'])
  })

  test('a completion of its source waits for the evaluation as well', () => {
    const source = '--a-|'
    const result = '------(a|)'
    expect(
      play(
        source,
        evaluateEvery(2, () => delay(4)(of(1))),
      ).timeline,
    ).toBe(result)
  })

  test('an error of its source does not wait, and ends the evaluation', () => {
    let isOver = false
    const endless = NEVER.pipe(tap({ unsubscribe: () => (isOver = true) }))
    expect(
      play(
        '--a-#',
        evaluateEvery(2, () => endless),
      ).timeline,
    ).toBe('----#')
    expect(isOver).toBe(true)
  })

  test('unsubscribing ends the evaluation', () => {
    let isOver = false
    const endless = NEVER.pipe(tap({ unsubscribe: () => (isOver = true) }))
    const { subscriptions } = play(
      '--a----',
      evaluateEvery(2, () => endless),
      { unsubscribe: '^---!' },
    )
    expect(subscriptions).toEqual(['^---!'])
    expect(isOver).toBe(true)
  })

  test('takes a promise', async () => {
    const steps = new Subject<TimeStep>()
    const results = lastValueFrom(
      pipe(
        steps,
        evaluateEvery(3, async (step) => `after ${step}`),
        toArray(),
      ),
    )
    steps.next(timeSteps('a')[0])
    steps.complete()
    expect((await results).map(({ evaluation }) => evaluation)).toEqual(['after 0'])
  })
})

describe('the world', () => {
  /** A scripted world of one step a millisecond, and an evaluation of five; `above` says where it stands. */
  const run = (above: boolean) => {
    const clock = virtualClock()
    const world = drive(scriptedSimulator({ episodeLength: 10 }), { schedule: lockstep({ scheduler: clock, pace: 1 }) })
    const learner = scriptedLearner()
    const evaluate = evaluateEvery(2, (step) => delay<number>(5, clock)(of(step)))
    const seen: unknown[] = []
    const decided = <T extends TimeStep>(source: Observable<T>) => pipe(source, sampleAction(learner), actuate(world))
    const chain = above ? pipe(world.timeSteps, evaluate, decided) : pipe(world.timeSteps, decided, evaluate)
    const subscription = chain.subscribe({
      next: ({ index, evaluation }) => seen.push([index, clock.now(), evaluation]),
      error: (error: unknown) => seen.push(String(error)),
    })
    clock.advance(16)
    subscription.unsubscribe()
    return seen
  }

  test('waits for an evaluation above actuate, and no step is lost', () => {
    expect(run(true)).toEqual([
      [0, 6, 0],
      [1, 7, null],
      [2, 13, 2],
      [3, 14, null],
    ])
  })

  test('does not wait below actuate, which the error of the next step says', () => {
    expect(run(false)).toEqual([
      'DriverError: evaluateEvery: step 1 came during an evaluation: put evaluateEvery above actuate, where the world waits',
    ])
  })
})

describe('fails', () => {
  test('when it is built, unless the count is a positive integer', () => {
    for (const steps of [0, -1, 1.5, NaN, Infinity]) {
      expect(() => evaluateEvery(steps, () => of(1))).toThrow(
        `evaluateEvery: expected a positive integer of steps, got ${steps}`,
      )
    }
  })

  test('with the error of the evaluation', () => {
    const failing = evaluateEvery(1, () => throwError(() => new Error('the world of the evaluation')))
    expect(() => said(failing, timeSteps('ab'))).toThrow('the world of the evaluation')
  })

  test('when the evaluation gives no value', () => {
    expect(() =>
      said(
        evaluateEvery(1, () => EMPTY),
        timeSteps('ab'),
      ),
    ).toThrow('evaluateEvery: no value at step 0')
  })
})

test('a run that is stopped, saved and resumed equals one that is never stopped', () => {
  expectResumable(
    0,
    countFormat,
    (cell) => evaluateEvery(3, (step) => of(step), { cell }),
    timeSteps('abctabcuatab').slice(1),
  )
})

describe('an evaluation as docs/recipes.md has it', () => {
  const TASK = 'Pendulum-v1'

  /** A run of Pendulum, with or without evaluations in a world of their own. */
  const run = async (evaluates: boolean) => {
    const random = seeded(5)
    const world = await simulate(TASK, { random: random('environment') })
    const settings = { ...hyperparametersFor(TASK), hidden: [16, 16], actorStepSize: 1e-3, discount: 0.9 }
    const learner = avg(world.spec, { ...settings, random: random('policy'), initialization: random('initialization') })
    const moments = runningMoments(world.spec.observation)
    const evaluated: number[] = []
    const evaluate = async (): Promise<number> => {
      const trial = await simulate(TASK, { random: seeded(99)('environment') })
      const outcome = await lastValueFrom(
        pipe(
          trial.timeSteps,
          normalizeObservation(moments, { update: false }),
          sampleAction(learner, { deterministic: true }),
          rescaleAction(trial.spec.action),
          actuate(trial),
          takeSteps(200),
          episodes(),
        ),
      )
      trial.close()
      return outcome.return
    }
    const evaluation = evaluates ? evaluateEvery(150, evaluate) : evaluateEvery(150, () => of(0))
    const ended: Episode[] = []
    await lastValueFrom(
      pipe(
        world.timeSteps,
        normalizeObservation(moments),
        transitions(),
        update(learner),
        evaluation,
        sampleAction(learner),
        rescaleAction(world.spec.action),
        actuate(world),
        takeSteps(450),
        tallyEpisodes(),
        tap(({ episode, evaluation }) => {
          if (episode !== null) ended.push(episode)
          if (evaluation !== null) evaluated.push(evaluation)
        }),
      ),
    )
    return {
      ended,
      evaluated,
      weights: Object.values(learner.parameters).map((each) => [...each]),
      moments: moments.snapshot(),
    }
  }

  test('changes no bit of the run, and is the same again', async () => {
    const [without, first, again] = [await run(false), await run(true), await run(true)]
    expect(first.evaluated).toHaveLength(4)
    expect(new Set(first.evaluated).size).toBeGreaterThan(1)
    expect(again).toEqual(first)
    const { evaluated: _other, ...rest } = first
    const { evaluated: _none, ...expected } = without
    expect(rest).toEqual(expected)
  })
})
