/**
 * Parameters that an update moves before it has seen its last number, as TD3 and SAC do: the critics move first, and the actor's gradient is
 * by the critics that have moved. A copy of them, with their moments, is kept until nothing can be refused any more.
 */
import type { Arena } from '../../kernels/arena.js'
import type { MomentsAt } from './adam.js'
import type { Plan } from './plan.js'
import type { Stretch } from './twinCritics.js'

/** What is copied, stretch by stretch of floats, and where to. */
export type Undo = readonly (Stretch & { readonly copy: number })[]

/** Lays out copies of a stretch of parameters and of its moments. */
export const undo = ({ floats }: Plan, { at, size }: Stretch, { first, second }: MomentsAt): Undo =>
  // `first` is 0 where there are no first moments.
  [0, second, ...(first === 0 ? [] : [first])].map((behind) => ({ at: at + behind, size, copy: floats.take(size) }))

/** Copies them, before they move. */
export const keep = ({ f32 }: Arena, kept: Undo): void => {
  for (let i = 0; i < kept.length; i++) f32.copyWithin(kept[i].copy, kept[i].at, kept[i].at + kept[i].size)
}

/** Puts the copies back, bit for bit. */
export const putBack = ({ f32 }: Arena, kept: Undo): void => {
  for (let i = 0; i < kept.length; i++) f32.copyWithin(kept[i].at, kept[i].copy, kept[i].copy + kept[i].size)
}
