/**
 * Splits plain data, as `structuredClone` copies it, into JSON and bytes: typed arrays become separate parts, and values that JSON
 * cannot write become records with a `$`. The data are restored bit for bit, with the kind of each array and the sign of a zero.
 */
import { closed, oneOf } from '../edge/codecs.js'
import { type TypedArray, descriptionOf, kindOf } from './typedArrays.js'

/** Most levels of nested arrays and records: a file could hold more than the stack has room for. */
export const DEEPEST = 64

/** The numbers that JSON cannot write, by their names. */
export const nonJsonNumbers = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 } as const
const isNonJson = (name: string): name is keyof typeof nonJsonNumbers => Object.hasOwn(nonJsonNumbers, name)
/** The record for such a number. */
export const describedNumber = closed({ $number: oneOf(Object.keys(nonJsonNumbers).filter(isNonJson)) })

/** Plain data as JSON and arrays. */
export interface Packed {
  readonly json: unknown
  /** Each typed array by its path: field names, joined by `/`. */
  readonly arrays: readonly (readonly [path: string, array: TypedArray])[]
}

/** A field's name within a path: a `~` of its own is written `~0` and a `/` `~1`, as in JSON pointers (RFC 6901), and no name at all `~2`. */
const escapedKey = (key: string): string => (key === '' ? '~2' : key.replaceAll('~', '~0').replaceAll('/', '~1'))
/** The path of a field of the data at `path`. */
export const pathTo = (path: string, key: string | number): string =>
  path === '' ? escapedKey(`${key}`) : `${path}/${escapedKey(`${key}`)}`

const isPlain = (value: object): value is Readonly<Record<string, unknown>> => {
  const prototype: unknown = Object.getPrototypeOf(value)
  // The prototype of a record, also of another realm, has no prototype itself.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const described = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return `a value of type ${typeof value}`
  return `a ${value.constructor?.name ?? 'class'}`
}

/**
 * Splits plain data. A field that is undefined is left out, as in JSON.
 *
 * Fails: TypeError that names the field, for a value that is not plain data (a function, a Map, an instance of a class) and for more
 * than 64 levels.
 */
export const pack = (state: unknown): Packed => {
  const arrays: (readonly [string, TypedArray])[] = []
  const packed = (value: unknown, path: string, depth: number): unknown => {
    const refuse = (got: string): never => {
      throw new TypeError(`${path === '' ? 'state' : path}: expected plain data that can be saved, got ${got}`)
    }
    if (depth > DEEPEST) return refuse(`more than ${DEEPEST} levels of it`)
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'number') {
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? '-0' : `${value}` }
    }
    if (typeof value !== 'object') return refuse(described(value))
    if (kindOf(value) !== null) {
      const array = value as TypedArray
      arrays.push([path, array])
      return descriptionOf(array)
    }
    if (Array.isArray(value)) return Array.from(value, (each, index) => packed(each, pathTo(path, index), depth + 1))
    if (!isPlain(value)) return refuse(described(value))
    const fields = Object.entries(value).filter(([, field]) => field !== undefined)
    return Object.fromEntries(
      fields.map(([key, field]) => [
        key.startsWith('$') ? `$${key}` : key,
        packed(field, pathTo(path, key), depth + 1),
      ]),
    )
  }
  return { json: packed(state, '', 0), arrays }
}
