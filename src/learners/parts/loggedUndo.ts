/**
 * Steps that can be taken back where a copy of weights and moments before each one (`undo.ts`) would take as long as the step, as those from
 * one sample do. A step cannot be inverted bit for bit. So a copy is made once in `CAPACITY` steps, and of each step since what it was
 * made of is kept: some vectors and scalars, from which it is made again.
 */
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels, Job } from '../../kernels/jobs.js'
import type { Plan } from './plan.js'
import type { Stretch } from './twinCritics.js'
import { keep, putBack, type Undo } from './undo.js'

/** Steps between two copies: so many are made again at most, and so many times fewer copies are made. */
export const CAPACITY = 128

/** What can be taken back. */
export interface LoggedSteps {
  /** All floats that a step moves: weights, moments, and what follows weights. */
  readonly moved: Undo
  /** All floats that a step reads beside them, and perhaps other scratch. */
  readonly vectors: Stretch
  /** All doubles that a step reads, and perhaps other scratch. */
  readonly scalars: Stretch
  /** Makes a step. */
  readonly step: Job
}

/** That, and where what was kept of the latest steps stands. */
export interface LoggedUndoAt extends LoggedSteps {
  readonly vectorLog: number
  readonly scalarLog: number
}

/** Lays out what taking back needs. */
export const loggedUndoAt = ({ floats, doubles }: Plan, steps: LoggedSteps): LoggedUndoAt => ({
  ...steps,
  vectorLog: floats.take(CAPACITY * steps.vectors.size),
  scalarLog: doubles.take(CAPACITY * steps.scalars.size),
})

/** Takes a step back. */
export interface LoggedUndo {
  /** Keeps what is needed to take back the step that is made next. */
  keep(): void
  /** Puts everything back to where it was at `keep`, bit for bit. What steps read beside it is overwritten. */
  takeBack(): void
  /** Says that the step since `keep` stands. */
  settle(): void
  /** Says that what is moved was replaced from outside. */
  forget(): void
}

/** Opens it in a memory; while one of its functions runs, no step may be under way on another thread. */
export const loggedUndo = (memory: Arena, run: ConstantKernels, at: LoggedUndoAt): LoggedUndo => {
  const { f32, f64 } = memory
  const { moved, vectors, scalars, vectorLog, scalarLog } = at
  /** Steps since the copy; -1 where there is no copy. */
  let since = -1
  return {
    keep: () => {
      if (since < 0 || since === CAPACITY) {
        keep(memory, moved)
        since = 0
      }
      f32.copyWithin(vectorLog + since * vectors.size, vectors.at, vectors.at + vectors.size)
      f64.copyWithin(scalarLog + since * scalars.size, scalars.at, scalars.at + scalars.size)
    },
    takeBack: () => {
      putBack(memory, moved)
      for (let step = 0; step < since; step++) {
        const [vectorsFrom, scalarsFrom] = [vectorLog + step * vectors.size, scalarLog + step * scalars.size]
        f32.copyWithin(vectors.at, vectorsFrom, vectorsFrom + vectors.size)
        f64.copyWithin(scalars.at, scalarsFrom, scalarsFrom + scalars.size)
        at.step(run)
      }
    },
    settle: () => {
      since++
    },
    forget: () => {
      since = -1
    },
  }
}
