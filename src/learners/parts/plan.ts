/** Where a learner's numbers will stand, worked out before there is any memory: parts take their place here, and an arena is made of the whole. */
import { arena, type Arena, layout, type Layout } from '../../kernels/arena.js'

/** Floats and doubles of one learner; a part takes successive stretches of either and keeps the offsets. */
export interface Plan {
  readonly floats: Layout
  readonly doubles: Layout
}

/** An empty plan. */
export const newPlan = (): Plan => ({ floats: layout(), doubles: layout() })

/** Bytes that what was taken so far needs. */
export const plannedBytes = ({ floats, doubles }: Plan): number => 4 * floats.size + 8 * doubles.size

/**
 * The memory of a plan, all 0.
 *
 * Fails: RangeError, with the bytes and the reason, for memory that cannot be allocated.
 */
export const plannedArena = ({ floats, doubles }: Plan, shared = false): Arena =>
  arena(floats.size, doubles.size, shared)
