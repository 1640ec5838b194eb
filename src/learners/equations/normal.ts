/**
 * The normal distribution of an action that is not squashed, one component at a time (Williams 1992, section 6): the likelihood-ratio
 * gradient of IAC, PPO, Stream AC and Intentional AC. The components are independent: log-probabilities and entropies add up.
 *
 * Ranks: all scalars.
 */
import { log } from '../../kernels/elementary.js'

const HALF_LOG_TWO_PI = 0.9189385332046727

/** log N(u; μ, s) = -(u - μ)² / 2s² - log s - ½ log 2π, for a deviation s above 0. */
export const normalLogProbability = (value: number, mean: number, deviation: number): number => {
  const z = (value - mean) / deviation
  return -0.5 * z * z - log(deviation) - HALF_LOG_TWO_PI
}

/** The same, from z = (u - μ) / s and log s. */
export const normalLogProbabilityOfLog = (z: number, logDeviation: number): number =>
  -0.5 * z * z - logDeviation - HALF_LOG_TWO_PI

/** ∂log N/∂μ = (u - μ) / s². */
export const logProbabilityByMean = (value: number, mean: number, deviation: number): number =>
  (value - mean) / (deviation * deviation)

/** ∂log N/∂s = ((u - μ)² / s² - 1) / s. */
export const logProbabilityByDeviation = (value: number, mean: number, deviation: number): number => {
  const z = (value - mean) / deviation
  return (z * z - 1) / deviation
}

/**
 * ∂log N/∂μ of a sample u = μ + s ε that is held still, from its distance u - μ = s ε: ε² / (u - μ), and 0 at the mode. It is
 * `logProbabilityByMean` without the deviation, which would take an exponential.
 */
export const scoreByMean = (noise: number, distance: number): number =>
  distance === 0 ? 0 : (noise * noise) / distance

/** ∂log N/∂log s = ε² - 1 of that sample; the slope of the entropy by log s is 1. */
export const scoreByLogDeviation = (noise: number): number => noise * noise - 1

/** The entropy ½ + ½ log 2π + log s. */
export const normalEntropy = (deviation: number): number => 0.5 + HALF_LOG_TWO_PI + log(deviation)

/** ∂H/∂s = 1 / s. */
export const entropyByDeviation = (deviation: number): number => 1 / deviation

/** The same entropy, from log s. */
export const normalEntropyOfLog = (logDeviation: number): number => 0.5 + HALF_LOG_TWO_PI + logDeviation
