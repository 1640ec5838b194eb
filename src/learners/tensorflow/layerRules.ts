/**
 * What a model of layers may hold. An update is a function of the transition's values, of one sample, computed as `sample` computes: what
 * a layer adds in training alone, remembers from call to call, or wants of the optimizer would be left out without a word.
 */
import { printable } from '../../edge/decode.js'

/** A weight, as far as it is looked at here: any `LayerVariable`. */
interface WeightLike {
  readonly constraint?: unknown
  read(): unknown
}

/** A layer, as far as it is looked at here: any `tf.layers.Layer`, the model itself included. */
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

/** A layer of a model, with those that hold it, the outermost first. */
interface Placed {
  readonly layer: LayerLike
  readonly holders: readonly LayerLike[]
}

const isLayer = (value: unknown): value is LayerLike =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<LayerLike>).getClassName === 'function' &&
  typeof (value as Partial<LayerLike>).call === 'function'

/** What a layer holds under any name: the layers of a model, the cells of a recurrent layer, what a wrapper wraps. */
const heldBy = (layer: LayerLike): readonly LayerLike[] => {
  const { layers } = layer as Partial<Record<'layers', unknown>>
  const held = Array.isArray(layers) ? layers : Object.values(layer).flat()
  return held.filter(isLayer)
}

/** Every layer below one, each before its holder, with itself at the end. */
const placedIn = (root: LayerLike): readonly Placed[] => {
  const seen = new Set<LayerLike>()
  const visit = (layer: LayerLike, holders: readonly LayerLike[]): readonly Placed[] => {
    if (seen.has(layer)) return []
    seen.add(layer)
    return [...heldBy(layer).flatMap((held) => visit(held, [...holders, layer])), { layer, holders }]
  }
  return visit(root, [])
}

/** How errors name a layer: with the layers that hold it inside the model, and its class. */
const nameOf = ({ layer, holders }: Placed): string =>
  `${[...holders.slice(1), layer].map(({ name }) => printable(name).replace(/^"|"$/g, '')).join(' > ')} (${layer.getClassName()})`

/** Whether one of these settings of a layer is a number above 0. */
const above0 =
  (...names: readonly string[]) =>
  (layer: LayerLike): boolean =>
    names.some((name) => Number((layer as unknown as Readonly<Record<string, unknown>>)[name]) > 0)
const always = (): boolean => true
const never = (): boolean => false

/** Whether a layer of TensorFlow.js computes otherwise in training, or draws random numbers, by its class. Those of other classes are watched. */
const changes: ReadonlyMap<string, (layer: LayerLike) => boolean> = new Map([
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
  // These hand the question on to what they hold, which is looked at by itself.
  ...['RNN', 'SimpleRNN', 'GRU', 'LSTM', 'ConvRNN2D', 'ConvLSTM2D', 'StackedRNNCells'].map(
    (name) => [name, never] as const,
  ),
  ...['TimeDistributed', 'Bidirectional', 'Sequential', 'Model', 'Functional'].map((name) => [name, never] as const),
])

/** The settings of a layer whose names end so and that are set. */
const settingsOf = (layer: LayerLike, ending: string): readonly string[] =>
  Object.entries(layer).flatMap(([name, value]) => (name.endsWith(ending) && value ? [name] : []))

/** What the optimizer would have to know of a layer, or null. Weights that do not move need nothing. */
const demandOf = (layer: LayerLike): string | null => {
  if (settingsOf(layer, 'activityRegularizer').length > 0) return 'an activityRegularizer'
  if (layer.trainableWeights.length === 0) return null
  const [named] = [...settingsOf(layer, 'Regularizer'), ...settingsOf(layer, 'Constraint')]
  if (named !== undefined) return `a ${named}`
  if (layer.losses.length > 0) return 'a loss of its own'
  return layer.trainableWeights.some(({ constraint }) => constraint) ? 'a constraint' : null
}

/** What is refused: what was expected, and what came. */
export interface Refusal {
  readonly expected: string
  readonly got: string
}

const sameInTraining = 'layers that compute the same in training as in use'

/** The first thing in a model that an update would leave out, or null. */
const flawOf = (placed: Placed): Refusal | null => {
  const { layer } = placed
  const name = nameOf(placed)
  if (changes.get(layer.getClassName())?.(layer) === true) return { expected: sameInTraining, got: name }
  if (layer.stateful) return { expected: 'layers that remember nothing from call to call', got: `${name}, stateful` }
  const demand = demandOf(layer)
  if (demand === null) return null
  return { expected: 'layers without regularizers, constraints and losses of their own', got: `${name} with ${demand}` }
}

/** A model of layers that was looked through. */
export interface LayerRules {
  /** What of it is refused, or null. */
  readonly flaw: Refusal | null
  /** Whether a layer that is frozen holds this variable, be it by a wrapper that was made so and of which TensorFlow.js does not know. */
  isFrozen(variable: unknown): boolean
  /** Calls the model by `apply`, and gives a refusal for a layer of the caller's own that asks whether it is trained. */
  watch(apply: () => void): Refusal | null
}

/** Looks through a network; null for one that is no model of layers. */
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
    const watched = all.filter(({ layer }) => !changes.has(layer.getClassName()))
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
