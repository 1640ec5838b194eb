import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { lastValueFrom, tap, toArray } from 'rxjs'
import { describe, expect, test, vi } from 'vitest'
import {
  avg,
  cell,
  publishedSettings,
  pipe,
  runningMoments,
  seeded,
  simulate,
  simulator,
  standardize,
  absorb,
  type AvgLearner,
  type SquashedAction,
} from 'rivulet'
import {
  actuate,
  type EarlierStep,
  emptyTally,
  episodes,
  normalizeObservation,
  sampleAction,
  takeSteps,
  type Tally,
  timeLimit,
  transitions,
  update,
} from 'rivulet/operators'

// Trains whole agents. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const TASK = 'Hopper-v4'
const LIMIT = 17
const STEPS = 300

/** Small networks and large steps, so that episodes of a falling hopper differ from one to the next. */
const settings = { ...publishedSettings('HalfCheetah-v4'), hidden: [24, 24] }

const parts = async () => {
  const random = seeded(3)
  const world = await simulate(TASK, { random: random('environment') })
  const learner = avg(world.spec, {
    ...settings,
    random: random('policy'),
    initialization: random('initialization'),
  })
  return { world, learner, moments: runningMoments(world.spec.observation) }
}

/** What a person would write without Rx; `actsFirst` learns from a transition only after the next action was chosen. */
const byHand = async (actsFirst: boolean) => {
  const random = seeded(3)
  const sim = await simulator(TASK, { random: random('environment') })
  const learner = avg(sim.spec, { ...settings, random: random('policy'), initialization: random('initialization') })
  const moments = runningMoments(sim.spec.observation)
  const see = (raw: ArrayLike<number> & Iterable<number>): Float64Array => {
    absorb(moments, raw)
    return standardize(moments, raw)
  }
  const ends = { terminated: 0, truncated: 0, first: 1 }
  let observation = see(sim.reset().observation)
  let length = 0
  let sampled: SquashedAction | null = learner.sample(observation)
  for (let step = 1; step <= STEPS; step++) {
    if (sampled === null) throw new Error('unreachable')
    const outcome = sim.step(sampled.action)
    const nextObservation = see(outcome.observation)
    const overLong = ++length === LIMIT && !outcome.terminated
    const transition = {
      observation,
      sampled,
      reward: outcome.reward,
      nextObservation,
      terminated: outcome.terminated,
      truncated: overLong,
    }
    const ended = outcome.terminated || overLong
    if (outcome.terminated) ends.terminated++
    if (overLong) ends.truncated++
    if (!actsFirst) learner.update(transition)
    // The pipeline ends with the last step's own record, after it was answered: no new episode begins.
    sampled = ended ? null : learner.sample(nextObservation)
    if (actsFirst) learner.update(transition)
    observation = nextObservation
    if (ended && step < STEPS) {
      observation = see(sim.reset().observation)
      sampled = learner.sample(observation)
      length = 0
      ends.first++
    }
  }
  return { learner, moments, ends }
}

const expectSameLearner = (a: AvgLearner, b: AvgLearner): void => {
  for (const [name, values] of Object.entries(a.parameters)) expect(b.parameters[name], name).toEqual(values)
  expect(b.snapshot()).toEqual(a.snapshot())
}

describe('the pipeline is the loop that a person would write, bit for bit', () => {
  test('learn, then act: the published order', async () => {
    const { world, learner, moments } = await parts()
    await lastValueFrom(
      pipe(
        world.timeSteps,
        timeLimit(LIMIT),
        normalizeObservation(moments),
        transitions(),
        update(learner),
        sampleAction(learner),
        actuate(world),
        takeSteps(STEPS),
      ),
    )
    const hand = await byHand(false)
    expect(Math.min(hand.ends.terminated, hand.ends.truncated, hand.ends.first)).toBeGreaterThan(2)
    expect(moments.snapshot()).toEqual(hand.moments.snapshot())
    expectSameLearner(learner, hand.learner)
  })

  test('act, then learn: the order for a robot with a deadline', async () => {
    const { world, learner, moments } = await parts()
    await lastValueFrom(
      pipe(
        world.timeSteps,
        timeLimit(LIMIT),
        normalizeObservation(moments),
        transitions(),
        sampleAction(learner),
        actuate(world),
        update(learner),
        takeSteps(STEPS),
      ),
    )
    const hand = await byHand(true)
    expect(Math.min(hand.ends.terminated, hand.ends.truncated, hand.ends.first)).toBeGreaterThan(2)
    expect(moments.snapshot()).toEqual(hand.moments.snapshot())
    expectSameLearner(learner, hand.learner)
  })
})

