/** Collects the readings of one sensor between two steps. */
import { printable } from '../edge/decode.js'
import { NotFiniteError, reason, SensorError } from '../failure.js'
import { checkSize } from '../checks.js'
import { isStamped } from '../time/stamped.js'
import type { Vector } from '../types.js'
import type { DeclaredSensor, SensorSample } from './sensor.js'

/** One moment on two clocks, in milliseconds. */
export interface Moment {
  /** Of the scheduler. */
  readonly now: number
  /** Since 1970. */
  readonly date: number
}

/** The readings of one sensor, during one subscription. */
export interface SensorBuffer {
  /** Receives a message. Throws a SensorError or NotFiniteError on a bad one, unless `onBad` is `skip`. */
  receive(message: unknown, moment: Moment): void
  /** Whether there is a value for a step. */
  isReady(): boolean
  /** When the last reading arrived, or when the subscription began; stored copies and bad or outdated readings do not count. */
  lastReadingAt(): number
  /** What arrived since then and did not count as a reading, in words; empty if nothing did. */
  ignoredSinceThen(): string
  age(now: number): number
  /** Writes the value for a step into `out`, from `offset` on, and discards the readings since the last step. */
  takeSample(out: Float64Array, offset: number, now: number): SensorSample
  /** Discards the readings since the last step, but for the newest one: what arrived before an episode began belongs to none of its steps. */
  clear(): void
}

/**
 * The buffer of a sensor.
 *
 *     read at      1   2   3        5    4     by their stamps
 *     arrived      --1---2---3-----5--4--
 *     latest         1   2   3     5  5        never older than before
 *     age            n   n   n     n  n+       since the measurement; it does not start again
 *
 * A stamp later than the arrival counts as the time of the arrival; such a stamp of a stored copy is ignored.
 *
 * Memory: three vectors and a few counts, at any rate of readings.
 */
export const sensorBuffer = (sensor: DeclaredSensor, start: number): SensorBuffer => {
  const { name, size, names, each, maxAge, onBad, read, stamp, default: fallback } = sensor
  const gathered = new Float64Array(size)
  const newest = new Float64Array(size)
  let foldedValue: Vector | null = null
  // What the last step used, for a step without readings; null if the newest reading is to be used instead.
  let lastShown: Vector | null = null
  let hasValue = false
  let hasReading = false
  let isUnshown = false
  let readings = 0
  let dropped = 0
  let bad = 0
  let [newestTime, lastReadingAt] = [-Infinity, start]
  // Arrivals since the last reading that did not count as one.
  const ignored = { bad: 0, older: 0, kept: 0 }
  let lastFailure = ''

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
  const timeOf = (message: unknown, messageStamp: number | null, live: boolean, { now, date }: Moment): number => {
    const sensorStamp = stamp === null ? null : attempt('stamp', () => stamp(message, date))
    const time = sensorStamp ?? messageStamp
    if (time === null) return live ? now : -Infinity
    if (typeof time !== 'number' || !Number.isFinite(time)) {
      return refuse('a stamp in milliseconds since 1970, or null', time)
    }
    if (time <= date) return now - (date - time)
    return live ? now : -Infinity
  }

  const receive = (message: unknown, moment: Moment): void => {
    const {
      value,
      stamp: messageStamp,
      live,
    } = isStamped(message) ? message : { value: message, stamp: null, live: true }
    let vector: Vector
    let time: number
    try {
      vector = vectorOf(value)
      time = timeOf(value, messageStamp, live, moment)
    } catch (error) {
      bad += 1
      ignored.bad += 1
      lastFailure = reason(error)
      if (onBad === 'fail') throw error
      return
    }
    if (live) addReading(vector, time, moment.now)
    else storeCopy(vector, time)
  }

  const addReading = (vector: Vector, time: number, now: number): void => {
    if (each === 'latest') {
      readings += 1
      const older = hasValue && time < newestTime
      if (older || isUnshown) dropped += 1
      if (older) return void (ignored.older += 1)
      isUnshown = true
    } else {
      accumulate(vector)
      readings += 1
    }
    if (time >= newestTime || !hasValue) newest.set(vector)
    newestTime = Math.max(newestTime, time)
    hasValue = true
    hasReading = true
    lastReadingAt = now
    ignored.bad = ignored.older = ignored.kept = 0
  }
  const accumulate = (vector: Vector): void => {
    if (typeof each === 'function') {
      foldedValue = check(each(foldedValue, vector))
      return
    }
    for (let i = 0; i < size; i++) gathered[i] += vector[i]
    // Finite numbers may have a sum that is not.
    check(gathered)
  }
  /** A stored copy is used if there is nothing newer, and changes nothing else. */
  const storeCopy = (vector: Vector, time: number): void => {
    ignored.kept += 1
    if (each === 'sum' || time < newestTime || (hasReading && time === newestTime)) return
    newest.set(vector)
    newestTime = time
    hasValue = true
    lastShown = null
  }

  const age = (now: number): number => now - newestTime

  const withoutReadings = (): Vector => {
    if (!hasValue) return new Float64Array(size)
    return typeof each === 'function' ? check(each(null, newest.slice())) : newest
  }
  /** The result of the readings since the last step, or what is used instead if there were none. */
  const valueFor = (late: boolean): Vector => {
    if (each === 'sum' && readings > 0) return gathered
    if (late && fallback !== null) return fallback
    if (each === 'sum') return new Float64Array(size)
    if (each === 'latest') return newest
    if (readings > 0) return foldedValue ?? gathered.map((sum) => sum / readings)
    return lastShown ?? withoutReadings()
  }

  const reset = (): void => {
    gathered.fill(0)
    foldedValue = null
    readings = 0
  }
  const takeSample = (out: Float64Array, offset: number, now: number): SensorSample => {
    const late = age(now) > maxAge || newestTime === -Infinity
    out.set(valueFor(late), offset)
    const sampled: SensorSample = { age: age(now), late, readings, dropped, bad }
    lastShown = out.slice(offset, offset + size)
    isUnshown = false
    reset()
    return sampled
  }
  const clear = (): void => {
    reset()
    lastShown = null
  }

  const ignoredSinceThen = (): string => {
    const causes: string[] = []
    if (ignored.bad > 0) causes.push(`bad readings: ${ignored.bad}, the latest: ${lastFailure}`)
    if (ignored.older > 0) causes.push(`readings older than one before: ${ignored.older}`)
    if (ignored.kept > 0) causes.push(`stored copies: ${ignored.kept}`)
    return causes.join('; ')
  }

  return {
    receive,
    isReady: () => hasValue || fallback !== null,
    lastReadingAt: () => lastReadingAt,
    ignoredSinceThen,
    age,
    takeSample,
    clear,
  }
}
