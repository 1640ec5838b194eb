/** Finds the published network of some tensors: hidden layers `phi.0`, `phi.2`, ..., then its heads. */
import { type Either, flatMap, isLeft, left, map, right, tap } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Failure, nearestName, printable } from '../../edge/decode.js'
import { refuse, summarized } from './refusal.js'
import { matchNames } from './tensorNames.js'
import { shapeText, type Outline, type Weights, type WeightTensor } from './weights.js'

/** The two networks of a learner. */
export type NetworkName = 'actor' | 'critic'

/** One dense layer: `weight` of shape `[outputs, inputs]`, `bias` of shape `[outputs]`. */
export interface DenseWeights<T = WeightTensor> {
  /** Its name within its network: `phi.0`, `mu`. */
  readonly name: string
  readonly inputs: number
  readonly outputs: number
  readonly weight: T
  readonly bias: T
}

/** A network's layers in the order of its forward pass; heads stand side by side. */
export interface NetworkShape<T = WeightTensor> {
  readonly inputs: number
  readonly hidden: readonly DenseWeights<T>[]
  readonly heads: readonly DenseWeights<T>[]
}

/** The heads of each network, in the order of its output. */
export const headsOf: Readonly<Record<NetworkName, readonly string[]>> = { actor: ['mu', 'log_std'], critic: ['q'] }

const networks = Object.keys(headsOf) as readonly NetworkName[]

/** Hidden layers whose names are compared to find the nearest. */
const NAMED_LAYERS = 8
const layers = Array.from({ length: NAMED_LAYERS }, (_, i) => `phi.${2 * i}`)
const names = networks.flatMap((network) =>
  [...layers, ...headsOf[network]].flatMap((layer) => [`${network}.${layer}.weight`, `${network}.${layer}.bias`]),
)
const patterns = networks.map(
  (network) => new RegExp(`^${network}\\.(phi\\.\\d{1,5}|${headsOf[network].join('|')})\\.(weight|bias)$`),
)
const isPublished = (name: string): boolean => patterns.some((pattern) => pattern.test(name))

const unpublished = (name: string): Failure => ({
  path: '',
  expected: 'a tensor of the published networks',
  got: printable(name),
  nearest: nearestName(name, names),
})

/** The prefix of a network's tensors. */
export const prefixOf = (network: NetworkName): string => `${network}.`

/**
 * Finds a network among tensors.
 *
 * Fails: one failure for a layer that is missing, of a shape that does not follow from the one before it, or that the published
 * networks do not have.
 */
export const networkShape = <T extends Pick<WeightTensor, 'shape'>>(
  tensors: ReadonlyMap<string, T>,
  network: NetworkName,
): Either<readonly Failure[], NetworkShape<T>> => {
  const prefix = prefixOf(network)
  const others = new Set([...tensors.keys()].filter((name) => name.startsWith(prefix)))

  const dense = (name: string, inputs: number | null): Either<readonly Failure[], DenseWeights<T>> => {
    const [weightName, biasName] = [`${prefix}${name}.weight`, `${prefix}${name}.bias`]
    const weight = tensors.get(weightName)
    const bias = tensors.get(biasName)
    if (weight === undefined) return refuse(weightName, 'a tensor', 'nothing')
    if (bias === undefined) return refuse(biasName, 'a tensor', 'nothing')
    const [outputs, columns] = weight.shape
    const fits = weight.shape.length === 2 && outputs > 0 && columns > 0 && (inputs === null || columns === inputs)
    if (!fits) return refuse(weightName, `shape [outputs, ${inputs ?? 'inputs'}]`, shapeText(weight.shape))
    if (bias.shape.length !== 1 || bias.shape[0] !== outputs) {
      return refuse(biasName, `shape [${outputs}]`, shapeText(bias.shape))
    }
    others.delete(weightName)
    others.delete(biasName)
    return right({ name, inputs: columns, outputs, weight, bias })
  }

  const hidden: DenseWeights<T>[] = []
  for (let l = 0; l === 0 || tensors.has(`${prefix}phi.${2 * l}.weight`); l++) {
    const layer = dense(`phi.${2 * l}`, l === 0 ? null : hidden[l - 1].outputs)
    if (isLeft(layer)) return layer
    hidden.push(layer.right)
  }
  const heads: DenseWeights<T>[] = []
  for (const name of headsOf[network]) {
    const head = dense(name, hidden[hidden.length - 1].outputs)
    if (isLeft(head)) return head
    heads.push(head.right)
  }
  for (const name of others) return left([unpublished(name)])
  return right({ inputs: hidden[0].inputs, hidden, heads })
}

/** The names in a file of the tensors of the two published networks, and the wrappers in these names. */
const publishedNames = (outline: Outline) =>
  pipe(
    matchNames(outline.keys(), isPublished),
    flatMap((matched) => {
      const { unknown } = matched
      if (unknown.length === 0) return right(matched)
      // The failure shows only the first; the others are counted.
      const first = unpublished(unknown[0])
      return left(summarized(unknown.map(() => first)))
    }),
  )

/** Tensors by their published names. */
const renamed = <T>(sources: ReadonlyMap<string, string>, tensors: ReadonlyMap<string, T>): ReadonlyMap<string, T> => {
  const named = new Map<string, T>()
  for (const [name, source] of sources) {
    const tensor = tensors.get(source)
    if (tensor !== undefined) named.set(name, tensor)
  }
  return named
}

/** Refuses other tensors than those of the two published networks. */
export const checkPublished = (outline: Outline): Either<readonly Failure[], void> =>
  pipe(
    publishedNames(outline),
    map(({ sources }) => renamed(sources, outline)),
    tap((tensors) => networkShape(tensors, 'actor')),
    flatMap((tensors) => networkShape(tensors, 'critic')),
    map(() => undefined),
  )

/** The weights of the two published networks by their published names, and which wrappers were dropped from those of the file. */
export const asPublished = (
  weights: Weights,
): Either<readonly Failure[], { readonly weights: Weights; readonly dropped: readonly string[] }> =>
  pipe(
    checkPublished(weights.tensors),
    flatMap(() => publishedNames(weights.tensors)),
    map(({ sources, dropped }) => ({ weights: { ...weights, tensors: renamed(sources, weights.tensors) }, dropped })),
  )
