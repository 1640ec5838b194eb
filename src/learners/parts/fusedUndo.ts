/**
 * Fused steps that can be taken back, for updates that look at what the stepped weights compute before they know that nothing is to be
 * refused, as the actor's part of SAC does. A step cannot be inverted bit for bit, and a copy of weights and moments before each one would
 * take longer than the step. So a copy is made once in `CAPACITY` steps, and of each step since what it was made of is kept: some vectors
 * and scalars, from which it is made again.
 */
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { AdamScalar } from '../../kernels/kernels.js'
import { type FusedStep, type MomentsAt, takeFused } from './adam.js'
import type { Plan } from './plan.js'
import type { Stretch } from './twinCritics.js'

/** Steps between two copies: so many are made again at most, and so many times fewer copies are made. */
export const CAPACITY = 32

/** What can be taken back. */
export interface UndoAt {
  /** What is stepped, its parameters and their moments, as stretches of floats, and where their copies stand. */
  readonly copied: readonly (Stretch & { readonly copy: number })[]
  readonly steps: readonly FusedStep[]
  /** All vectors that the steps are made of. */
  readonly vectors: Stretch
  /** The logs of both, `CAPACITY` entries. */
  readonly vectorLog: number
  readonly scalarLog: number
}

/**
 * Lays out what taking back needs.
 *
 * @param parameters What the steps move.
 * @param vectors Where their inputs and gradients stand, and perhaps other scratch.
 */
export const undoAt = (
  { floats, doubles }: Plan,
  parameters: Stretch,
  moments: MomentsAt,
  steps: readonly FusedStep[],
  vectors: Stretch,
): UndoAt => {
  const distances = [0, moments.second, ...(moments.first > 0 ? [moments.first] : [])]
  const { at, size } = parameters
  return {
    copied: distances.map((distance) => ({ at: at + distance, size, copy: floats.take(size) })),
    steps,
    vectors,
    vectorLog: floats.take(CAPACITY * vectors.size),
    scalarLog: doubles.take(CAPACITY * steps.length * AdamScalar.count),
  }
}

/** Takes steps back. */
export interface FusedUndo {
  /** Keeps what is needed to take back the steps that are ready and come next. */
  keep(): void
  /** Puts parameters and moments back to where they were at `keep`, bit for bit. Vectors and scalars of the steps are overwritten. */
  takeBack(): void
  /** Says that the steps since `keep` stand. */
  settle(): void
  /** Says that parameters or moments were replaced from outside. */
  forget(): void
}

/** Opens it in a memory; no step may be under way on another thread while one of its functions runs. */
export const fusedUndo = ({ f32, f64 }: Arena, run: ConstantKernels, at: UndoAt): FusedUndo => {
  const { copied, steps, vectors, vectorLog, scalarLog } = at
  const { count } = AdamScalar
  /** Steps since the copy; -1 where there is no copy. */
  let since = -1
  return {
    keep: () => {
      if (since < 0 || since === CAPACITY) {
        for (let c = 0; c < copied.length; c++) {
          const { at: from, size, copy } = copied[c]
          f32.copyWithin(copy, from, from + size)
        }
        since = 0
      }
      f32.copyWithin(vectorLog + since * vectors.size, vectors.at, vectors.at + vectors.size)
      for (let s = 0; s < steps.length; s++) {
        const to = scalarLog + (since * steps.length + s) * count
        for (let i = 0; i < count; i++) f64[to + i] = f64[steps[s].scalars + i]
      }
    },
    takeBack: () => {
      for (const { at: to, size, copy } of copied) f32.copyWithin(to, copy, copy + size)
      for (let entry = 0; entry < since; entry++) {
        const from = vectorLog + entry * vectors.size
        f32.copyWithin(vectors.at, from, from + vectors.size)
        steps.forEach((step, s) => {
          const scalars = scalarLog + (entry * steps.length + s) * count
          f64.copyWithin(step.scalars, scalars, scalars + count)
          takeFused(run, step)
        })
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
