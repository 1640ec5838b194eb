/** The weights of networks by name, lent to be read and written. */
import { linearMaps, type Network } from './network.js'

/** Arrays of weights: `path.weight`, row-major with a row for each output, and `path.bias` of each linear map. */
export type NamedParameters = Readonly<Record<string, Float32Array>>

/**
 * Lends the weights and takes them back. Between the two no method of the learner computes with them; what was written then counts, and nothing is
 * written at any other time. So a forward pass that was kept is exact as long as nothing was lent, at the cost of one comparison.
 */
export interface ParameterViews {
  /** Arrays of the weights as they are now, in memory of their own; the same ones until they are taken back. */
  lend(): NamedParameters
  /**
   * Puts the weights back as the borrower left them, and says whether they were lent at all. The arrays are detached by it: their length
   * is 0, and `set` and `fill` throw, so that a write that comes too late is not lost without a word.
   */
  takeBack(): boolean
}

/** Views of the weights that stand in `f32`. */
export const parameterViews = (f32: Float32Array, networks: readonly Network[]): ParameterViews => {
  const tensors = networks.flatMap(linearMaps).flatMap(({ path, weight, bias, rows, columns }) => [
    { name: `${path}.weight`, values: f32.subarray(weight, weight + rows * columns) },
    { name: `${path}.bias`, values: f32.subarray(bias, bias + rows) },
  ])
  const size = tensors.reduce((sum, { values }) => sum + values.length, 0)
  let lent: { readonly buffer: ArrayBuffer; readonly parameters: NamedParameters } | null = null

  const copyOut = () => {
    const buffer = new ArrayBuffer(4 * size)
    let at = 0
    const copied = tensors.map(({ name, values }) => {
      const copy = new Float32Array(buffer, 4 * at, values.length)
      copy.set(values)
      at += values.length
      return [name, copy] as const
    })
    return { buffer, parameters: Object.fromEntries(copied) }
  }

  return {
    lend: () => (lent ??= copyOut()).parameters,
    takeBack: () => {
      if (lent === null) return false
      const { buffer, parameters } = lent
      for (const { name, values } of tensors) values.set(parameters[name])
      structuredClone(buffer, { transfer: [buffer] })
      lent = null
      return true
    },
  }
}
