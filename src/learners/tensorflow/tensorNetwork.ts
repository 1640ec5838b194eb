/** One network on tensors, published or of the caller: named variables and the function that computes with them. */
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core'
import { reason } from '../../failure.js'
import type { TensorFlow } from './backend.js'
import { layerRules, type LayerRules } from './layerRules.js'
import type { OwnNetwork } from './ownNetwork.js'

/** A network that can be computed and differentiated. */
export interface TensorNetwork {
  readonly variables: Readonly<Record<string, Variable>>
  /** The variables that updates move. */
  readonly moved: Readonly<Record<string, Variable>>
  /** From `[1, inputs]` to `[1, outputs]`. */
  apply(input: Tensor2D): Tensor2D
  /** Frees the tensors that were made for it; variables of the caller are not freed. */
  dispose(): void
}

/** The name of a network and the sizes of its input and output. */
export interface NetworkShape {
  readonly name: string
  readonly inputs: number
  readonly outputs: number
}

const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'dataSync' in value && 'shape' in value

/** The names of layers depend on the layers made before in the process, so weights are named by their place: `0.kernel`, `1.bias`. */
const variablesOf = (own: OwnNetwork): Readonly<Record<string, unknown>> =>
  'variables' in own
    ? own.variables
    : Object.fromEntries(own.weights.map((weight, i) => [`${i}.${weight.name.split('/').pop()}`, weight.read()]))

/** Whether updates move a variable. If a layer was loaded as frozen, only the layer has that mark, and not its variables. */
const trainableIn = (own: OwnNetwork, rules: LayerRules | null): ((variable: Variable) => boolean) => {
  if ('variables' in own) return ({ trainable }) => trainable
  const values = new Set<unknown>(own.trainableWeights.map((weight) => weight.read()))
  return (variable) => values.has(variable) && rules?.isFrozen(variable) !== true
}

const isVariable = (value: unknown): value is Variable => isTensor(value) && 'assign' in value

/** How often a network is called with the same input: this detects a dropout in a small layer most of the time, in a larger one nearly always. */
const TRIALS = 8
/** Tolerance for backends that add up on several threads. */
const ROUNDING = 1e-6

/** Whether a network returns the same output each time; no input is 0, so that multiplied noise is visible. */
const isSteady = (tf: TensorFlow, inputs: number, apply: (input: Tensor2D) => Tensor2D): boolean => {
  const input = tf.tensor2d(
    Float32Array.from({ length: inputs }, (_, i) => (i + 1) / inputs),
    [1, inputs],
  )
  const first = apply(input).dataSync()
  const isFirst = (value: number, i: number): boolean =>
    Object.is(value, first[i]) || Math.abs(value - first[i]) <= ROUNDING * Math.max(1, Math.abs(first[i]))
  for (let trial = 1; trial < TRIALS; trial++) if (!apply(input).dataSync().every(isFirst)) return false
  return true
}

/**
 * Takes a network of the caller, and tries it, forwards and backwards. `owner` is who refuses it.
 *
 * Fails: TypeError that names the network and the reason: no variable that updates move, an input or an output of another shape than
 * the task needs, a variable that the output does not depend on, an operation without a gradient, a layer that `layerRules` refuses, an output
 * that is not the same each time.
 */
export const ownNetwork = (
  tf: TensorFlow,
  owner: string,
  { name, inputs, outputs }: NetworkShape,
  own: OwnNetwork,
): TensorNetwork => {
  const refuse = (expected: string, got: string): never => {
    throw new TypeError(`${owner}: ${name}: expected ${expected}, got ${got}`)
  }
  const variables: Record<string, Variable> = {}
  for (const [path, value] of Object.entries(variablesOf(own))) {
    if (isVariable(value)) variables[`${name}.${path}`] = value
    else refuse(`a tf.Variable under variables.${path}`, isTensor(value) ? 'another tensor' : typeof value)
  }
  const checked = (output: unknown): Tensor2D => {
    if (!isTensor(output)) return refuse('one tensor as output', Array.isArray(output) ? 'several' : typeof output)
    const fits = output.shape.length === 2 && output.shape[0] === 1 && output.shape[1] === outputs
    if (!fits)
      refuse(`an output of shape [1, ${outputs}] for an input of shape [1, ${inputs}]`, `[${output.shape.join(', ')}]`)
    return output as Tensor2D
  }
  const apply = (input: Tensor2D): Tensor2D => checked(own.apply(input as never))
  const rules = layerRules(own)
  if (rules?.flaw) refuse(rules.flaw.expected, rules.flaw.got)
  // Read before the model is first applied, since that unfreezes the layers of a Sequential.
  const isTrainable = trainableIn(own, rules)
  const moved = Object.fromEntries(Object.entries(variables).filter(([, variable]) => isTrainable(variable)))
  if (Object.keys(moved).length === 0) refuse('at least one trainable variable', 'none')
  const zeros = tf.tensor2d(new Float32Array(inputs), [1, inputs])
  /** The first call: an operation that does not fit the input fails, and names no network. */
  const applied = (): unknown => {
    try {
      return own.apply(zeros as never)
    } catch (error) {
      return refuse(`a network for an input of shape [1, ${inputs}]`, `an error (${reason(error)})`)
    }
  }
  const tryOnce = (): void => void checked(applied())
  if (rules === null) tryOnce()
  const changing = rules?.watch(tryOnce)
  if (changing) refuse(changing.expected, changing.got)
  if (!isSteady(tf, inputs, apply)) {
    refuse('the same output each time for the same input', 'another one: an operation draws numbers or remembers some')
  }
  try {
    tf.valueAndGrads(() => tf.sum(apply(zeros)))(Object.values(moved))
  } catch (error) {
    refuse('an output with a gradient by every trainable variable', `an error (${reason(error)})`)
  }
  return { variables, moved, apply, dispose: () => undefined }
}
