/**
 * Return-based scaling of TD errors (Schaul et al. 2021), as published AVG does it: σ² = Var[r̃] + Var[γ] E[G²], over running
 * statistics of the entropy-regularized reward r̃, of the step's discount γ, and of the undiscounted return G of r̃.
 */

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
 * Numbers: `entropyReward` is r̃ = R - η log π(A|o). A terminated step has discount 0 and closes the return after adding to it;
 * with `closes`, the caller says that this step closes the return (published: exactly the terminated ones).
 */
export const scaleTdError = (
  state: Float64Array,
  at: number,
  entropyReward: number,
  discount: number,
  closes: boolean,
): void => {
  const count = ++state[at + COUNT]

  const fromReward = entropyReward - state[at + REWARD_MEAN]
  state[at + REWARD_MEAN] += fromReward / count
  state[at + REWARD_SQUARES] += fromReward * (entropyReward - state[at + REWARD_MEAN])

  const fromDiscount = discount - state[at + DISCOUNT_MEAN]
  state[at + DISCOUNT_MEAN] += fromDiscount / count
  state[at + DISCOUNT_SQUARES] += fromDiscount * (discount - state[at + DISCOUNT_MEAN])

  state[at + RETURN] += entropyReward
  if (closes) {
    const square = state[at + RETURN] * state[at + RETURN]
    state[at + RETURN_SQUARE_MEAN] += (square - state[at + RETURN_SQUARE_MEAN]) / ++state[at + RETURNS]
    state[at + RETURN] = 0
  }

  const variance =
    state[at + REWARD_SQUARES] / count + (state[at + DISCOUNT_SQUARES] / count) * state[at + RETURN_SQUARE_MEAN]
  const isUnknown = variance <= UNKNOWN && state[at + RETURNS] === 0
  state[at + SCALE] = isUnknown ? 1 : Math.sqrt(variance > FLOOR ? variance : FLOOR)
}
