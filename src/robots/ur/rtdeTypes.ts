/** The types of values in RTDE, the Real-Time Data Exchange of Universal Robots. */

/** Each type: how a component is stored, and how many there are. */
const layouts = {
  BOOL: { component: 'bool', bytes: 1, count: 1 },
  UINT8: { component: 'uint8', bytes: 1, count: 1 },
  UINT32: { component: 'uint32', bytes: 4, count: 1 },
  INT32: { component: 'int32', bytes: 4, count: 1 },
  UINT64: { component: 'uint64', bytes: 8, count: 1 },
  DOUBLE: { component: 'double', bytes: 8, count: 1 },
  VECTOR3D: { component: 'double', bytes: 8, count: 3 },
  VECTOR6D: { component: 'double', bytes: 8, count: 6 },
  VECTOR6INT32: { component: 'int32', bytes: 4, count: 6 },
  VECTOR6UINT32: { component: 'uint32', bytes: 4, count: 6 },
} as const

/** The name of a type. */
export type RtdeType = keyof typeof layouts

/** A value of any type. */
export type RtdeValue = boolean | number | bigint | readonly number[]

/** The value of a type: vectors are arrays, and a UINT64, which holds bits, is a bigint. */
export type ValueOf<Type extends RtdeType> = Type extends 'BOOL'
  ? boolean
  : Type extends 'UINT64'
    ? bigint
    : Type extends `VECTOR${string}`
      ? readonly number[]
      : number

/** Whether a text is the name of a type. */
export const isRtdeType = (name: string): name is RtdeType => Object.hasOwn(layouts, name)

/** The bytes of a value. */
export const sizeOfType = (type: RtdeType): number => layouts[type].bytes * layouts[type].count

const readComponent = (view: DataView, at: number, component: string): number => {
  if (component === 'double') return view.getFloat64(at)
  if (component === 'int32') return view.getInt32(at)
  return component === 'uint32' ? view.getUint32(at) : view.getUint8(at)
}

/** Reads a value; the view must hold all of it. */
export const readValue = (view: DataView, at: number, type: RtdeType): RtdeValue => {
  const { component, bytes, count } = layouts[type]
  if (component === 'bool') return view.getUint8(at) !== 0
  if (component === 'uint64') return view.getBigUint64(at)
  if (count === 1) return readComponent(view, at, component)
  return Array.from({ length: count }, (_, i) => readComponent(view, at + i * bytes, component))
}

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  uint8: [0, 2 ** 8 - 1],
  uint32: [0, 2 ** 32 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
}

const writeComponent = (view: DataView, at: number, component: string, value: number): void => {
  if (component === 'double') return view.setFloat64(at, value)
  const [low, high] = ranges[component]
  if (!(Number.isInteger(value) && value >= low && value <= high)) {
    throw new RangeError(`expected an integer from ${low} to ${high}, got ${value}`)
  }
  if (component === 'int32') view.setInt32(at, value)
  else if (component === 'uint32') view.setUint32(at, value)
  else view.setUint8(at, value)
}

/**
 * Writes a value.
 *
 * Fails: throws a TypeError on a value of another type, and a RangeError on an integer that does not fit.
 */
export const writeValue = (view: DataView, at: number, type: RtdeType, value: RtdeValue): void => {
  const { component, bytes, count } = layouts[type]
  const wrong = (): TypeError => new TypeError(`expected a value of ${type}, got ${String(value)}`)
  if (component === 'bool') {
    if (typeof value !== 'boolean') throw wrong()
    return view.setUint8(at, value ? 1 : 0)
  }
  if (component === 'uint64') {
    if (typeof value !== 'bigint' || value < 0n || value >= 1n << 64n) throw wrong()
    return view.setBigUint64(at, value)
  }
  if (count === 1) {
    if (typeof value !== 'number') throw wrong()
    return writeComponent(view, at, component, value)
  }
  if (!Array.isArray(value) || value.length !== count) throw wrong()
  value.forEach((each: number, i) => writeComponent(view, at + i * bytes, component, each))
}
