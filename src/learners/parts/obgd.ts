/**
 * Overshooting-bounded gradient descent (Elsayed et al. 2024, algorithm 3) over a network, by its eligibility traces: plain, or adaptive,
 * where each weight's trace is divided by the root of a running mean of (δ z)².
 */
import { LARGEST, NotFiniteError } from '../../failure.js'
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { TraceScalar } from '../../kernels/kernels.js'
import { boundedStep } from '../equations/boundedStep.js'
import { checkClocks } from './clocks.js'
import type { LayerGradient } from './layerGradients.js'
import type { Network } from './network.js'
import type { Plan } from './plan.js'
import {
  checkTraces,
  moveTraces,
  readyTraces,
  type SavedNumbers,
  startTraces,
  type TraceDecay,
  type TraceKind,
  type Traces,
  traces,
  type TracesAt,
} from './traces.js'

/** Doubles that an optimizer keeps, its state: β2^t, which the adaptive form moves, 1 at the start; and the bound of its traces. */
export const OBGD_DOUBLES = 2
const [CLOCK, REACH] = [0, 1]

/** What its steps go along. */
type ObgdTraceKind = Exclude<TraceKind, 'intentional'>

/** How the steps of a network are made. */
export interface ObgdSpec {
  /** As a refusal names it: `actor` or `critic`. */
  readonly name: string
  /** α, of which less is taken where a step would overshoot. */
  readonly stepSize: number
  /** κ: a step moves the estimate by at most some 1/κ of its error. */
  readonly kappa: number
  /** The doubles of the state. */
  readonly state: number
  /** A copy of them that a step advances until nothing can be refused, and that then becomes the state; it may be the state itself. */
  readonly trial: number
  /** The double by which steps are multiplied, where a learner can lower them. */
  readonly scale?: number
}

/** Steps of a network along its traces. */
export interface Obgd extends ObgdSpec {
  readonly traces: Traces<ObgdTraceKind>
  /** The double that becomes the effective step size. */
  readonly step: number
  /** That times δ: what a trace is multiplied by to move its weight. */
  readonly factor: number
}

/** Lays out what the steps need beside parameters and traces. */
export const obgd = (
  plan: Plan,
  spec: ObgdSpec,
  net: Network,
  layers: readonly LayerGradient[],
  behind: TracesAt<ObgdTraceKind>,
): Obgd => ({
  ...spec,
  traces: traces(plan, net, layers, behind, spec.trial + REACH),
  step: plan.doubles.take(1),
  factor: plan.doubles.take(1),
})

/** Puts an optimizer before its first step. */
export const startObgd = (memory: Arena, step: Obgd, decay: TraceDecay): void => {
  startTraces(memory, step.traces, decay)
  memory.f64[step.trial + CLOCK] = 1
}

/**
 * Refuses doubles and traces of a snapshot that no learner leaves behind.
 *
 * Fails: RangeError with the owner, the number and what came.
 */
export const checkObgd = (owner: string, step: Obgd, saved: SavedNumbers): void => {
  checkClocks(owner, saved.doubles, step.state + CLOCK, 1)
  checkTraces(owner, step.traces, saved, step.state + REACH)
}

/** The greatest z / √ε: a float holds it, and the sums of some million of them. */
const FARTHEST = 1e30

/**
 * Readies a step, after `measure` and with δ at `TraceScalar.delta`: moves the adaptive form's clock, and refuses gradients whose
 * traces or squares a float might not hold.
 *
 * Numbers: the step of the plain form moves all weights together by at most 1 / κ.
 * Fails: NotFiniteError with the quantity; neither trace nor weight has moved.
 */
export const readyObgd = (memory: Arena, { name, traces, trial }: Obgd): void => {
  const { f64 } = memory
  const { kind, scalars, reach } = traces
  readyTraces(memory, name, traces)
  if (kind === 'plain') return
  const change = Math.abs(f64[scalars + TraceScalar.delta]) * f64[reach]
  if (!(change <= LARGEST)) throw new NotFiniteError(`${name}Step`, null, change)
  const along = f64[reach] / Math.sqrt(f64[scalars + TraceScalar.epsilon])
  if (!(along <= FARTHEST)) throw new NotFiniteError(`${name}Step`, null, along)
  f64[trial + CLOCK] *= f64[scalars + TraceScalar.beta2]
  f64[scalars + TraceScalar.correction] = 1 / (1 - f64[trial + CLOCK])
}

/** Takes the effective step size from the traces, after `moveTraces` moved them. */
export const boundObgd = ({ f64 }: Arena, { traces, stepSize, kappa, step, factor, scale }: Obgd): void => {
  const { layers, sums, scalars } = traces
  let norm = 0
  for (let l = 0; l < layers.length; l++) norm += f64[sums + 2 * l]
  const tdError = f64[scalars + TraceScalar.delta]
  const bounded = boundedStep(stepSize, kappa, tdError, norm)
  f64[step] = scale === undefined ? bounded : bounded * f64[scale]
  f64[factor] = f64[step] * tdError
}

/** Moves the weights along their traces, after `boundObgd`: w ← w + step δ z. */
export const moveAlong = (run: ConstantKernels, { traces: { net, direction }, factor }: Obgd): void =>
  run.addScaled(net.at + direction, net.size, factor, net.at)

/** Moves traces and then weights, by a step that is ready: z ← γλ z + g, w ← w + step δ z. */
export const takeObgd = (memory: Arena, run: ConstantKernels, step: Obgd): void => {
  moveTraces(run, step.traces)
  boundObgd(memory, step)
  moveAlong(run, step)
}
