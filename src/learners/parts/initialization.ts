/** First weights of networks. */
import type { Arena } from '../../kernels/arena.js'
import type { Kernels } from '../../kernels/kernels.js'
import type { Random } from '../../types.js'
import { type Initialization, type LinearMap, linearMaps, type Network } from './network.js'
import { type FillOrthogonal, orthogonal } from './orthogonal.js'

/** A linear map and the views of its weights, shape `[rows, columns]`, and bias, shape `[rows]`. */
interface Filled {
  readonly map: LinearMap
  readonly weights: Float32Array
  readonly bias: Float32Array
}

const fillUniform = (values: Float32Array, bound: number, random: Random): void => {
  for (let i = 0; i < values.length; i++) values[i] = bound * (2 * random.uniform() - 1)
}

/** Puts 0 in the place of `count` of some numbers, each choice as likely as the others: the beginning of a shuffle of their places. */
const clearSome = (values: Float32Array, count: number, places: Int32Array, random: Random): void => {
  for (let i = 0; i < values.length; i++) places[i] = i
  for (let i = 0; i < count; i++) {
    const chosen = i + Math.floor(random.uniform() * (values.length - i))
    values[places[chosen]] = 0
    places[chosen] = places[i]
  }
}

const fill = ({ map, weights, bias }: Filled, how: Initialization, draw: FillOrthogonal, random: Random): void => {
  const { rows, columns, isHead } = map
  const bound = 1 / Math.sqrt(columns)
  if (how.kind === 'orthogonal') {
    draw(weights, rows, columns, random)
    const gain = (isHead ? how.headGain : how.gain) ?? 1
    if (gain !== 1) for (let i = 0; i < weights.length; i++) weights[i] *= gain
    return
  }
  fillUniform(weights, bound, random)
  if (how.kind === 'uniform') {
    fillUniform(bias, bound, random)
    return
  }
  const zeros = Math.ceil((how.zeros ?? 0.9) * columns)
  const places = new Int32Array(columns)
  for (let row = 0; row < rows; row++) {
    clearSome(weights.subarray(row * columns, (row + 1) * columns), zeros, places, random)
  }
}

/**
 * Draws the first weights of networks, one network after the other and map by map in the order of `linearMaps`.
 *
 * Random numbers: orthogonal matrices as `orthogonal` says; uniform ones a number for each weight, row by row, and then for each bias;
 * sparse ones a number for each weight, and then for each row one for each of its zeros.
 * Fails: RangeError and NotFiniteError as `orthogonal`.
 */
export const drawWeights = (
  bind: (on: Arena) => Kernels,
  { f32 }: Arena,
  networks: readonly Network[],
  random: Random,
): void => {
  const maps = networks.flatMap((net) => linearMaps(net).map((map) => ({ map, how: net.spec.initialization })))
  const orthogonals = maps.filter(({ how }) => how.kind === 'orthogonal').map(({ map }) => map)
  const draw = orthogonal(bind, orthogonals)
  for (const { map, how } of maps) {
    const weights = f32.subarray(map.weight, map.weight + map.rows * map.columns)
    const bias = f32.subarray(map.bias, map.bias + map.rows)
    fill({ map, weights, bias }, how, draw, random)
  }
}
