import type { ActivationKernels } from './contracts/activation.js'
import type { DenseKernels, DenseRowKernels } from './contracts/dense.js'
import type { NormKernels } from './contracts/norm.js'
import type { OptimizerKernels } from './contracts/optimizer.js'
import type { PolicyKernels } from './contracts/policy.js'
import type { TraceKernels } from './contracts/trace.js'
import type { VectorKernels } from './contracts/vector.js'

/** The two homes of the arithmetic. */
export type KernelsName = 'webassembly' | 'typescript'

/**
 * The arithmetic of dense networks as a handful of signatures, by kind in `contracts`. An implementation, in TypeScript or in
 * WebAssembly, is bound to one `Arena` and passes the one table of tests.
 *
 * Every argument that names a vector is an offset into `arena.f32`. A matrix is row-major; in weights a row is an output. Outputs
 * never overlap inputs unless the line says "in place". Nothing is allocated: scalars go through `arena.f64` by their offset, since
 * the engine would box a double that is passed or returned.
 */
export interface Kernels
  extends
    DenseKernels,
    DenseRowKernels,
    ActivationKernels,
    NormKernels,
    PolicyKernels,
    OptimizerKernels,
    TraceKernels,
    VectorKernels {
  /** What runs, for a run's config: each reproduces its own bits. */
  readonly name: KernelsName
}

/** Where `denseAdam` and `adam` find their scalars, in doubles after `scalars`; the bias corrections are folded into step and epsilon. */
export const AdamScalar = {
  /** What the gradient is multiplied by. */
  factor: 0,
  /** α √(1 - β2^t) / (1 - β1^t). */
  step: 1,
  /** ε √(1 - β2^t). */
  epsilon: 2,
  beta1: 3,
  beta2: 4,
  count: 5,
} as const

/** Where the kernels of squashed rows find their scalars, in doubles after `scalars`. */
export const SquashScalar = {
  /** What the second half of a head is a logarithm of: 1 / 2 for a variance, 1 for a deviation. */
  k: 0,
  /** η. */
  entropyCoefficient: 1,
  /** What a gradient is multiplied by: 1 / rows for that of a mean. */
  factor: 2,
  count: 3,
} as const

/** Where the kernels of traces find their scalars, in doubles after `scalars`. */
export const TraceScalar = {
  /** γλ, by which a trace fades from step to step; with 0 it begins anew. */
  decay: 0,
  /** δ; of adaptive ObGD alone. */
  delta: 1,
  /** Decay of the mean squares; not of plain traces. */
  beta2: 2,
  /** 1 / (1 - β2^t), by which the mean squares are corrected in their t-th step; not of plain traces. */
  correction: 3,
  /** What adaptive ObGD adds to v̂ and intentional updates to its root; not of plain traces. */
  epsilon: 4,
  count: 5,
} as const
