/** State that an update advances on a copy, so that it can refuse its numbers to the very last and leave everything as it was. */
import type { Arena } from '../../kernels/arena.js'
import type { Plan } from './plan.js'

/** Doubles that are state, from 0 on, and a copy of them that stands `at` doubles further on. */
export interface Staged {
  readonly size: number
  readonly at: number
}

/** Lays out a copy of every double that was taken before: clocks and statistics, which the parts advance there. */
export const staged = ({ doubles }: Plan): Staged => {
  const { size } = doubles
  return { size, at: doubles.take(size) }
}

/** Begins an update: the copy is made of the state. */
export const stage = ({ f64 }: Arena, { size, at }: Staged): void => {
  for (let i = 0; i < size; i++) f64[at + i] = f64[i]
}

/** Ends an update that refused nothing: the state is made of the copy. */
export const commit = ({ f64 }: Arena, { size, at }: Staged): void => {
  for (let i = 0; i < size; i++) f64[i] = f64[at + i]
}
