import type { ActivationKernels } from './contracts/activation.js'
import type { DenseKernels, DenseRowKernels } from './contracts/dense.js'
import type { NormKernels } from './contracts/norm.js'
import type { OptimizerKernels } from './contracts/optimizer.js'
import type { BoundedPolicyKernels, PolicyKernels } from './contracts/policy.js'
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
    BoundedPolicyKernels,
    OptimizerKernels,
    TraceKernels,
    VectorKernels {
  /** The home of these kernels, for a run's config: each home reproduces its own bits. */
  readonly name: KernelsName
}

/** Places of the scalars of `denseAdam` and `adam`, in doubles after `scalars`; step and epsilon contain the bias corrections. */
export const AdamScalar = {
  /** Factor of the gradient. */
  factor: 0,
  /** α √(1 - β2^t) / (1 - β1^t). */
  step: 1,
  /** ε √(1 - β2^t). */
  epsilon: 2,
  beta1: 3,
  beta2: 4,
  count: 5,
} as const

/** Places of the scalars of the kernels of squashed rows, in doubles after `scalars`. */
export const SquashScalar = {
  /** k: 1 / 2 if the second half of a head is the logarithm of a variance, 1 if it is that of a deviation. */
  k: 0,
  /** η. */
  entropyCoefficient: 1,
  /** Factor of the gradient: 1 / rows for the gradient of a mean. */
  factor: 2,
  count: 3,
} as const

/** Places of the scalars of the kernels of traces, in doubles after `scalars`. */
export const TraceScalar = {
  /** γλ, the decay of a trace in each step; 0 clears it. */
  decay: 0,
  /** δ; only for adaptive ObGD. */
  delta: 1,
  /** Decay of the mean squares; not of plain traces. */
  beta2: 2,
  /** 1 / (1 - β2^t), by which the mean squares are corrected in their t-th step; not of plain traces. */
  correction: 3,
  /** ε, which adaptive ObGD adds to v̂, and intentional updates to the root of v̂; not of plain traces. */
  epsilon: 4,
  count: 5,
} as const
