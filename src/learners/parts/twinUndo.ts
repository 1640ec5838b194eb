/**
 * Takes the critics' step back, where what follows it in the same update is refused: the actor's gradient is by the critics that have moved.
 *
 * On several rows a copy is made before each such step, which is short beside the work on the rows. On one row it would take as long as the
 * step, so that the steps are logged.
 */
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import type { MomentsAt } from './adam.js'
import { type LoggedUndo, loggedUndo, loggedUndoAt, type LoggedUndoAt } from './loggedUndo.js'
import type { Plan } from './plan.js'
import type { TwinCritics } from './twinCritics.js'
import { takeCritic, type TwinRows } from './twinRows.js'
import { keep, putBack, type Undo, undo } from './undo.js'

/** What taking back needs: a copy, or a log. */
export type TwinUndoAt = { readonly copied: Undo } | { readonly logged: LoggedUndoAt }

/** Lays it out. */
export const twinUndoAt = (plan: Plan, critics: TwinCritics, moments: MomentsAt, twins: TwinRows): TwinUndoAt => {
  const moved = undo(plan, critics, moments)
  if (twins.rows > 1) return { copied: moved }
  const { vectors, scalars } = twins
  const step = (run: ConstantKernels): void => {
    takeCritic(run, twins.Q1)
    takeCritic(run, twins.Q2)
  }
  return { logged: loggedUndoAt(plan, { moved, vectors, scalars, step }) }
}

/** Takes the step since `keep` back, or settles it. */
export interface TwinUndo extends LoggedUndo {
  /** Whether `keep` and `settle` are called for every step, or for those alone after which something can be refused. */
  readonly isEvery: boolean
}

/** Opens it in a memory; while one of its functions runs, no step may be under way on another thread. */
export const twinUndo = (memory: Arena, run: ConstantKernels, at: TwinUndoAt): TwinUndo =>
  'logged' in at
    ? { ...loggedUndo(memory, run, at.logged), isEvery: true }
    : {
        isEvery: false,
        keep: () => keep(memory, at.copied),
        takeBack: () => putBack(memory, at.copied),
        settle: () => undefined,
        forget: () => undefined,
      }
