import { pipe } from 'fp-ts/lib/function.js'
import { type Observable, map, tap } from 'rxjs'
import { describe, expectTypeOf, test } from 'vitest'
import {
  type Episode,
  type Progress,
  actuate,
  appendTime,
  clipAction,
  clipObservation,
  clipReward,
  episodes,
  halt,
  normalizeObservation,
  normalizeReward,
  progress,
  rescaleAction,
  reward,
  sampleAction,
  takeSteps,
  tallyEpisodes,
  timeLimit,
  transitions,
  update,
  withPreviousActions,
} from '../../operators/index.js'
import type { RunningMoments } from '../../src/moments.js'
import type { Driver, Learner, SampledAction, TimeStep, Transition, Unpaired } from '../../src/types.js'

interface Sampled extends SampledAction {
  readonly noise: Float32Array
  readonly logProbability: number
}
interface Report {
  readonly tdError: number
}

declare const world: Driver
declare const learner: Learner<Sampled, Report>
declare const moments: RunningMoments

describe('accepted', () => {
  test('the example of the architecture', () => {
    const run = pipe(
      world.timeSteps,
      normalizeObservation(moments),
      transitions(),
      update(learner),
      sampleAction(learner),
      actuate(world),
      takeSteps(1_000_000),
      episodes(),
    )
    expectTypeOf(run).toEqualTypeOf<Observable<Episode>>()
  })

  test('the same, with the pipe of an Observable', () => {
    const run = world.timeSteps.pipe(
      normalizeObservation(moments),
      transitions(),
      update(learner),
      sampleAction(learner),
      actuate(world),
      takeSteps(1_000_000),
      episodes(),
    )
    expectTypeOf(run).toEqualTypeOf<Observable<Episode>>()
  })

  test('act, then learn, with everything there is', () => {
    const run = pipe(
      world.timeSteps,
      reward((step, previous) => step.observation[0] - previous.observation[0]),
      timeLimit(1000),
      normalizeObservation(moments, { update: false }),
      transitions(),
      sampleAction(learner, { deterministic: true }),
      clipAction(world.spec.action),
      actuate(world),
      update(learner),
      takeSteps(Infinity),
      tallyEpisodes(),
      halt(world),
      progress({ total: 1000 }),
    )
    expectTypeOf(run).toEqualTypeOf<Observable<Progress>>()
  })

  test('each operator adds its field, by its type', () => {
    const run = pipe(
      world.timeSteps,
      transitions(),
      update(learner),
      sampleAction(learner),
      rescaleAction(world.spec.action),
      actuate(world),
      tallyEpisodes(),
      map(({ transition, report, sampled, command, episode, index }) => {
        return { transition, report, sampled, command, episode, index }
      }),
    )
    expectTypeOf(run).toEqualTypeOf<
      Observable<{
        transition: Transition | null
        report: Report | null
        sampled: Sampled | null
        command: Float64Array | null
        episode: Episode | null
        index: number
      }>
    >()
  })

  test('an inline map adds a field that stays to the end', () => {
    const run = pipe(
      world.timeSteps,
      map((step) => ({ ...step, distance: step.observation[0] * 2 })),
      reward((step: TimeStep & { distance: number }) => -step.distance),
      timeLimit(1000),
      normalizeObservation(moments),
      transitions(),
      update(learner),
      sampleAction(learner),
      clipAction(world.spec.action),
      actuate(world),
      takeSteps(1000),
      tallyEpisodes(),
      halt(world),
      tap((step) => expectTypeOf(step.distance).toEqualTypeOf<number>()),
      map(({ distance, episode }) => ({ distance, episode })),
    )
    expectTypeOf(run).toEqualTypeOf<Observable<{ distance: number; episode: Episode | null }>>()
  })

  test("a user's own operators, in the middle and at the end, keep fields and add their own", () => {
    const remember =
      <N extends string>(note: N) =>
      <T extends Unpaired>(source: Observable<T>): Observable<T & { readonly note: N }> =>
        map((step: T) => ({ ...step, note }))(source)
    const endOn =
      (over: (step: TimeStep) => boolean) =>
      <T extends TimeStep>(source: Observable<T>): Observable<T> =>
        map((step: T): T => (over(step) ? { ...step, kind: 'last', terminated: true } : step))(source)
    const run = pipe(
      world.timeSteps,
      map((step) => ({ ...step, distance: 1 })),
      remember('mine'),
      transitions(),
      sampleAction(learner),
      endOn((step) => step.observation[0] > 1),
      actuate(world),
      map(({ note, distance, sampled }) => ({ note, distance, sampled })),
    )
    expectTypeOf(run).toEqualTypeOf<Observable<{ note: 'mine'; distance: number; sampled: Sampled | null }>>()
  })

  test('a chain that was built before it meets its source', () => {
    const prepare = normalizeObservation(moments)
    const run = pipe(
      world.timeSteps,
      map((step) => ({ ...step, distance: 1 })),
      prepare,
      transitions(),
    )
    expectTypeOf<(typeof run extends Observable<infer T> ? T : never)['distance']>().toEqualTypeOf<number>()
  })

  test('a policy without a learner decides, and acts without learning', () => {
    const policy = { sample: (): SampledAction => ({ action: [0] }) }
    const run = pipe(world.timeSteps, sampleAction(policy), actuate(world), episodes())
    expectTypeOf(run).toEqualTypeOf<Observable<Episode>>()
  })
})