describe('a run that was cut and resumed is the run that was never cut', () => {
  /** Everything that remembers, with the values that the operators keep their memory in. */
  const whole = async () => ({
    ...(await parts()),
    limit: cell(0),
    departure: cell<EarlierStep | null>(null),
    tally: cell<Tally>(emptyTally),
  })
  type Whole = Awaited<ReturnType<typeof whole>>

  const run = ({ world, learner, moments, limit, departure, tally }: Whole, steps: number) =>
    lastValueFrom(
      pipe(
        world.timeSteps,
        timeLimit(LIMIT, { cell: limit }),
        normalizeObservation(moments),
        transitions({ cell: departure }),
        update(learner),
        sampleAction(learner),
        actuate(world),
        takeSteps(steps),
        episodes({ cell: tally }),
        toArray(),
      ),
    )

  test.each([1, 16, 17, 18, 150, 203])('cut after step %i', async (cut) => {
    const never = await whole()
    const expected = await run(never, STEPS)

    const before = await whole()
    const early = await run(before, cut)
    const saved = structuredClone({
      world: before.world.snapshot(),
      learner: before.learner.snapshot(),
      moments: before.moments.snapshot(),
      limit: before.limit.snapshot(),
      departure: before.departure.snapshot(),
      tally: before.tally.snapshot(),
    })
    before.world.close()

    const after = await whole()
    after.world.restore(saved.world)
    after.learner.restore(saved.learner)
    after.moments.restore(saved.moments)
    after.limit.restore(saved.limit)
    after.departure.restore(saved.departure)
    after.tally.restore(saved.tally)
    const late = await run(after, STEPS - cut)

    expect([...early, ...late]).toEqual(expected)
    expectSameLearner(after.learner, never.learner)
    expect(after.moments.snapshot()).toEqual(never.moments.snapshot())
    expect(after.world.snapshot()).toEqual(never.world.snapshot())
  })
})

test('moments shared by a training chain and a frozen evaluation chain inside it change by training alone', async () => {
  const steps = 60
  const train = async (evaluates: boolean) => {
    const { world, learner, moments } = await parts()
    const judge = await simulate('Hopper-v4', { random: seeded(9)('evaluation') })
    const judged: number[] = []
    await lastValueFrom(
      pipe(
        world.timeSteps,
        normalizeObservation(moments),
        transitions(),
        update(learner),
        tap(({ index }) => {
          if (!evaluates || index !== 30) return
          const frozen = pipe(
            judge.timeSteps,
            normalizeObservation(moments, { update: false }),
            sampleAction(learner, { deterministic: true }),
            actuate(judge),
            takeSteps(5),
          )
          frozen.subscribe(({ reward }) => judged.push(reward))
        }),
        sampleAction(learner),
        actuate(world),
        takeSteps(steps),
      ),
    )
    while (evaluates && judged.length < 6) await new Promise((resolve) => setImmediate(resolve))
    return { learner, moments }
  }
  const [alone, watched] = [await train(false), await train(true)]
  expect(watched.moments.snapshot()).toEqual(alone.moments.snapshot())
  expectSameLearner(alone.learner, watched.learner)
})

test.each([
  ['webassembly', '9fedc900c5ee0905f08a733dbd79c091'],
  ['typescript', '0f065b5bbbf3ed459c014450913eb33e'],
])('same seed, same run: a short run on %s leaves these bits, on any Node', (kernels, recorded) => {
  const program = fileURLToPath(new URL('runHash.mjs', import.meta.url))
  const hash = execFileSync(process.execPath, [program, kernels], { encoding: 'utf8', timeout: 250_000 }).trim()
  expect(hash).toBe(recorded)
})
