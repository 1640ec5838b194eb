/** Eligibility traces of a network: one for each weight, moved by the gradient of one sample, which is never stored. */
import { LARGEST, NotFiniteError } from '../../failure.js'
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { TraceScalar } from '../../kernels/kernels.js'
import { checkRestored } from '../../restored.js'
import { type Extents, extents, type LayerGradient } from './layerGradients.js'
import type { Network } from './network.js'
import type { Plan } from './plan.js'

/** What a trace is used for: that of ObGD, of adaptive ObGD, or of intentional updates (`kernels/contracts/trace.ts` has the equations). */
export type TraceKind = 'plain' | 'adaptive' | 'intentional'

/** How far what is kept for a parameter stands behind it, in floats: z, and the mean square v, which plain traces do not have. */
export interface TracesAt<Kind extends TraceKind = TraceKind> {
  readonly kind: Kind
  readonly trace: number
  readonly second: number
}

/** Lays out traces for every parameter that was laid out before; all of it is state, 0 at the start. */
export const tracesAt = <Kind extends TraceKind>({ floats }: Plan, kind: Kind): TracesAt<Kind> => {
  const parameters = floats.size
  return { kind, trace: floats.take(parameters), second: kind === 'plain' ? 0 : floats.take(parameters) }
}

/** The traces of one network. */
export interface Traces<Kind extends TraceKind = TraceKind> extends TracesAt<Kind> {
  readonly net: Network
  readonly layers: readonly LayerGradient[]
  /** Behind each parameter, how it is to move: z, or z over the root of its mean square. */
  readonly direction: number
  /** Doubles in the order of `TraceScalar`; `delta` and `correction` are the caller's to write. */
  readonly scalars: number
  /** Two doubles for each layer: sums over its parameters, of which plain and adaptive traces fill the first. */
  readonly sums: number
  /** Of the vectors that the traces are moved by. */
  readonly extents: Extents
  /** A double that is state, 0 at the start, where a step advances it: no trace is larger, but for rounding. */
  readonly reach: number
}

/** Lays out what moving the traces of a network needs beside them; `reach` is where their bound stands. */
export const traces = <Kind extends TraceKind>(
  plan: Plan,
  net: Network,
  layers: readonly LayerGradient[],
  at: TracesAt<Kind>,
  reach: number,
): Traces<Kind> => ({
  ...at,
  reach,
  net,
  layers,
  direction: at.kind === 'plain' ? at.trace : plan.floats.take(net.size) - net.at,
  scalars: plan.doubles.take(TraceScalar.count),
  sums: plan.doubles.take(2 * layers.length),
  extents: extents(plan, layers),
})

/** How traces fade. */
export interface TraceDecay {
  /** γλ. */
  readonly decay: number
  /** Decay of mean squares; the default is 0.999. */
  readonly beta2?: number
  /** What is added to a mean square below its root, or of intentional updates to the root; the default is 1e-8. */
  readonly epsilon?: number
}

/** Writes how traces fade where the kernels read it. */
export const startTraces = ({ f64 }: Arena, { scalars }: Traces, decays: TraceDecay): void => {
  const { decay, beta2 = 0.999, epsilon = 1e-8 } = decays
  f64[scalars + TraceScalar.decay] = decay
  f64[scalars + TraceScalar.beta2] = beta2
  f64[scalars + TraceScalar.epsilon] = epsilon
  f64[scalars + TraceScalar.correction] = 1
}

/**
 * Refuses gradients whose traces or squares a float might not hold, after `measure`, and bounds the traces that come of the others;
 * `name` is what the network is called.
 *
 * Numbers: γλ is at most 1, so that a trace is at most the sum of the gradients since it was cleared, each of at most `LARGEST`.
 * Fails: NotFiniteError with the quantity; no trace has moved.
 */
export const readyTraces = ({ f64 }: Arena, name: string, { layers, scalars, extents: at, reach }: Traces): void => {
  let greatest = 0
  for (let l = 0; l < layers.length; l++) {
    const input = f64[at + 2 * l]
    // The bias has an input of 1.
    const gradient = f64[at + 2 * l + 1] * (input > 1 ? input : 1)
    if (!(input <= LARGEST)) throw new NotFiniteError(`${name}Activation`, null, input)
    if (!(gradient <= LARGEST)) throw new NotFiniteError(`${name}Gradient`, null, gradient)
    if (gradient > greatest) greatest = gradient
  }
  f64[reach] = f64[scalars + TraceScalar.decay] * f64[reach] + greatest
}

/** Moves the traces by the vectors that a backward pass left, and fills `sums`. */
export const moveTraces = (run: ConstantKernels, moved: Traces): void => {
  const { kind, layers, scalars, sums } = moved
  for (let l = 0; l < layers.length; l++) {
    const { layer, input, gradient } = layers[l]
    const { weights, biasAt, inputs, outputs } = layer
    const trace = weights + moved.trace
    const second = weights + moved.second
    const direction = weights + moved.direction
    const sum = sums + 2 * l
    if (kind === 'plain') run.denseTrace(trace, biasAt, input, inputs, gradient, outputs, scalars, sum)
    else if (kind === 'adaptive')
      run.denseAdaptiveTrace(trace, second, direction, biasAt, input, inputs, gradient, outputs, scalars, sum)
    else run.denseIntentionalTrace(trace, second, direction, biasAt, input, inputs, gradient, outputs, scalars, sum)
  }
}

/** Sets the traces to 0, as at the end of an episode; mean squares stay. Their bound is `clearReach`'s. */
export const clearTraces = (run: ConstantKernels, { net, trace }: Traces): void => run.clear(net.at + trace, net.size)

/** Sets the bound of traces to 0 that are cleared once they moved. */
export const clearReach = ({ f64 }: Arena, { reach }: Traces): void => void (f64[reach] = 0)

/** The numbers of a snapshot. */
export interface SavedNumbers {
  readonly floats: ArrayLike<number>
  readonly doubles: ArrayLike<number>
}

/**
 * Refuses traces of a snapshot that are beyond their bound: the double at `reach`.
 *
 * Fails: RangeError with the owner, the number and what came.
 */
export const checkTraces = (
  owner: string,
  { net, trace }: Traces,
  { floats, doubles }: SavedNumbers,
  reach: number,
): void => {
  const bound = doubles[reach]
  checkRestored({ owner, field: `the bound of traces, doubles[${reach}],` }, bound, 'a number from 0 up', bound >= 0)
  for (let i = net.at + trace; i < net.at + trace + net.size; i++) {
    // Traces are rounded at each step and their bound is not.
    if (Math.abs(floats[i]) <= 2 * bound) continue
    checkRestored({ owner, field: `the trace floats[${i}]` }, floats[i], `a number within ±${2 * bound}`, false)
  }
}
