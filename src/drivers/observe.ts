/** Fuses the readings of several sensors into one observation. */
import { type Observable, type SchedulerLike, Subscription, isObservable } from 'rxjs'
import { described } from '../restored.js'
import { nearestName } from '../edge/decode.js'
import { reason, SensorError } from '../failure.js'
import { dateOf } from '../time/schedule.js'
import type { Observation, VectorSpec } from '../types.js'
import { sensorBuffer, type Moment } from './sensorBuffer.js'
import {
  declare,
  type DeclaredSensor,
  type LinkState,
  type SensorSample,
  type SensorOptions,
  type SensorsOf,
} from './sensor.js'

/** Callbacks of a subscription to sensors. */
export interface SensorEvents {
  /** Every sensor has a reading or a default. Called once, possibly before `subscribe` returns. */
  ready(): void
  /** A sensor failed. Called once, and nothing is called after it. */
  fail(error: unknown): void
}

/** What a step shows of the sensors. */
export interface SensedObservation {
  /** A new array. */
  readonly observation: Observation
  /** How each sensor came to its part of the observation, by the sensor's name. */
  readonly samples: Readonly<Record<string, SensorSample>>
}

/** A subscription to several sensors. */
export interface SensorSubscription {
  /** The sensors that have neither a reading nor a default yet. */
  missing(): readonly string[]
  /** Returns the observation of a step, from the readings since the last call, and discards these readings. */
  sample(): SensedObservation
  /** Milliseconds since each sensor's newest reading was measured; Infinity before its first reading. */
  ages(): Readonly<Record<string, number>>
  /** Discards the readings since the last step: what arrived before an episode began belongs to none of its steps. */
  clear(): void
  /** Unsubscribes from all sensors. */
  unsubscribe(): void
}

/** Several sensors as one observation. */
export interface SensorFusion {
  /** The components of all sensors, in the order of their declaration. */
  readonly spec: VectorSpec
  /** Subscribes to every sensor. Each subscription has a memory of its own. */
  subscribe(scheduler: SchedulerLike, events: SensorEvents): SensorSubscription
}

/** Whether a name is a number: JavaScript moves such keys of an object to the front. */
const isNumber = (name: string): boolean => /^\d+$/.test(name)

const specOf = (sensors: readonly DeclaredSensor[]): VectorSpec => ({
  size: sensors.reduce((sum, { size }) => sum + size, 0),
  low: sensors.flatMap(({ low }) => low),
  high: sensors.flatMap(({ high }) => high),
  names: sensors.flatMap(({ names }) => names),
  units: sensors.flatMap(({ units }) => units),
})

/** The counts of the link of a stream, if the stream is a source of a link. */
const linkOf = (stream: object): LinkState | null => {
  if (!('link' in stream) || typeof stream.link !== 'object' || stream.link === null) return null
  const { value } = stream.link as { readonly value?: unknown }
  return typeof value === 'object' && value !== null && 'failure' in value ? (stream.link as LinkState) : null
}

const linkFailure = (link: LinkState | null): string => {
  if (link === null) return ''
  const { connected, failure } = link.value
  if (!connected) return failure ?? 'not connected'
  return failure === null ? 'connected' : `connected; the latest failure: ${failure}`
}

/**
 * Fuses named streams of readings into one observation, in the order in which the second argument declares them.
 *
 *     wheels       -1-1--1----1-11---
 *     warmth       --7-----8---------
 *     steps        -----s----s----s--     drawn by the beats of a schedule
 *     their sum         2    1    3       each: 'sum', every increment is in exactly one step
 *     the latest        7    8    8       each: 'latest', however old; `samples` has its age
 *
 * Sensors emit at their own rates, and a step uses the readings that there are: nothing is queued. A reading that is older than the
 * sensor's `maxAge` is late: the step then has the sensor's `default`, or without one the value of the step before, and its
 * `samples` say so. A beat without a step uses no readings, so that no increment is lost.
 *
 * The age of a reading counts from its measurement if the stream emits `Stamped` messages or the sensor has a `stamp`, otherwise from
 * its arrival. Of `latest` readings an older one never replaces a newer one. A stored copy (`live: false`) is used only if there is
 * nothing newer, and its age is that of its stamp or Infinity; it is part of no sum, mean or fold, and does not end a silence.
 *
 * Memory: for each subscription, three vectors and a few counts a sensor, at any rate of readings.
 * Numbers: float64; a mean is the sum over the count.
 * Fails: throws a RangeError, when the pipeline is built, on a sensor without a stream or a stream without a declaration,
 * and on a wrong declaration. A subscription fails, with the sensor's name, on a reading of another size or not finite unless
 * `onBad` is `skip`, on an error (its `cause`) or the completion of the sensor's stream, and when a sensor has been silent for its
 * `patience`, by default 10 s; the error includes the reason of the link, if the stream has one. If the last reading of a stream stays
 * valid after the stream completes, add `concatWith(NEVER)` to the stream.
 */
