/** Intentional updates (Sharifnassab et al. 2026) of a network, along its eligibility traces (`equations/intentionalStep.ts`). */
import { NotFiniteError } from '../../failure.js'
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { TraceScalar } from '../../kernels/kernels.js'
import { checkRestored } from '../../restored.js'
import { intentionalStep, LEAST_ROOT, movedMean } from '../equations/intentionalStep.js'
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
  type Traces,
  traces,
  type TracesAt,
} from './traces.js'

/**
 * Doubles that an optimizer keeps, its state: β2^t and (γλ)^t, 1 at the start; q, the running mean of Σ g²/D; and behind them the bound of
 * its traces.
 */
export const INTENTIONAL_DOUBLES = 4
const [SQUARES, CURVATURES, CURVATURE, REACH] = [0, 1, 2, 3]

/** How the steps of a network are made. */
export interface IntentionalSpec {
  /** As a refusal names it: `actor` or `critic`. */
  readonly name: string
  /** η, the fraction of an error by which a step is intended to move the estimate. */
  readonly fraction: number
  /** The doubles of the state. */
  readonly state: number
  /** A copy of them that a step advances until nothing can be refused, and that then becomes the state; it may be the state itself. */
  readonly trial: number
  /** The double by which steps are multiplied, where a learner can lower them. */
  readonly scale?: number
}

/** Steps of a network along its traces. */
export interface Intentional extends IntentionalSpec {
  readonly traces: Traces<'intentional'>
  /** The double that becomes the step size. */
  readonly step: number
  /** That times δ: what z/D is multiplied by to move a weight. */
  readonly factor: number
}

/** Lays out what the steps need beside parameters and traces. */
export const intentional = (
  plan: Plan,
  spec: IntentionalSpec,
  net: Network,
  layers: readonly LayerGradient[],
  behind: TracesAt<'intentional'>,
): Intentional => ({
  ...spec,
  traces: traces(plan, net, layers, behind, spec.trial + REACH),
  step: plan.doubles.take(1),
  factor: plan.doubles.take(1),
})

/** Puts an optimizer before its first step; the decay is γλ, below 1. */
export const startIntentional = (memory: Arena, { traces, trial }: Intentional, decay: TraceDecay): void => {
  startTraces(memory, traces, decay)
  memory.f64[trial + SQUARES] = 1
  memory.f64[trial + CURVATURES] = 1
  memory.f64[trial + CURVATURE] = 0
}

/**
 * Refuses doubles and traces of a snapshot that no learner leaves behind.
 *
 * Fails: RangeError with the owner, the number and what came.
 */
export const checkIntentional = (owner: string, { traces, state }: Intentional, saved: SavedNumbers): void => {
  const { doubles } = saved
  checkClocks(owner, doubles, state + SQUARES, 2)
  const at = state + CURVATURE
  const field = `the mean curvature, doubles[${at}],`
  checkRestored({ owner, field }, doubles[at], 'a number from 0 up', doubles[at] >= 0)
  checkTraces(owner, traces, saved, state + REACH)
}

/** The farthest that a weight may be asked to move: float32 holds millions of such steps. */
const FARTHEST = 1e30
/** The greatest z²/D: float32 holds the sum of a thousand of them. */
const GREATEST_SQUARE = 1e34

/**
 * Readies a step, after `measure` and with δ at `TraceScalar.delta`: moves the clocks, and refuses gradients whose
 * traces or squares a float might not hold, and a δ by which a weight might move too far.
 *
 * Numbers: what traces, sums and weights will be is bounded before any of them moves, with D no less than its ε and the root no less than
 * `LEAST_ROOT`: the bound is some powers of ten above what comes of it.
 * Fails: NotFiniteError with the quantity; neither trace nor weight has moved.
 */
export const readyIntentional = (memory: Arena, step: Intentional): void => {
  const { f64 } = memory
  const { name, traces, fraction, trial } = step
  const { scalars } = traces
  readyTraces(memory, name, traces)
  const trace = f64[traces.reach]
  const epsilon = f64[scalars + TraceScalar.epsilon]
  const square = (trace * trace) / epsilon
  if (!(square <= GREATEST_SQUARE)) throw new NotFiniteError(`${name}Trace`, null, square)
  const change = (((fraction / LEAST_ROOT) * Math.abs(f64[scalars + TraceScalar.delta])) / epsilon) * trace
  if (!(change <= FARTHEST)) throw new NotFiniteError(`${name}Step`, null, change)
  f64[trial + SQUARES] *= f64[scalars + TraceScalar.beta2]
  f64[trial + CURVATURES] *= f64[scalars + TraceScalar.decay]
  f64[scalars + TraceScalar.correction] = 1 / (1 - f64[trial + SQUARES])
}

/** Takes the step size from the traces, after `moveTraces` moved them and the copy became the state. */
export const sizeIntentional = ({ f64 }: Arena, step: Intentional): void => {
  const { traces, fraction, state, scale } = step
  const { layers, sums, scalars } = traces
  let ofGradient = 0
  let ofTrace = 0
  for (let l = 0; l < layers.length; l++) {
    ofGradient += f64[sums + 2 * l]
    ofTrace += f64[sums + 2 * l + 1]
  }
  const curvature = movedMean(f64[state + CURVATURE], ofGradient, f64[scalars + TraceScalar.decay])
  f64[state + CURVATURE] = curvature
  const intended = intentionalStep(fraction, curvature / (1 - f64[state + CURVATURES]), ofTrace)
  f64[step.step] = scale === undefined ? intended : intended * f64[scale]
  f64[step.factor] = f64[step.step] * f64[scalars + TraceScalar.delta]
}

/** Moves the weights along their traces, after `sizeIntentional`: w ← w + step δ z/D. */
export const moveIntentional = (run: ConstantKernels, { traces: { net, direction }, factor }: Intentional): void =>
  run.addScaled(net.at + direction, net.size, factor, net.at)

/** Moves traces and then weights, by a step that is ready. */
export const takeIntentional = (memory: Arena, run: ConstantKernels, step: Intentional): void => {
  moveTraces(run, step.traces)
  sizeIntentional(memory, step)
  moveIntentional(run, step)
}
