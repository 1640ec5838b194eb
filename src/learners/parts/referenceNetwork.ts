/**
 * A network as a reader would write it: unfused, one sample, in float32 or float64, on tensors by name. The gradients of the losses of
 * learners are written on it, which finite differences and the fused updates are held against.
 */
import {
  affine,
  affineBackward,
  layerNorm,
  layerNormBackward,
  leakyRelu,
  leakyReluBackward,
  normalize,
  normalizeBackward,
  type Numbers,
  outer,
  type Precision,
  relu,
  reluBackward,
  tanh,
  tanhBackward,
} from '../../kernels/reference.js'
import { LAYER_EPSILON, type NetworkSpec } from './network.js'

/** Tensors under the names of `linearMaps`, row-major. */
export type Tensors = Readonly<Record<string, Numbers>>

/** What of a network decides how it is read; the shapes are those of its tensors. */
export type ReferenceSpec = Pick<NetworkSpec, 'name' | 'hidden' | 'activation' | 'norm'> & {
  readonly heads: readonly { readonly name: string }[]
}

/** What a pass forwards leaves behind. */
export interface ReferencePass {
  /** The network's input, and what each hidden layer gave. */
  readonly vectors: readonly Numbers[]
  /** With layer norm, what each hidden layer made before it. */
  readonly before: readonly Numbers[]
  /** What the heads were given. */
  readonly features: Numbers
  /** By name. */
  readonly heads: Readonly<Record<string, Numbers>>
}

/** What a pass backwards gives. */
export interface ReferenceGradient {
  readonly input: Numbers
  readonly tensors: Tensors
}

/** Both passes of a network. */
export interface ReferenceNetwork {
  forward(input: Numbers): ReferencePass
  /** The gradient by the input and by every tensor of the network, from those by its heads. */
  backward(pass: ReferencePass, byHeads: Readonly<Record<string, Numbers>>): ReferenceGradient
}

const activations = {
  leakyRelu: { forward: leakyRelu, backward: leakyReluBackward },
  relu: { forward: relu, backward: reluBackward },
  tanh: { forward: tanh, backward: tanhBackward },
}

/** A network on tensors that may be changed between passes. */
export const referenceNetwork = (Numbers: Precision, tensors: Tensors, spec: ReferenceSpec): ReferenceNetwork => {
  const { name, hidden, heads, activation = 'leakyRelu', norm = 'none' } = spec
  const { forward: activate, backward: activateBackward } = activations[activation]
  const layers = hidden.map((_, l) => `${name}.phi.${2 * l}`)
  const map = (path: string, x: Numbers): Numbers =>
    affine(Numbers, tensors[`${path}.weight`], tensors[`${path}.bias`], x)
  const mapBackward = (path: string, x: Numbers, gradient: Numbers): { input: Numbers; tensors: Tensors } => ({
    input: affineBackward(Numbers, tensors[`${path}.weight`], x.length, gradient),
    tensors: { [`${path}.weight`]: outer(Numbers, gradient, x), [`${path}.bias`]: gradient },
  })
  const add = (a: Numbers, b: Numbers): Numbers => a.map((value, i) => value + b[i])

  return {
    forward: (input) => {
      const vectors: Numbers[] = [Numbers.from(input)]
      const before: Numbers[] = []
      for (const [l, path] of layers.entries()) {
        before.push(map(path, vectors[l]))
        vectors.push(activate(norm === 'layer' ? layerNorm(before[l], LAYER_EPSILON) : before[l]))
      }
      const last = vectors[layers.length]
      const features = norm === 'unit' ? normalize(last) : last
      const outputs = heads.map((head) => [head.name, map(`${name}.${head.name}`, features)] as const)
      return { vectors, before, features, heads: Object.fromEntries(outputs) }
    },

    backward: ({ vectors, before, features }, byHeads) => {
      const ends = heads.map((head) => mapBackward(`${name}.${head.name}`, features, byHeads[head.name]))
      const all = ends.map((end) => end.tensors)
      let by = ends.map((end) => end.input).reduce(add)
      if (norm === 'unit') by = normalizeBackward(vectors[layers.length], by)
      for (let l = layers.length - 1; l >= 0; l--) {
        by = activateBackward(vectors[l + 1], by)
        if (norm === 'layer') by = layerNormBackward(before[l], by, LAYER_EPSILON)
        const layer = mapBackward(layers[l], vectors[l], by)
        all.push(layer.tensors)
        by = layer.input
      }
      return { input: by, tensors: Object.assign({}, ...all) as Tensors }
    },
  }
}
