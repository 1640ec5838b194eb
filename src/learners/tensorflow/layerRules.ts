/**
 * Rules for the layers of a model. An update is a function of the transition's values, of one sample, and computes as `sample` does. So
 * operations of a layer in training only, its memory from call to call, and its demands on the optimizer would have no effect, and are
 * refused.
 */
import { printable } from '../../edge/decode.js'

/** The fields of a weight that are used here, of any `LayerVariable`. */
interface WeightLike {
  readonly constraint?: unknown
  read(): unknown
}

/** The fields of a layer that are used here, of any `tf.layers.Layer`, the model itself included. */
interface LayerLike {
  readonly name: string
  readonly trainable: boolean
  readonly stateful: boolean
  readonly weights: readonly WeightLike[]
  readonly trainableWeights: readonly WeightLike[]
  readonly losses: readonly unknown[]
  getClassName(): string
  call(inputs: unknown, kwargs: unknown): unknown
}

/** A layer of a model, with the layers that contain it, the outermost first. */
interface Placed {
  readonly layer: LayerLike
  readonly holders: readonly LayerLike[]
}

const isLayer = (value: unknown): value is LayerLike =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<LayerLike>).getClassName === 'function' &&
  typeof (value as Partial<LayerLike>).call === 'function'

/** The layers in a layer under any name: those of a model, the cells of a recurrent layer, the layer in a wrapper. */
const heldBy = (layer: LayerLike): readonly LayerLike[] => {
  const { layers } = layer as Partial<Record<'layers', unknown>>
  const held = Array.isArray(layers) ? layers : Object.values(layer).flat()
  return held.filter(isLayer)
}

/** Every layer in a layer, inner ones first, with itself at the end. */
const placedIn = (root: LayerLike): readonly Placed[] => {
  const seen = new Set<LayerLike>()
  const visit = (layer: LayerLike, holders: readonly LayerLike[]): readonly Placed[] => {
    if (seen.has(layer)) return []
    seen.add(layer)
    return [...heldBy(layer).flatMap((held) => visit(held, [...holders, layer])), { layer, holders }]
  }
  return visit(root, [])
}

/** The name of a layer in errors: with the layers that contain it, and its class. */
const nameOf = ({ layer, holders }: Placed): string =>
  `${[...holders.slice(1), layer].map(({ name }) => printable(name).replace(/^"|"$/g, '')).join(' > ')} (${layer.getClassName()})`

/** Whether one of these settings of a layer is a number above 0. */
const above0 =
  (...names: readonly string[]) =>
  (layer: LayerLike): boolean =>
    names.some((name) => Number((layer as unknown as Readonly<Record<string, unknown>>)[name]) > 0)
const always = (): boolean => true
const never = (): boolean => false

/**
 * Whether a layer of TensorFlow.js computes differently in training, or draws random numbers, by its class. Layers of other classes are
 * watched in a call.
 */
const changesInTraining: ReadonlyMap<string, (layer: LayerLike) => boolean> = new Map([
  ['Dropout', above0('rate')],
  ['SpatialDropout1D', above0('rate')],
  ['GaussianDropout', above0('rate')],
  ['AlphaDropout', above0('rate')],
  ['GaussianNoise', above0('stddev')],
  ['BatchNormalization', always],
  ['RandomWidth', always],
  ['RandomHeight', always],
  ...['SimpleRNNCell', 'GRUCell', 'LSTMCell', 'ConvLSTM2DCell'].map(
    (name) => [name, above0('dropout', 'recurrentDropout')] as const,
  ),
  // These pass the question to the layers in them, which are checked separately.
  ...['RNN', 'SimpleRNN', 'GRU', 'LSTM', 'ConvRNN2D', 'ConvLSTM2D', 'StackedRNNCells'].map(
    (name) => [name, never] as const,
  ),
  ...['TimeDistributed', 'Bidirectional', 'Sequential', 'Model', 'Functional'].map((name) => [name, never] as const),
])

/** The settings of a layer that are set and whose names have this ending. */
const settingsOf = (layer: LayerLike, ending: string): readonly string[] =>
  Object.entries(layer).flatMap(([name, value]) => (name.endsWith(ending) && value ? [name] : []))

/** The demands of a layer on the optimizer, or null. Weights that do not move have none. */
const demandOf = (layer: LayerLike): string | null => {
  if (settingsOf(layer, 'activityRegularizer').length > 0) return 'an activityRegularizer'
  if (layer.trainableWeights.length === 0) return null
  const [named] = [...settingsOf(layer, 'Regularizer'), ...settingsOf(layer, 'Constraint')]
  if (named !== undefined) return `a ${named}`
  if (layer.losses.length > 0) return 'a loss of its own'
  return layer.trainableWeights.some(({ constraint }) => constraint) ? 'a constraint' : null
}

/** A refusal: the expected value, and the one that came. */
export interface Refusal {
  readonly expected: string
  readonly got: string
}

const sameInTraining = 'layers that compute the same in training as in use'

/** The refusal of the first layer that an update would compute differently, or null. */
const flawOf = (placed: Placed): Refusal | null => {
  const { layer } = placed
  const name = nameOf(placed)
  if (changesInTraining.get(layer.getClassName())?.(layer) === true) return { expected: sameInTraining, got: name }
  if (layer.stateful) return { expected: 'layers without memory from call to call', got: `${name}, stateful` }
  const demand = demandOf(layer)
  if (demand === null) return null
  return { expected: 'layers without regularizers, constraints and losses of their own', got: `${name} with ${demand}` }
}

/** The rules for one model of layers. */
export interface LayerRules {
  /** The refusal, or null. */
  readonly flaw: Refusal | null
  /** Whether a frozen layer contains this variable, also a frozen wrapper, which TensorFlow.js does not report. */
  isFrozen(variable: unknown): boolean
  /** Calls the model by `apply`, and returns a refusal for a layer of the caller that asks whether it is in training. */
  watch(apply: () => void): Refusal | null
}

/** The rules for a network; null for one that is not a model of layers. */
export const layerRules = (network: unknown): LayerRules | null => {
  if (!isLayer(network)) return null
  const all = placedIn(network)
  const frozen = new Set(
    all
      .filter(({ layer }) => !layer.trainable || (layer as { readonly trainable_?: boolean }).trainable_ === false)
      .flatMap(({ layer }) => layer.weights.map((weight) => weight.read())),
  )
  const watch = (apply: () => void): Refusal | null => {
    const curious: Placed[] = []
    const watched = all.filter(({ layer }) => !changesInTraining.has(layer.getClassName()))
    for (const placed of watched) {
      const { layer } = placed
      const call = layer.call.bind(layer)
      const note = (name: string | symbol): void => {
        if (name === 'training') curious.push(placed)
      }
      layer.call = (inputs, kwargs) =>
        call(
          inputs,
          new Proxy((kwargs ?? {}) as object, {
            get: (target, name) => (note(name), Reflect.get(target, name)),
            has: (target, name) => (note(name), Reflect.has(target, name)),
          }),
        )
    }
    try {
      apply()
    } finally {
      // An own property hid the method of the class.
      for (const { layer } of watched) Reflect.deleteProperty(layer, 'call')
    }
    return curious.length === 0 ? null : { expected: sameInTraining, got: nameOf(curious[0]) }
  }
  return {
    flaw: all.reduce<Refusal | null>((found, placed) => found ?? flawOf(placed), null),
    isFrozen: (variable) => frozen.has(variable),
    watch,
  }
}
