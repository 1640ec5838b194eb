/** Recipes of RTDE: which values a data package has, in which order. */
import { type RtdeType, type RtdeValue, readValue, sizeOfType, writeValue } from './rtdeTypes.js'

/** A recipe: names with their types. */
export interface Recipe {
  readonly fields: readonly { readonly name: string; readonly type: RtdeType }[]
  /** Bytes of all values. */
  readonly size: number
}

/** A recipe of fields. */
export const recipeOf = (fields: Recipe['fields']): Recipe => ({
  fields,
  size: fields.reduce((sum, { type }) => sum + sizeOfType(type), 0),
})

/** Reads the values of a package; null if it has another size than the recipe. */
export const readRecipe = ({ fields, size }: Recipe, bytes: Uint8Array): Readonly<Record<string, RtdeValue>> | null => {
  if (bytes.length !== size) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const values: Record<string, RtdeValue> = {}
  let at = 0
  for (const { name, type } of fields) {
    values[name] = readValue(view, at, type)
    at += sizeOfType(type)
  }
  return values
}

/**
 * Writes the values of a package.
 *
 * Fails: throws a TypeError or a RangeError that names the field, also for a value that is missing.
 */
export const writeRecipe = ({ fields, size }: Recipe, values: Readonly<Record<string, RtdeValue>>): Uint8Array => {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const { name, type } of fields) {
    try {
      writeValue(view, at, type, values[name])
    } catch (error) {
      const Kind = error instanceof RangeError ? RangeError : TypeError
      throw new Kind(`${name}: ${(error as Error).message}`)
    }
    at += sizeOfType(type)
  }
  return bytes
}

/** The names of components that are not finite numbers, such as `actual_q[2]`; empty if all are. */
export const nonFinite = (values: Readonly<Record<string, RtdeValue>>): readonly string[] =>
  Object.entries(values).flatMap(([name, value]) => {
    if (typeof value === 'number') return Number.isFinite(value) ? [] : [name]
    if (typeof value !== 'object') return []
    return value.flatMap((each, i) => (Number.isFinite(each) ? [] : [`${name}[${i}]`]))
  })
