import { readFileSync } from 'node:fs'
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { type Failure, renderFailure } from '../../../src/edge/decode.js'
import { avg } from '../../../src/learners/avg/avg.js'
import type { AvgSettings } from '../../../src/learners/avg/avgSettings.js'
import { seeded } from '../../../src/random.js'

/** A learner with the shapes of the golden files, or with others. */
export const learnerOf = (extra: Partial<AvgSettings> = {}, seed = 1, observations = 3, actions = 2) =>
  avg(
    { observation: { size: observations }, action: { size: actions } },
    {
      hidden: [4, 4],
      actorStepSize: 1e-3,
      criticStepSize: 1e-3,
      entropyCoefficient: 0.1,
      discount: 0.99,
      adamBeta1: 0,
      random: seeded(seed)('policy'),
      initialization: seeded(seed)('initialization'),
      ...extra,
    },
  )

/** Moves every weight of a learner, biases included, away from its initial value. */
export const movedLearner = (...made: Parameters<typeof learnerOf>) => {
  const learner = learnerOf(...made)
  const random = seeded(made[1] ?? 1)('moved')
  for (const values of Object.values(learner.parameters)) {
    random.normal(values)
    values.forEach((value, i) => (values[i] = 0.4 * value))
  }
  return learner
}

/** The bits of a learner's weights, by name. */
export const bitsOf = ({ parameters }: ReturnType<typeof learnerOf>): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [name, [...new Uint32Array(values.slice().buffer)]]),
  )

/** The outputs of the heads of a learner's networks, from its public methods. */
export const said = (
  learner: ReturnType<typeof learnerOf>,
  observation: readonly number[],
  action: readonly number[],
) => {
  const mode = learner.sample(observation, { deterministic: true })
  const taken = Float32Array.from(action)
  const sampled = { action: taken, noise: mode.noise, logProbability: 0 }
  const { actionValue } = learner.update({
    observation,
    sampled,
    reward: 0,
    nextObservation: observation,
    terminated: true,
    truncated: false,
  })
  return { mode: [...mode.action], logProbability: mode.logProbability, actionValue }
}

/** The log-probability of the mode: the normal density at its mean, changed by tanh; `log_std` is the logarithm of a variance. */
export const modeLogProbability = (mu: readonly number[], logStd: readonly number[]): number =>
  mu.reduce((sum, mean, i) => {
    const squashed = Math.tanh(mean)
    return sum - logStd[i] / 2 - Math.log(2 * Math.PI) / 2 - Math.log(1 - squashed * squashed)
  }, 0)

export const golden = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../golden/interchange/${name}`, import.meta.url)))

/** The outputs of PyTorch, by head. */
export const goldenOutputs = () =>
  JSON.parse(new TextDecoder().decode(golden('outputs.json'))) as Record<
    'observations' | 'actions' | 'mu' | 'log_std' | 'q',
    number[][]
  >

export const rightOf = <A>(result: Either<readonly Failure[], A>): A => {
  if (isLeft(result)) throw new Error(result.left.map(renderFailure).join('\n'))
  return result.right
}

export const linesOf = (result: Either<readonly Failure[], unknown>): string[] =>
  isLeft(result) ? result.left.map(renderFailure) : []
