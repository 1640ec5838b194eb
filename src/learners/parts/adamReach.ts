/** How far a step of Adam (Kingma and Ba 2015) can move a weight, whatever the gradients. */
import { LARGEST, NotFiniteError } from '../../failure.js'

/** The betas of an optimizer. */
export interface Betas {
  readonly beta1: number
  readonly beta2: number
}

/** The least normal float: kernels take a second moment below it for none. */
export const LEAST_NORMAL = 1.1754943508222875e-38

/**
 * How far Adam can move a weight, in steps: |m| / (√v + ε) is at most `ratio` + `faint` / ε, for any gradients up to `LARGEST`.
 *
 * By Cauchy and Schwarz, |m| / √v ≤ (1 - β1) / √((1 - β2) (1 - β1²/β2)) where β1² < β2. A gradient whose square v does not hold
 * adds `faint` at most. Where β1² ≥ β2 there is no such ratio, since v may be gone while m is still large.
 */
export interface Reach {
  readonly ratio: number
  readonly faint: number
}

/** The reach of some betas. */
export const reachOf = ({ beta1, beta2 }: Betas): Reach => {
  const fresh = 1 - beta2
  if (beta1 === 0) return { ratio: 1 / Math.sqrt(fresh), faint: Math.sqrt(LEAST_NORMAL / fresh) }
  const kept = 1 - (beta1 * beta1) / beta2
  return kept > 0
    ? { ratio: (1 - beta1) / Math.sqrt(fresh * kept), faint: Math.sqrt(LEAST_NORMAL / fresh) }
    : { ratio: 0, faint: LARGEST }
}

/** The greatest step that a weight may be asked to take where no ratio bounds it: float32 holds millions of them. */
const FARTHEST = 1e30

/**
 * Whether a step of Adam, by its bias-corrected size and epsilon, leaves weights finite. A size above `LARGEST` does not: times a
 * gradient it would not be finite in itself.
 */
export const isReached = (step: number, epsilon: number, { ratio, faint }: Reach): boolean =>
  step <= LARGEST && step * ratio <= LARGEST && (step * faint) / epsilon <= FARTHEST

/** The failure of a step that does not, with the farthest that it might move a weight; `network` is `actor` or `critic`. */
export const stepFailure = (network: string, step: number, epsilon: number, { ratio, faint }: Reach): NotFiniteError =>
  new NotFiniteError(`${network}Step`, null, step * Math.max(1, ratio, faint / epsilon))
