/** Lives of real learners on a pendulum: the loop of a pipeline by hand, so that a fault can be put in at any place of a step. */
import { defaultsOf } from '../../src/edge/settings.js'
import { pendulum, pendulumSpec } from '../../src/environments/classic/pendulum.js'
import type { ClosableLearner } from '../../src/learners/algorithm.js'
import { seeded } from '../../src/random.js'
import { algorithmNamed } from '../../src/runs/algorithms.js'
import type { Observation, SampledAction } from '../../src/types.js'

/** Settings that make a short life one that learns: small networks, and buffers that are soon full enough. */
const small: Readonly<Record<string, unknown>> = {
  hidden: [16, 16],
  bufferSize: 200,
  learningStarts: 20,
  uniformActionSteps: 10,
  batchSize: 8,
  rollout: 16,
  minibatch: 8,
  epochs: 2,
  // At the default of 0.9 all weights of a layer of three inputs would be 0, so that no hidden unit is active.
  sparsity: 0.5,
}

/** Opens an algorithm by its name, with small networks and buffers. */
export const openSmall = (name: string, seed = 1): Promise<ClosableLearner> => {
  const algorithm = algorithmNamed(name)
  const { settings } = algorithm.defaultsFor(pendulumSpec)
  const one = name.endsWith('-1') ? ['hidden', 'learningStarts', 'uniformActionSteps'] : Object.keys(small)
  const own = Object.entries(small).filter(([key]) => one.includes(key) && Object.hasOwn(settings, key))
  const [engine] = Object.values(algorithm.engines)
  const random = seeded(seed)
  return engine.open(pendulumSpec, { ...settings, ...Object.fromEntries(own) }, defaultsOf(engine.options), {
    random: random('policy'),
    initialization: random('initialization'),
  })
}

/** A copy of the weights of a learner. */
export type Weights = Readonly<Record<string, Float32Array>>
export const weightsOf = ({ parameters }: Pick<ClosableLearner, 'parameters'>): Weights =>
  Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values.slice()]))

/** What comes in at a step, as a fault may change it. */
export interface Incoming {
  readonly observation: Observation
  readonly reward: number
}

/** Called before the learner sees a step; what it returns is what the learner sees. */
export type Fault = (step: number, incoming: Incoming) => Incoming

const EPISODE = 40

/**
 * Lives from one step to another, in episodes of 40 steps of which every second one terminates. A decision is on the action of the step before,
 * as in a pipeline with `update` above `sampleAction`, or below it.
 */
export const life = (learner: ClosableLearner, { learnsFirst = true }: { readonly learnsFirst?: boolean } = {}) => {
  const simulator = pendulum({ random: seeded(7)('environment') })
  let earlier: { observation: Observation; sampled: SampledAction } | null = null
  let command: SampledAction | null = null
  let step = 0
  const actions: (readonly number[])[] = []
  return {
    actions,
    live: (steps: number, fault: Fault = (_, incoming) => incoming): void => {
      for (let i = 0; i < steps; i++, step++) {
        const begins = step % EPISODE === 0
        const came = begins
          ? { ...simulator.reset(), reward: 0 }
          : simulator.step(Array.from(command!.action, (a) => 2 * Math.max(-1, Math.min(1, a))))
        const { observation, reward } = fault(step, { observation: came.observation, reward: came.reward })
        const before = earlier
        const ends = step % EPISODE === EPISODE - 1
        const learn = (): void => {
          if (begins || before === null) return
          const isTask = ends && Math.floor(step / EPISODE) % 2 === 0
          const flags = { terminated: isTask, truncated: ends && !isTask }
          learner.update({ ...before, reward, nextObservation: observation, ...flags })
        }
        const decide = (): void => {
          if (ends) return
          command = learner.sample(observation)
          earlier = { observation, sampled: command }
          actions.push(Array.from(command.action))
        }
        if (learnsFirst) learn()
        decide()
        if (!learnsFirst) learn()
      }
    },
    /** What goes on beside the learner. */
    snapshot: () => ({ simulator: simulator.snapshot(), earlier, command, step }),
    restore: (state: unknown): void => {
      const saved = state as { simulator: unknown; earlier: typeof earlier; command: typeof command; step: number }
      simulator.restore(saved.simulator as never)
      ;({ earlier, command, step } = saved)
    },
  }
}
