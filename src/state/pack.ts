/**
 * Plain data, as `structuredClone` copies it, in JSON and bytes: typed arrays go into parts of their own, and what JSON has no word for
 * stands in a record with a `$`. It comes back bit for bit, the kind of each array and the sign of a zero included.
 */
import { closed, oneOf } from '../edge/codecs.js'
import { type TypedArray, descriptionOf, kindOf } from './typedArrays.js'

/** Levels of arrays and records within one another at most: a file may hold more than the stack has room for. */
export const DEEPEST = 64

/** The numbers that JSON has no word for, by what stands for them. */
export const oddNumbers = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 } as const
const isOdd = (name: string): name is keyof typeof oddNumbers => Object.hasOwn(oddNumbers, name)
/** What stands for such a number. */
export const describedNumber = closed({ $number: oneOf(Object.keys(oddNumbers).filter(isOdd)) })

/** Plain data, taken apart. */
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
  // The prototype of all records, also of another realm's, is the one that has none itself.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const described = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return `a value of type ${typeof value}`
  return `a ${value.constructor?.name ?? 'class'}`
}

/**
 * Takes plain data apart. A field that is undefined is left out, as JSON does.
 *
 * Fails: TypeError that names the field, for what is no plain data (a function, a Map, an instance of a class) or is more than 64
 * levels deep.
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