export const observe = <Streams extends Readonly<Record<string, Observable<unknown>>>>(
  streams: Streams,
  sensors: SensorsOf<Streams>,
): SensorFusion => {
  const names = Object.keys(sensors)
  for (const [name, others, what] of [
    ...names.map((each) => [each, streams, 'a stream of the sensor'] as const),
    ...Object.keys(streams).map((each) => [each, sensors, 'a declaration of the stream'] as const),
  ]) {
    if (Object.hasOwn(others, name)) continue
    const nearest = nearestName(name, Object.keys(others))
    throw new RangeError(
      `observe: expected ${what} ${name}, got none${nearest === null ? '' : ` (did you mean ${nearest}?)`}`,
    )
  }
  if (names.length === 0) throw new RangeError('observe: expected one sensor or more, got none')
  if (names.some(isNumber)) {
    throw new RangeError(`observe: expected names that are not numbers, got ${names.find(isNumber)}`)
  }
  for (const name of names) {
    if (!isObservable(streams[name]))
      throw new TypeError(`observe: ${name}: expected a stream, got ${described(streams[name])}`)
  }
  const declared = names.map((name) => declare(name, sensors[name] as SensorOptions<never>))
  const spec = specOf(declared)

  const subscribe = (scheduler: SchedulerLike, events: SensorEvents): SensorSubscription => {
    const buffers = declared.map((sensor) => sensorBuffer(sensor, scheduler.now()))
    const subscription = new Subscription()
    let complete = false
    let timer: Subscription | null = null

    const fail = (error: unknown): void => {
      if (subscription.closed) return
      subscription.unsubscribe()
      events.fail(error)
    }
    const missing = (): readonly string[] => names.filter((_, i) => !buffers[i].isReady())
    const check = (): void => {
      if (complete || missing().length > 0) return
      complete = true
      events.ready()
    }

    const moment = (): Moment => ({ now: scheduler.now(), date: dateOf(scheduler) })
    const listen = (i: number): void => {
      const lost = (how: string, cause?: unknown): void =>
        fail(new SensorError(`sensor ${names[i]} ${how}`, cause === undefined ? {} : { cause }))
      subscription.add(
        streams[names[i]].subscribe({
          next: (message) => {
            try {
              buffers[i].receive(message, moment())
            } catch (error) {
              return fail(error)
            }
            if (!complete) check()
          },
          error: (error: unknown) => lost(`failed: ${reason(error)}`, error),
          complete: () => lost(`is lost: its stream completed${reasonOf(i)}`),
        }),
      )
    }

    /** Why a sensor is silent, if that is known, in parentheses. */
    const reasonOf = (i: number): string => {
      const reasons = [
        linkFailure(declared[i].link ?? linkOf(streams[names[i]])),
        buffers[i].ignoredSinceThen(),
      ].filter((reason) => reason !== '')
      return reasons.length === 0 ? '' : ` (${reasons.join('; ')})`
    }

    /** One timer for all sensors: it fires when the first of them may have been silent for too long, checks, and is set again. */
    const watchForSilence = (): void => {
      const deadlines = declared.map(({ patience }, i) => buffers[i].lastReadingAt() + patience)
      const next = Math.min(...deadlines)
      if (next === Infinity) return
      const check = (): void => {
        const now = scheduler.now()
        const reasons = declared.flatMap(({ name, patience }, i) =>
          now - buffers[i].lastReadingAt() < patience
            ? []
            : [`sensor ${name} is missing: no reading for ${patience} ms${reasonOf(i)}`],
        )
        if (reasons.length === 0) return watchForSilence()
        fail(new SensorError(reasons.join('; ')))
      }
      timer?.unsubscribe()
      timer = scheduler.schedule(check, next - scheduler.now())
    }
    subscription.add(() => timer?.unsubscribe())

    const sample = (): SensedObservation => {
      const observation = new Float64Array(spec.size)
      const samples: Record<string, SensorSample> = {}
      const now = scheduler.now()
      let offset = 0
      declared.forEach(({ name, size }, i) => {
        samples[name] = buffers[i].takeSample(observation, offset, now)
        offset += size
      })
      return { observation, samples }
    }

    watchForSilence()
    for (let i = 0; i < names.length && !subscription.closed; i++) listen(i)
    if (!subscription.closed) check()
    return {
      missing,
      sample,
      ages: () => {
        const now = scheduler.now()
        return Object.fromEntries(names.map((name, i) => [name, buffers[i].age(now)]))
      },
      clear: () => buffers.forEach((each) => each.clear()),
      unsubscribe: () => subscription.unsubscribe(),
    }
  }
  return { spec, subscribe }
}
