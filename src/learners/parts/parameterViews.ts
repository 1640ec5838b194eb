/** The weights of networks by name, lent to be read and written. */
import { linearMaps, type Network } from './network.js'

/** Arrays of weights: `path.weight`, row-major with a row for each output, and `path.bias` of each linear map; others by their own names. */
export type NamedParameters = Readonly<Record<string, Float32Array>>

/** Floats of a learner that stand in no network, such as the temperature of SAC. */
export interface OtherParameter {
  readonly path: string
  readonly at: number
  readonly size: number
}

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

/** Where the tensors of a network stand, or another parameter. */
const tensorsOf = (owner: Network | OtherParameter): readonly OtherParameter[] =>
  'path' in owner
    ? [owner]
    : linearMaps(owner).flatMap(({ path, weight, bias, rows, columns }) => [
        { path: `${path}.weight`, at: weight, size: rows * columns },
        { path: `${path}.bias`, at: bias, size: rows },
      ])

/** Views of the weights that stand in `f32`, in the order in which their owners are given. */
export const parameterViews = (f32: Float32Array, owners: readonly (Network | OtherParameter)[]): ParameterViews => {
  const tensors = owners
    .flatMap(tensorsOf)
    .map(({ path, at, size }) => ({ name: path, values: f32.subarray(at, at + size) }))
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
