/** Rows that are drawn from a replay buffer, copied to where the passes of an update read them. */
import type { Arena } from '../../kernels/arena.js'
import { copyChosen } from './columns.js'
import type { Draws } from './draws.js'
import type { Plan } from './plan.js'
import type { Replay } from './replay.js'

/** What is drawn beside vectors: doubles of shape `[rows]`. */
export interface Minibatch {
  readonly rows: number
  readonly rewards: number
  /** γ, and 0 where the task ended: nothing is bootstrapped from there. A truncated step has γ. */
  readonly discounts: number
}

/** Rows of vectors: offsets of floats, each row `stride` after the one before it. */
export interface RowsAt {
  readonly at: number
  readonly stride: number
}

/** Where the vectors of the rows are copied to, each to as many places as read it. */
export interface MinibatchPlaces {
  readonly observation: readonly RowsAt[]
  readonly action: readonly RowsAt[]
  readonly nextObservation: readonly RowsAt[]
}

/** Lays out a minibatch. */
export const minibatch = ({ doubles }: Plan, rows: number): Minibatch => ({
  rows,
  rewards: doubles.take(rows),
  discounts: doubles.take(rows),
})

/**
 * Draws a minibatch of what a buffer holds: a function that allocates nothing.
 *
 * Random numbers: one uniform number for each row, by which `replay.choose` chooses.
 * Fails: RangeError for an empty buffer.
 */
export const minibatchOf = (
  { f32, f64 }: Arena,
  held: Replay,
  { rows, rewards, discounts }: Minibatch,
  places: MinibatchPlaces,
  discount: number,
): ((draws: Draws) => void) => {
  const uniforms = new Float64Array(rows)
  const chosen = new Int32Array(rows)
  return (draws) => {
    draws.uniforms(uniforms)
    held.choose(uniforms, chosen)
    for (const { at, stride } of places.observation) copyChosen(held.observation, chosen, f32, at, stride)
    for (const { at, stride } of places.action) copyChosen(held.action, chosen, f32, at, stride)
    for (const { at, stride } of places.nextObservation) copyChosen(held.nextObservation, chosen, f32, at, stride)
    for (let r = 0; r < rows; r++) {
      f64[rewards + r] = held.rewards[chosen[r]]
      f64[discounts + r] = held.terminated[chosen[r]] === 1 ? 0 : discount
    }
  }
}

/**
 * Draws rows of normal numbers, shape `[rows, size]`: a function that allocates nothing.
 *
 * Random numbers: `random.normal` for each row in turn, for a vector of `size`.
 * Fails: NotFiniteError as `Draws.normal`.
 */
export const normalRows = ({ f32 }: Arena, at: number, rows: number, size: number): ((draws: Draws) => void) => {
  const vectors = Array.from({ length: rows }, (_, r) => f32.subarray(at + r * size, at + (r + 1) * size))
  return (draws) => {
    for (let r = 0; r < rows; r++) draws.normal(vectors[r])
  }
}
