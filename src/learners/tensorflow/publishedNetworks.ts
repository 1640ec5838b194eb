/** The published networks on tensors: the same names, shapes, draws and first weights as those of the fused learners. */
import type { Tensor2D, Variable } from '@tensorflow/tfjs-core'
import type { Random } from '../../types.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { bindKernels } from '../../kernels/bindKernels.js'
import { defaultHome } from '../../kernels/home.js'
import type { AvgSwitches } from '../avg/avgSettings.js'
import type { ActorDescription } from '../parts/actorDescription.js'
import { orthogonal } from '../parts/orthogonal.js'
import type { TensorFlow } from './backend.js'
import type { TensorNetwork } from './tensorNetwork.js'

const SLOPE = 0.01

/** The settings of the published networks. */
export interface PublishedNetworkSettings {
  readonly hidden: readonly number[]
  readonly normalizePenultimate: boolean
  readonly initialization: Random
}

/** x / ‖x‖, and 0 without a gradient where x is 0. */
const unitNorm = (tf: TensorFlow, x: Tensor2D): Tensor2D => {
  const square = tf.sum(tf.square(x))
  const present = tf.step(square)
  // A length of 0 is replaced by 1, whose root has a gradient; `present` then multiplies it by 0.
  return tf.mul(x, tf.mul(present, tf.rsqrt(tf.add(square, tf.sub(1, present)))))
}

/** A network with drawn weights, without tensors yet. */
export type Drawn = (tf: TensorFlow) => TensorNetwork

/** The shape of a published network. */
export interface PublishedShape {
  readonly name: 'actor' | 'critic'
  readonly inputs: number
  /** The sizes of its heads by name: a linear map each, whose outputs stand side by side. */
  readonly heads: Readonly<Record<string, number>>
}

/** The actor from an observation to [μ | c]. */
export const actorShape = ({ observation, action }: LearnerSpec): PublishedShape => ({
  name: 'actor',
  inputs: observation.size,
  heads: { mu: action.size, log_std: action.size },
})

/** Draws a network. */
const draw = (
  { name, inputs, heads }: PublishedShape,
  { hidden, normalizePenultimate, initialization }: PublishedNetworkSettings,
): Drawn => {
  const widths = [inputs, ...hidden]
  const last = widths[hidden.length]
  const linear = (path: string, from: number, to: number) => ({
    path: `${name}.${path}`,
    rows: to,
    columns: from,
    values: new Float32Array(to * from),
  })
  const layers = hidden.map((width, l) => linear(`phi.${2 * l}`, widths[l], width))
  const outputs = Object.entries(heads).map(([head, size]) => linear(head, last, size))
  const maps = [...layers, ...outputs]
  const fill = orthogonal(bindKernels[defaultHome()], maps)
  for (const { values, rows, columns } of maps) fill(values, rows, columns, initialization)
  return (tf) => {
    const variables: Record<string, Variable> = {}
    const map = ({ path, rows, columns, values }: ReturnType<typeof linear>): ((x: Tensor2D) => Tensor2D) => {
      const weight = tf.variable(tf.tensor2d(values, [rows, columns]))
      const bias = tf.variable(tf.tensor1d(new Float32Array(rows)))
      variables[`${path}.weight`] = weight
      variables[`${path}.bias`] = bias
      return (x) => tf.add(tf.matMul(x, weight, false, true), bias)
    }
    const deep = layers.map(map)
    const ends = outputs.map(map)
    return {
      variables,
      moved: variables,
      apply: (input) => {
        const hiddenVector = deep.reduce<Tensor2D>((x, layer) => tf.leakyRelu(layer(x), SLOPE), input)
        const features = normalizePenultimate ? unitNorm(tf, hiddenVector) : hiddenVector
        return tf.concat(
          ends.map((end) => end(features)),
          1,
        )
      },
      dispose: () => {
        for (const variable of Object.values(variables)) variable.dispose()
      },
    }
  }
}

/** Draws published networks, one network after the other and layer by layer, as the fused learners do: `[1, inputs]` to `[1, outputs]`. */
export const drawPublished = (
  shapes: readonly PublishedShape[],
  settings: PublishedNetworkSettings,
): readonly Drawn[] => shapes.map((shape) => draw(shape, settings))

/** What the published actor is made of. */
export const describePublished = ({
  hidden,
  normalizePenultimate,
  logStdReading,
}: Pick<PublishedNetworkSettings, 'hidden' | 'normalizePenultimate'> &
  Pick<AvgSwitches, 'logStdReading'>): ActorDescription => ({
  kind: 'squashed-normal',
  hidden,
  activation: 'leakyRelu',
  norm: normalizePenultimate ? 'unit' : 'none',
  logStdReading,
})
