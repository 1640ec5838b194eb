/** The random search of Vasan et al. 2024: a configuration for each hyper-parameter seed, as the program of the paper draws it. */
import type { Failure } from '../../edge/decode.js'
import type { Values } from '../../edge/settings.js'
import { type Algorithm, conflict } from '../../learners/algorithm.js'
import { type RandomState, randomState } from './mersenneTwister.js'

/** One configuration. */
export interface Configuration {
  readonly actorStepSize: number
  readonly criticStepSize: number
  readonly adamBeta1: number
  /** η: the weight of the entropy bonus, or the step size of a temperature that is learnt. */
  readonly eta: number
  readonly discount: number
}

/** A digit or two times a power of ten, read as a decimal, so that 11 and 6 give 1.1e-5 and no neighbor of it. */
const scaled = (random: RandomState, exponents: readonly number[], mantissas: number): number => {
  const exponent = chosen(random, exponents)
  return Number(`${1 + random.below(mantissas)}e-${exponent}`)
}

const chosen = (random: RandomState, values: readonly number[]): number => values[random.below(values.length)]

/**
 * The configuration of a hyper-parameter seed: step sizes n 10^-k with n from 1 to 99 and k from 4 to 6, β1 of 0 or 0.9, η = n 10^-k with n
 * from 1 to 9 and k from 1 to 5, γ of 0.95, 0.97, 0.99, 0.995 or 1; all alike, drawn in this order, k before n.
 *
 * Numbers: those of `numpy.random.RandomState(seed)`, golden in test/golden/search.
 * Fails: RangeError for a seed that is not an integer from 0 to 2^32 - 1.
 */
export const configurationOf = (seed: number): Configuration => {
  const random = randomState(seed)
  const steps = [4, 5, 6]
  return {
    actorStepSize: scaled(random, steps, 99),
    criticStepSize: scaled(random, steps, 99),
    adamBeta1: chosen(random, [0, 0.9]),
    eta: scaled(random, [1, 2, 3, 4, 5], 9),
    discount: chosen(random, [0.95, 0.97, 0.99, 0.995, 1]),
  }
}

/** What η is for an algorithm. */
const etaNames = ['entropyCoefficient', 'temperatureStepSize']
const otherNames = ['actorStepSize', 'criticStepSize', 'adamBeta1', 'discount']

const etaOf = ({ fields }: Pick<Algorithm, 'fields'>): string | undefined =>
  etaNames.find((name) => Object.hasOwn(fields, name))

/** The settings that a search draws for an algorithm, by name. */
export const searchedNames = (algorithm: Pick<Algorithm, 'fields'>): readonly string[] => [
  ...otherNames,
  etaOf(algorithm) ?? etaNames[0],
]

/** Refuses an algorithm that has not all of the settings of the search. */
export const searchConflicts = (algorithm: Pick<Algorithm, 'name' | 'fields'>): readonly Failure[] =>
  searchedNames(algorithm).every((name) => Object.hasOwn(algorithm.fields, name))
    ? []
    : [conflict('search', `algorithms with ${otherNames.join(', ')} and ${etaNames.join(' or ')}`, algorithm.name)]

/** The settings of an algorithm in a configuration. */
export const searchedSettings = (algorithm: Pick<Algorithm, 'fields'>, seed: number): Values => {
  const { eta, ...others } = configurationOf(seed)
  return { ...others, [etaOf(algorithm) ?? etaNames[0]]: eta }
}
