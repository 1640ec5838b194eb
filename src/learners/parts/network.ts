/**
 * Dense networks, laid out in an arena:
 *
 *     input -> [dense -> layer norm -> activation] for every hidden width -> unit norm -> dense -> heads, side by side
 *
 * with at most one of the two norms.
 */
import type { Arena } from '../../kernels/arena.js'
import type { Plan } from './plan.js'

/** What follows each hidden layer: max(x, 0.01 x), max(x, 0) or tanh x. */
export type Activation = 'leakyRelu' | 'relu' | 'tanh'

/**
 * `unit` divides the last hidden vector by its L2 norm (Bjorck et al. 2022, as AVG does); `layer` gives the vector of each hidden layer
 * mean 0 and deviation 1 before its activation, without affine parameters and with ε = 1e-5 (Ba et al. 2016, as Stream AC does).
 */
export type Norm = 'none' | 'unit' | 'layer'

/** How the weights of a network's linear maps begin. */
export type Initialization =
  /** Orthonormal rows or columns (Saxe et al. 2014) times a gain; biases 0. */
  | {
      readonly kind: 'orthogonal'
      /** Of the hidden layers; the default is 1. */
      readonly gain?: number
      /** Of the heads; the default is 1. */
      readonly headGain?: number
    }
  /** Weights and biases uniform in ±1/√inputs: what a linear layer of PyTorch begins with. */
  | { readonly kind: 'uniform' }
  /**
   * Weights uniform in ±1/√inputs, but for `zeros` of the inputs of each output, rounded up, which are 0; biases 0 (Elsayed et al. 2024,
   * section 3.2).
   */
  | {
      readonly kind: 'sparse'
      /** A share, in [0, 1); the default is 0.9. */
      readonly zeros?: number
    }

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
  /** The default is `leakyRelu`. */
  readonly activation?: Activation
  /** The default is `none`. */
  readonly norm?: Norm
  /** The default is `{ kind: 'orthogonal' }`: gain 1, biases 0. */
  readonly initialization?: Initialization
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
  /** With every default filled in. */
  readonly spec: Required<NetworkSpec>
  readonly hidden: readonly Dense[]
  /** All heads as one layer, in their order. */
  readonly head: Dense
  readonly at: number
  readonly size: number
  /** The double ε of layer norm; written by `startNetwork`. */
  readonly epsilon: number
}

/** What layer norm adds to a variance (Ba et al. 2016); PyTorch's default as well. */
export const LAYER_EPSILON = 1e-5

/** Lays out a network's parameters. */
export const network = ({ floats, doubles }: Plan, given: NetworkSpec): Network => {
  const spec: Required<NetworkSpec> = {
    activation: 'leakyRelu',
    norm: 'none',
    initialization: { kind: 'orthogonal' },
    ...given,
  }
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
  const epsilon = spec.norm === 'layer' ? doubles.take(1) : 0
  return { spec, hidden: layers, head, at, size: floats.size - at, epsilon }
}

/** Writes what the passes of a network read beside its parameters; networks without layer norm need none of it. */
export const startNetwork = ({ f64 }: Arena, { spec, epsilon }: Network): void => {
  if (spec.norm === 'layer') f64[epsilon] = LAYER_EPSILON
}

/** A linear map of a network as it is named and saved: `path.weight` of shape `[rows, columns]` and `path.bias` of shape `[rows]`. */
export interface LinearMap {
  readonly path: string
  readonly weight: number
  readonly bias: number
  readonly rows: number
  readonly columns: number
  readonly isHead: boolean
}

/** The linear maps of a network in the order of its forward pass; each head is the rows of the last layer that are its own. */
export const linearMaps = ({ spec, hidden, head }: Network): readonly LinearMap[] => {
  const rowsOf = (path: string, layer: Dense, from: number, rows: number): LinearMap => ({
    path: `${spec.name}.${path}`,
    weight: layer.weights + from * layer.inputs,
    bias: layer.weights + layer.biasAt + from,
    rows,
    columns: layer.inputs,
    isHead: layer === head,
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
