/** Checks whether a layers model of any origin is one of the published networks. */
import { type Either, flatMap, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Failure, printable } from '../../edge/decode.js'
import type { LayersGraph } from './kerasGraph.js'
import { topology, type Layer } from './layersTopology.js'
import { networkShape, type NetworkName } from './networkShape.js'
import { refuse } from './refusal.js'
import type { Outline } from './weights.js'

/** Whether `theirs` has all fields of `ours`; its other fields are settings of training. */
const agrees = (ours: unknown, theirs: unknown): boolean => {
  // Keras keeps a slope of 0.01 in 32 bits.
  if (typeof ours === 'number') return typeof theirs === 'number' && Math.fround(ours) === Math.fround(theirs)
  if (typeof ours !== 'object' || ours === null) return ours === theirs
  if (typeof theirs !== 'object' || theirs === null) return false
  if (Array.isArray(ours) && (!Array.isArray(theirs) || theirs.length !== ours.length)) return false
  const other = theirs as Readonly<Record<string, unknown>>
  return Object.entries(ours).every(([key, value]) => agrees(value, other[key]))
}

/** All fields of a layer but its name. */
const fieldsOf = ({ class_name, config, inbound_nodes }: Layer): Layer['config'] => ({
  ...config,
  class_name,
  inbound_nodes,
})

/**
 * The published network of a graph and its weights; weights of any other graph would have another meaning.
 *
 * Fails: one failure that names the first layer that differs, and the difference.
 */
export const checkGraph = (
  network: NetworkName,
  theirs: LayersGraph,
  outline: Outline,
  normalizePenultimate: boolean,
): Either<readonly Failure[], void> =>
  pipe(
    networkShape(outline, network),
    flatMap((shape) => {
      const { config: ours } = topology(network, shape, normalizePenultimate)
      const named = new Map(theirs.layers.map((layer) => [layer.name, layer]))
      if (named.size < theirs.layers.length) return refuse('layers', 'every name once', 'two layers of one name')
      for (const layer of ours.layers) {
        const other = named.get(layer.name)
        if (other === undefined) return refuse(`layer ${layer.name}`, layer.class_name, 'nothing')
        const [wanted, found] = [fieldsOf(layer), fieldsOf(other)]
        const differing = Object.keys(wanted).find((key) => !agrees(wanted[key], found[key]))
        if (differing !== undefined)
          return refuse(`layer ${layer.name}: ${differing}`, printable(wanted[differing]), printable(found[differing]))
      }
      const names = new Set(ours.layers.map(({ name }) => name))
      const extra = theirs.layers.find(({ name }) => !names.has(name))
      if (extra !== undefined)
        return refuse(`layer ${extra.name}`, 'no layer beside the published ones', extra.class_name)
      for (const end of ['input_layers', 'output_layers'] as const) {
        if (!agrees(ours[end], theirs[end])) return refuse(end, printable(ours[end]), printable(theirs[end]))
      }
      return right(undefined)
    }),
  )
