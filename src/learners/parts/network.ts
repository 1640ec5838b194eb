/**
 * A dense network with leaky rectifiers and an optional unit-norm penultimate vector (Bjorck et al. 2022), laid out in an arena:
 *
 *     input -> [dense -> leaky ReLU] for every hidden width -> divide by the L2 norm -> dense -> heads, side by side
 */
import type { Plan } from './plan.js'

/** A linear map of the last vector; the heads of a network stand side by side in its output. */
export interface Head {
  /** As its tensors are named: `mu` gives `actor.mu.weight`. */
  readonly name: string
  readonly size: number
}

/** What a network is made of. */
export interface NetworkSpec {
  /** As its tensors are named: `actor` gives `actor.phi.0.weight`. */
  readonly name: string
  readonly inputs: number
  /** Widths of the hidden layers, one or more. */
  readonly hidden: readonly number[]
  readonly heads: readonly Head[]
  /** `unit` divides the last hidden vector by its L2 norm. */
  readonly norm: 'none' | 'unit'
}

/** Where one dense layer's weights stand, shape `[outputs, inputs]`; its bias stands `biasAt` further on, shape `[outputs]`. */
export interface Dense {
  readonly weights: number
  readonly biasAt: number
  readonly inputs: number
  readonly outputs: number
}

/** The layers of one network, its parameters contiguous from `at`. */
export interface Network {
  readonly spec: NetworkSpec
  readonly hidden: readonly Dense[]
  /** All heads as one layer, in their order. */
  readonly head: Dense
  readonly at: number
  readonly size: number
}

/** Lays out a network's parameters. */
export const network = ({ floats }: Plan, spec: NetworkSpec): Network => {
  const { inputs, hidden, heads } = spec
  const at = floats.size
  const dense = (from: number, to: number): Dense => ({
    weights: floats.take(from * to + to),
    biasAt: from * to,
    inputs: from,
    outputs: to,
  })
  const layers = hidden.map((width, l) => dense(l === 0 ? inputs : hidden[l - 1], width))
  const outputs = heads.reduce((sum, { size }) => sum + size, 0)
  const head = dense(hidden[hidden.length - 1], outputs)
  return { spec, hidden: layers, head, at, size: floats.size - at }
}

/** A linear map of a network as it is named and saved: `path.weight` of shape `[rows, columns]` and `path.bias` of shape `[rows]`. */
export interface LinearMap {
  readonly path: string
  readonly weight: number
  readonly bias: number
  readonly rows: number
  readonly columns: number
}

/** The linear maps of a network in the order of its forward pass; each head is the rows of the last layer that are its own. */
export const linearMaps = ({ spec, hidden, head }: Network): readonly LinearMap[] => {
  const rowsOf = (path: string, layer: Dense, from: number, rows: number): LinearMap => ({
    path: `${spec.name}.${path}`,
    weight: layer.weights + from * layer.inputs,
    bias: layer.weights + layer.biasAt + from,
    rows,
    columns: layer.inputs,
  })
  let from = 0
  return [
    ...hidden.map((layer, l) => rowsOf(`phi.${2 * l}`, layer, 0, layer.outputs)),
    ...spec.heads.map(({ name, size }) => {
      from += size
      return rowsOf(name, head, from - size, size)
    }),
  ]
}
