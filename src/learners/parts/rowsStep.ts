/**
 * Adam's step of a network by the mean over a batch: fused with the gradient where the batch is one row, which is then never stored, else by
 * gradients that are stored. The gradient by the network's output already has the mean's factor.
 */
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import {
  type AdamSpec,
  type FusedStep,
  fusedStep,
  readyFused,
  readyStored,
  type StoredStep,
  storedStep,
  takeFused,
  takeStored,
} from './adam.js'
import { type LayerGradient, layerGradients, measure, storedGradients, storeGradients } from './layerGradients.js'
import type { Network } from './network.js'
import type { Gradients, Tape } from './passes.js'
import type { Plan } from './plan.js'

/** A step, and the layers whose gradients it is made of; `startSteps` starts either kind, `tick` moves its clock. */
export type RowsStep = FusedStep | (StoredStep & { readonly layers: readonly LayerGradient[] })

/** Lays out the step of a network by the passes of a tape. Several rows need a tape with scratch. */
export const rowsStep = (plan: Plan, spec: AdamSpec, net: Network, on: Tape, by: Gradients): RowsStep => {
  const layers = layerGradients(net, on, by)
  if (on.rows === 1) return fusedStep(plan, spec, layers)
  return { ...storedStep(plan, spec, storedGradients(plan, net.at, net.size)), layers }
}

/** Gathers what the step is made of, after `backward`: the extents of the gradient, or the gradient itself. */
export const gatherRows = (run: ConstantKernels, step: RowsStep): void => {
  if ('extents' in step) measure(run, step.layers, step.extents)
  else storeGradients(run, step.layers, step.gradients)
}

/**
 * Readies a step, after `tick` and `gatherRows`.
 *
 * Fails: NotFiniteError as `readyFused` and `readyStored`; no weight has moved.
 */
export const readyRows = (memory: Arena, run: ConstantKernels, step: RowsStep): void => {
  if ('extents' in step) readyFused(memory, step)
  else readyStored(memory, run, step)
}

/** Moves the weights, by a step that is ready. */
export const takeRows = (run: ConstantKernels, step: RowsStep): void => {
  if ('extents' in step) takeFused(run, step)
  else takeStored(run, step)
}
