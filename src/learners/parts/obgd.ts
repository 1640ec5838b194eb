/**
 * Overshooting-bounded gradient descent (Elsayed et al. 2024, algorithm 3) over a network, by its eligibility traces: plain, or adaptive,
 * where each weight's trace is divided by the root of a running mean of (δ z)².
 */
import { LARGEST, NotFiniteError } from '../../failure.js'
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { TraceScalar } from '../../kernels/kernels.js'
import { boundedStep } from '../equations/boundedStep.js'
import { type Extents, extents } from './layerGradients.js'
import type { Plan } from './plan.js'
import { moveTraces, startTraces, type TraceDecay, type TraceKind, type Traces } from './traces.js'

/** Doubles that an optimizer keeps, its state: of the adaptive form β2^t, 1 at the start. */
export const OBGD_DOUBLES = 1

/** The traces that its steps go along. */
export type ObgdTraces = Traces<Exclude<TraceKind, 'intentional'>>

/** How the steps of a network are made. */
export interface ObgdSpec {
  /** As a refusal names it: `actor` or `critic`. */
  readonly name: string
  /** α, of which less is taken where a step would overshoot. */
  readonly stepSize: number
  /** κ: a step moves the estimate by at most some 1/κ of its error. */
  readonly kappa: number
  /** The double of the clock, where the optimizer's steps read and move it. */
  readonly clock: number
}

/** Steps of a network along its traces. */
export interface Obgd extends ObgdSpec {
  readonly traces: ObgdTraces
  /** Of the vectors that the traces are moved by; filled by `measure` before the step is readied. */
  readonly extents: Extents
  /** A double of scratch: what a trace is multiplied by to move its weight, and before that the greatest trace. */
  readonly scratch: number
}

/** Lays out what the steps need beside parameters and traces. */
export const obgd = (plan: Plan, spec: ObgdSpec, traces: ObgdTraces): Obgd => ({
  ...spec,
  traces,
  extents: extents(plan, traces.layers),
  scratch: plan.doubles.take(1),
})

/** Puts an optimizer before its first step. */
export const startObgd = (memory: Arena, { traces, clock }: Obgd, decay: TraceDecay): void => {
  startTraces(memory, traces, decay)
  memory.f64[clock] = 1
}

/**
 * Readies a step, after `measure` and with δ at `TraceScalar.delta`: moves the adaptive form's clock, and refuses gradients whose traces
 * or squares a float might not hold. With a decay below 1 traces stay finite if gradients are at most `LARGEST`.
 *
 * Fails: NotFiniteError with the quantity; neither trace nor weight has moved.
 */
export const readyObgd = ({ f64 }: Arena, run: ConstantKernels, step: Obgd): void => {
  const { name, traces, clock, scratch } = step
  const { net, scalars } = traces
  let most = 0
  for (let l = 0; l < traces.layers.length; l++) {
    const input = f64[step.extents + 2 * l]
    // The bias has an input of 1.
    const gradient = f64[step.extents + 2 * l + 1] * (input > 1 ? input : 1)
    if (!(input <= LARGEST)) throw new NotFiniteError(`${name}Activation`, null, input)
    if (!(gradient <= LARGEST)) throw new NotFiniteError(`${name}Gradient`, null, gradient)
    if (gradient > most) most = gradient
  }
  if (traces.kind === 'plain') return
  run.largest(net.at + traces.trace, net.size, scratch)
  const trace = f64[scalars + TraceScalar.decay] * f64[scratch] + most
  const change = Math.abs(f64[scalars + TraceScalar.delta]) * trace
  if (!(change <= LARGEST)) throw new NotFiniteError(`${name}Step`, null, change)
  f64[clock] *= f64[scalars + TraceScalar.beta2]
  f64[scalars + TraceScalar.correction] = 1 / (1 - f64[clock])
}

/** Moves traces and then weights, by a step that is ready: z ← γλ z + g, w ← w + step δ z. */
export const takeObgd = ({ f64 }: Arena, run: ConstantKernels, { traces, stepSize, kappa, scratch }: Obgd): void => {
  const { net, layers, sums, scalars, direction } = traces
  moveTraces(run, traces)
  let norm = 0
  for (let l = 0; l < layers.length; l++) norm += f64[sums + 2 * l]
  const tdError = f64[scalars + TraceScalar.delta]
  f64[scratch] = boundedStep(stepSize, kappa, tdError, norm) * tdError
  run.addScaled(net.at + direction, net.size, scratch, net.at)
}
