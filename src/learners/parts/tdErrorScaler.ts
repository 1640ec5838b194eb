/**
 * Return-based scaling of TD errors (Schaul et al. 2021), as the published programs of Vasan et al. 2024 do it:
 * σ² = Var[r̃] + Var[γ] E[G²], over running statistics of the reward r̃ that is learnt from, of the step's discount γ, and of the
 * return G of r̃.
 */
import { checkRestored } from '../../restored.js'
import { finite } from '../../checks.js'

/** Doubles that one scaler keeps, all 0 at the start. */
export const SCALER_DOUBLES = 9
/** Where among them σ of the last step stands. */
export const SCALE = 8

const COUNT = 0
const REWARD_MEAN = 1
const REWARD_SQUARES = 2
const DISCOUNT_MEAN = 3
const DISCOUNT_SQUARES = 4
const RETURNS = 5
const RETURN_SQUARE_MEAN = 6
const RETURN = 7

/** No less than this is ever taken for σ². */
const FLOOR = 1e-4
/** Until a return is known, a σ² up to this is taken for no knowledge at all, and σ = 1. */
const UNKNOWN = 0.01

/**
 * Takes in one step and leaves σ, at least 0.01, at `state[at + SCALE]`: the engine would box a double that is returned.
 *
 * Memory: `state[at .. at + SCALER_DOUBLES)`, advanced in place; population variances by Welford's sums.
 * Numbers: `entropyReward` is r̃, the `entropyReward` of AVG and SAC-1. A terminated step has discount 0 and closes the return after
 * adding to it; with `closes`, the caller says that this step closes the return (published: exactly the terminated ones).
 * G becomes `returnDiscount` G + r̃: 1 of AVG, whose returns are not discounted, and γ of IAC.
 * Fails: throws a NotFiniteError before anything has changed, for a statistic that would not be finite.
 */
export const scaleTdError = (
  state: Float64Array,
  at: number,
  entropyReward: number,
  discount: number,
  returnDiscount: number,
  closes: boolean,
): void => {
  const count = state[at + COUNT] + 1

  const fromReward = entropyReward - state[at + REWARD_MEAN]
  const rewardMean = state[at + REWARD_MEAN] + fromReward / count
  const rewardSquares = state[at + REWARD_SQUARES] + fromReward * (entropyReward - rewardMean)

  const fromDiscount = discount - state[at + DISCOUNT_MEAN]
  const discountMean = state[at + DISCOUNT_MEAN] + fromDiscount / count
  const discountSquares = state[at + DISCOUNT_SQUARES] + fromDiscount * (discount - discountMean)

  const sum = returnDiscount * state[at + RETURN] + entropyReward
  let returns = state[at + RETURNS]
  let squareMean = state[at + RETURN_SQUARE_MEAN]
  if (closes) squareMean += (sum * sum - squareMean) / ++returns

  const variance = rewardSquares / count + (discountSquares / count) * squareMean
  // What is not finite among these makes their sum so, too.
  if (!Number.isFinite(entropyReward + rewardSquares + squareMean + variance + sum)) {
    finite('entropyReward', entropyReward)
    finite('sum of squared entropyReward', rewardSquares)
    finite('return', sum)
    finite('squared return', squareMean)
    finite('squared scale', variance)
  }

  state[at + COUNT] = count
  state[at + REWARD_MEAN] = rewardMean
  state[at + REWARD_SQUARES] = rewardSquares
  state[at + DISCOUNT_MEAN] = discountMean
  state[at + DISCOUNT_SQUARES] = discountSquares
  state[at + RETURNS] = returns
  state[at + RETURN_SQUARE_MEAN] = squareMean
  state[at + RETURN] = closes ? 0 : sum
  const isUnknown = variance <= UNKNOWN && returns === 0
  state[at + SCALE] = isUnknown ? 1 : Math.sqrt(variance > FLOOR ? variance : FLOOR)
}

/**
 * Refuses statistics that no stream of rewards leaves behind, when a snapshot is restored.
 *
 * Fails: RangeError with the owner, the statistic and what came.
 */
export const checkScaler = (owner: string, state: ArrayLike<number>, at: number): void => {
  const require = (field: string, index: number, expected: string, holds: (value: number) => boolean): void => {
    const value = state[at + index]
    checkRestored({ owner, field: `the scaler's ${field}` }, value, expected, holds(value))
  }
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
  require('count of steps', COUNT, 'an integer from 0 up', isCount)
  require('count of returns', RETURNS, 'an integer from 0 up', isCount)
  require('sum of squared rewards', REWARD_SQUARES, 'a number from 0 up', (value) => value >= 0)
  require('sum of squared discounts', DISCOUNT_SQUARES, 'a number from 0 up', (value) => value >= 0)
  require('mean squared return', RETURN_SQUARE_MEAN, 'a number from 0 up', (value) => value >= 0)
  require('scale', SCALE, 'a number from 0 up', (value) => value >= 0)
}