describe('refused', () => {
  test('update without transitions', () => {
    // @ts-expect-error nothing has been paired
    pipe(world.timeSteps, update(learner))
    // @ts-expect-error nor here
    world.timeSteps.pipe(normalizeObservation(moments), update(learner))
  })

  test('actuate without sampleAction', () => {
    // @ts-expect-error nothing has been decided
    pipe(world.timeSteps, transitions(), actuate(world))
    // @ts-expect-error nor here
    world.timeSteps.pipe(actuate(world))
  })

  test('two decisions, two pairings, two updates, two commands, two tallies', () => {
    // @ts-expect-error it was decided already
    pipe(world.timeSteps, sampleAction(learner), sampleAction(learner))
    // @ts-expect-error it was paired already
    pipe(world.timeSteps, transitions(), transitions())
    // @ts-expect-error the second report would take the place of the first
    pipe(world.timeSteps, transitions(), update(learner), update(learner))
    // @ts-expect-error the second command would take the place of the first
    pipe(world.timeSteps, sampleAction(learner), rescaleAction(world.spec.action), clipAction(world.spec.action))
    // @ts-expect-error it was added up already
    pipe(world.timeSteps, tallyEpisodes(), episodes())
  })

  test('changing a step after it was paired', () => {
    const paired = pipe(world.timeSteps, transitions())
    // @ts-expect-error the transition holds what was observed before
    pipe(paired, normalizeObservation(moments))
    pipe(
      paired,
      // @ts-expect-error the transition holds the reward from before
      reward(() => 0),
    )
    pipe(
      paired,
      // @ts-expect-error neither with a parameter of one's own type
      reward((step: TimeStep) => step.time),
    )
    // @ts-expect-error the transition says that the episode went on
    pipe(paired, timeLimit(10))
    // @ts-expect-error the transition holds what was observed before
    pipe(paired, clipObservation(10))
    // @ts-expect-error the transition holds what was observed before
    pipe(paired, appendTime(10))
    // @ts-expect-error the transition holds what was observed before
    pipe(paired, withPreviousActions(2, { action: world.spec.action }))
    // @ts-expect-error the transition holds the reward from before
    pipe(paired, normalizeReward(moments))
    // @ts-expect-error the transition holds the reward from before
    pipe(paired, clipReward(10))
  })

  test('changing a step after it was decided upon', () => {
    const decided = pipe(world.timeSteps, sampleAction(learner))
    // @ts-expect-error the policy saw another observation
    pipe(decided, normalizeObservation(moments))
    // @ts-expect-error an end has no action
    pipe(decided, timeLimit(10))
    // @ts-expect-error pairing comes first
    pipe(decided, transitions())
  })

  test('a command before the decision, progress before the tally', () => {
    // @ts-expect-error there is no action yet
    pipe(world.timeSteps, clipAction(world.spec.action))
    // @ts-expect-error nobody has added up the episodes
    pipe(world.timeSteps, progress({ total: 10 }))
  })

  test('a field of a step that nobody gave it', () => {
    pipe(
      world.timeSteps,
      // @ts-expect-error steps have no distance here
      reward((step: TimeStep & { distance: number }) => step.distance),
    )
  })
})
