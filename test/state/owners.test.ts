/** Every learner and every world of Rivulet, restored into new objects from the bytes of their parts. */
import { take, tap } from 'rxjs'
import { describe, expect, test, vi } from 'vitest'
import {
  type SquashedAction,
  type Learner,
  type Part,
  type Restorable,
  RestoreError,
  avg,
  learnerFormat,
  avgOnTensorFlow,
  driverFormat,
  hyperparametersFor,
  iacOnTensorFlow,
  lockstep,
  restorable,
  seeded,
  simulate,
  taskIds,
  tensorFlowAvgFormat,
  tensorFlowIacFormat,
} from 'rivulet'
import { type TimeStep } from '../../src/types.js'
import { difference } from '../../src/testing/difference.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import { bytesOf, parsed } from './serialized.js'

// The tests open MuJoCo and TensorFlow.js, which is slow on a slow machine.
vi.setConfig({ testTimeout: 120_000 })

/** A learner with its restorable state. */
interface Saved {
  readonly learner: Learner<SquashedAction> & { close(): void }
  readonly state: Restorable
}
const shapes = { observation: { size: 5 }, action: { size: 2 } }
const settingsOf = (hidden: readonly number[]) => {
  const random = seeded(hidden.length)
  return {
    ...hyperparametersFor('Pendulum-v1'),
    hidden,
    adamBeta1: 0.5,
    random: random('policy'),
    initialization: random('initialization'),
  }
}

const learners: Readonly<Record<string, (hidden: readonly number[]) => Promise<Saved>>> = {
  'avg on one thread': async (hidden) => {
    const learner = avg(shapes, settingsOf(hidden))
    return { learner, state: restorable(learner, learnerFormat) }
  },
  'avg on two threads': async (hidden) => {
    const learner = avg(shapes, { ...settingsOf(hidden), threads: 2 })
    return { learner, state: restorable(learner, learnerFormat) }
  },
  'avg in TypeScript': async (hidden) => {
    const learner = avg(shapes, { ...settingsOf(hidden), kernels: 'typescript' })
    return { learner, state: restorable(learner, learnerFormat) }
  },
  'avg on TensorFlow.js': async (hidden) => {
    const learner = await avgOnTensorFlow(shapes, settingsOf(hidden), { backend: 'cpu' })
    return { learner, state: restorable(learner, tensorFlowAvgFormat) }
  },
  'iac on TensorFlow.js': async (hidden) => {
    const learner = await iacOnTensorFlow(shapes, settingsOf(hidden), { backend: 'cpu' })
    return { learner, state: restorable(learner, tensorFlowIacFormat) }
  },
}

/** Learns from transitions that a seed determines; returns its decisions and the reports of its updates. */
const learn = ({ learner }: Saved, seed: number, steps: number): readonly unknown[] => {
  const random = seeded(seed)('world')
  const observe = () => Float64Array.from({ length: 5 }, () => 2 * random.uniform() - 1)
  let observation = observe()
  return Array.from({ length: steps }, (_, step) => {
    const sampled = learner.sample(observation)
    const nextObservation = observe()
    const ends = { terminated: step % 7 === 6, truncated: step % 5 === 4 }
    const report = learner.update({ observation, sampled, reward: random.uniform(), nextObservation, ...ends })
    observation = nextObservation
    return [sampled, report]
  })
}

describe.each(Object.entries(learners))('%s', (_, make) => {
  test('goes on bit for bit', async () => {
    const [from, to] = [await make([6, 6]), await make([6, 6])]
    learn(from, 1, 20)
    learn(to, 2, 9)
    to.state.restore(parsed(bytesOf(from.state)))
    expect(bytesOf(to.state).equals(bytesOf(from.state))).toBe(true)
    expect(difference(learn(from, 3, 20), learn(to, 3, 20), 'what it says')).toBeNull()
    expect(bytesOf(to.state).equals(bytesOf(from.state))).toBe(true)
    for (const { learner } of [from, to]) learner.close()
  })

  test('refuses the parts of other shapes, and does not change', async () => {
    const [from, to] = [await make([6, 7]), await make([6, 6])]
    learn(to, 2, 9)
    const before = bytesOf(to.state)
    expect(() => to.state.restore(parsed(bytesOf(from.state)))).toThrow(RestoreError)
    expect(bytesOf(to.state).equals(before)).toBe(true)
    for (const { learner } of [from, to]) learner.close()
  })
})

describe.each(taskIds)('%s', (task) => {
  const open = async (seed: number) => {
    const clock = virtualClock()
    const schedule = lockstep({ scheduler: clock, pace: 1 })
    const world = await simulate(task, { random: seeded(seed)('environment'), schedule })
    return { clock, world, state: restorable(world, driverFormat) }
  }
  /** Answers this number of steps and unsubscribes. */
  const play = ({ clock, world }: Awaited<ReturnType<typeof open>>, steps: number): readonly TimeStep[] => {
    const seen: TimeStep[] = []
    const { size } = world.spec.action
    world.timeSteps
      .pipe(
        tap((step) => {
          seen.push(step)
          if (step.kind === 'last') return world.begin(step.index)
          const command = Float64Array.from({ length: size }, (_, i) => ((step.index * 7 + i * 3) % 11) / 11 - 0.5)
          world.act(command, step.index, { action: command })
        }),
        take(steps),
      )
      .subscribe()
    clock.advance(steps + 1)
    return seen
  }

  test('goes on bit for bit, in a world that was never subscribed to', async () => {
    const [never, from, to] = [await open(1), await open(1), await open(2)]
    const whole = play(never, 340)
    const early = play(from, 40)
    to.state.restore(parsed(bytesOf(from.state)))
    expect(bytesOf(to.state).equals(bytesOf(from.state))).toBe(true)
    expect(difference(whole, [...early, ...play(to, 300)], 'steps')).toBeNull()
    expect(bytesOf(to.state).equals(bytesOf(never.state))).toBe(true)
    for (const { world } of [never, from, to]) world.close()
  })

  test('refuses the parts of another task, and does not change', async () => {
    const [from, to] = [await open(1), await open(2)]
    play(from, 3)
    play(to, 5)
    const before = bytesOf(to.state)
    const parts = parsed(bytesOf(from.state)).map((part): Part =>
      'json' in part
        ? { ...part, json: JSON.parse(JSON.stringify(part.json).replaceAll(task, 'Another-v0')) as unknown }
        : part,
    )
    expect(() => to.state.restore(parts)).toThrow('got one of Another-v0')
    expect(bytesOf(to.state).equals(before)).toBe(true)
    for (const { world } of [from, to]) world.close()
  })
})
