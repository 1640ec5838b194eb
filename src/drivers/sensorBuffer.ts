/** What a step gets of one sensor. */
import { printable } from '../edge/decode.js'
import { NotFiniteError, reason, SensorError } from '../failure.js'
import { checkSize } from '../checks.js'
import { isStamped } from '../time/stamped.js'
import type { Vector } from '../types.js'
import type { Declared, SensorSample } from './sensor.js'

/** One moment on two clocks, in milliseconds. */
export interface Moment {
  /** Of the scheduler. */
  readonly now: number
  /** Since 1970. */
  readonly date: number
}

/** A declared sensor under way, from a subscription to its end. */
export interface SensorBuffer {
  /** Takes a message in. Throws a SensorError or NotFiniteError on a bad one, unless the sensor skips those. */
  take(message: unknown, moment: Moment): void
  /** Whether there is anything to show yet. */
  isReady(): boolean
  /** When it last gave a sign of life, or else since when it has been watched. */
  heard(): number
  /** What came since it was last heard and was no sign of life, in words; empty where nothing did. */
  unheard(): string
  age(now: number): number
  /** Writes what a step gets into `out`, from `offset` on, and begins to gather anew. */
  show(out: Float64Array, offset: number, now: number): SensorSample
  /** Begins to gather anew, without a step: what came before an episode began is none of its first step's, but for the newest reading. */
  clear(): void
}

/**
 * Gathers what one sensor says between two steps.
 *
 *     read at      1   2   3        5    4     by their stamps
 *     arrived      --1---2---3-----5--4--
 *     latest         1   2   3     5  5        never an older one than before
 *     age            n   n   n     n  n+       since it was measured; it does not begin anew
 *
 * A stamp later than its arrival counts as the arrival, since nothing is measured after it came; that of a kept copy counts for
 * nothing.
 *
 * Memory: three vectors and a few counts, at whatever rate the readings come.
 */
export const sensorBuffer = (sensor: Declared, start: number): SensorBuffer => {
  const { name, size, names, each, maxAge, onBad, read, stamp, default: fallback } = sensor
  const gathered = new Float64Array(size)
  const newest = new Float64Array(size)
  let folded: Vector | null = null
  // What a step without readings gets; null where that is to be made of the newest reading.
  let held: Vector | null = null
  let known = false
  let lived = false
  let unseen = false
  let readings = 0
  let dropped = 0
  let bad = 0
  let [measured, heard] = [-Infinity, start]
  // What came since it was last heard.
  const silent = { bad: 0, older: 0, kept: 0 }
  let complaint = ''

  const refuse = (expected: string, got: unknown): never => {
    throw new SensorError(`sensor ${name}: expected ${expected}, got ${printable(got)}`)
  }
  const check = (vector: Vector): Vector => {
    checkSize(`sensor ${name}`, 'a vector', vector, size)
    for (let i = 0; i < size; i++) {
      const component: unknown = vector[i]
      if (typeof component !== 'number') return refuse(`a number as ${names[i]}`, component)
      if (!Number.isFinite(component))
        throw new NotFiniteError(`sensor ${name}`, { index: i, name: names[i] }, component)
    }
    return vector
  }

  const vectorOf = (message: unknown): Vector => {
    const reading = read === null ? message : attempt('read', () => read(message))
    if (typeof reading === 'number') return check([reading])
    if (typeof reading !== 'object' || reading === null) return refuse(`a number or a vector of size ${size}`, reading)
    return check(reading as Vector)
  }
  const attempt = <V>(what: string, call: () => V): V => {
    try {
      return call()
    } catch (cause) {
      throw new SensorError(`sensor ${name}: its ${what} failed: ${reason(cause)}`, { cause })
    }
  }
  /** When a message was measured, by the scheduler's clock. */
  const timeOf = (message: unknown, given: number | null, live: boolean, { now, date }: Moment): number => {
    const own = stamp === null ? null : attempt('stamp', () => stamp(message, date))
    const time = own ?? given
    if (time === null) return live ? now : -Infinity
    if (typeof time !== 'number' || !Number.isFinite(time)) {
      return refuse('a stamp in milliseconds since 1970, or null', time)
    }
    if (time <= date) return now - (date - time)
    return live ? now : -Infinity
  }

  const take = (message: unknown, moment: Moment): void => {
    const { value, stamp: given, live } = isStamped(message) ? message : { value: message, stamp: null, live: true }
    let vector: Vector
    let time: number
    try {
      vector = vectorOf(value)
      time = timeOf(value, given, live, moment)
    } catch (error) {
      bad += 1
      silent.bad += 1
      complaint = reason(error)
      if (onBad === 'fail') throw error
      return
    }
    if (live) gather(vector, time, moment.now)
    else keep(vector, time)
  }

  const gather = (vector: Vector, time: number, now: number): void => {
    if (each === 'latest') {
      readings += 1
      const older = known && time < measured
      if (older || unseen) dropped += 1
      if (older) return void (silent.older += 1)
      unseen = true
    } else {
      add(vector)
      readings += 1
    }
    if (time >= measured || !known) newest.set(vector)
    measured = Math.max(measured, time)
    known = true
    lived = true
    heard = now
    silent.bad = silent.older = silent.kept = 0
  }
  const add = (vector: Vector): void => {
    if (typeof each === 'function') {
      folded = check(each(folded, vector))
      return
    }
    for (let i = 0; i < size; i++) gathered[i] += vector[i]
    // Finite numbers may have a sum that is not.
    check(gathered)
  }
  /** A copy that was kept is shown for want of something newer, and for nothing else. */
  const keep = (vector: Vector, time: number): void => {
    silent.kept += 1
    if (each === 'sum' || time < measured || (lived && time === measured)) return
    newest.set(vector)
    measured = time
    known = true
    held = null
  }

  const age = (now: number): number => now - measured

  const standIn = (): Vector => {
    if (!known) return new Float64Array(size)
    return typeof each === 'function' ? check(each(null, newest.slice())) : newest
  }
  /** What the readings since the last step came to, or what stands in for them where there were none. */
  const present = (late: boolean): Vector => {
    if (each === 'sum' && readings > 0) return gathered
    if (late && fallback !== null) return fallback
    if (each === 'sum') return new Float64Array(size)
    if (each === 'latest') return newest
    if (readings > 0) return folded ?? gathered.map((sum) => sum / readings)
    return held ?? standIn()
  }

  const begin = (): void => {
    gathered.fill(0)
    folded = null
    readings = 0
  }
  const show = (out: Float64Array, offset: number, now: number): SensorSample => {
    const late = age(now) > maxAge || measured === -Infinity
    out.set(present(late), offset)
    const sampled: SensorSample = { age: age(now), late, readings, dropped, bad }
    held = out.slice(offset, offset + size)
    unseen = false
    begin()
    return sampled
  }
  const clear = (): void => {
    begin()
    held = null
  }

  const unheard = (): string => {
    const told: string[] = []
    if (silent.bad > 0) told.push(`bad readings: ${silent.bad}, the latest: ${complaint}`)
    if (silent.older > 0) told.push(`readings older than one before: ${silent.older}`)
    if (silent.kept > 0) told.push(`copies that were kept: ${silent.kept}`)
    return told.join('; ')
  }

  return { take, isReady: () => known || fallback !== null, heard: () => heard, unheard, age, show, clear }
}
