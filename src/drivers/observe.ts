/** Fuses sensors into one observation. */
import { type Observable, type SchedulerLike, Subscription, isObservable } from 'rxjs'
import { described } from '../restored.js'
import { nearestName } from '../edge/decode.js'
import { reason, SensorError } from '../failure.js'
import { dateOf } from '../time/schedule.js'
import type { Observation, VectorSpec } from '../types.js'
import { sensorBuffer, type Moment } from './sensorBuffer.js'
import {
  declare,
  type Declared,
  type LinkState,
  type SensorSample,
  type SensorOptions,
  type SensorsOf,
} from './sensor.js'

/** Who is told of sensors that are being watched. */
export interface WatchEvents {
  /** Every sensor has a reading or a default now; once, and maybe while `watch` has not returned. */
  complete(): void
  /** A sensor is lost; once, and nothing comes after it. */
  fail(error: unknown): void
}

/** What a step is shown. */
export interface Sample {
  /** A fresh array. */
  readonly observation: Observation
  /** How each sensor came to its part of it, by its name. */
  readonly samples: Readonly<Record<string, SensorSample>>
}

/** Sensors that are being watched. */
export interface Watch {
  /** Those that have neither a reading nor a default yet. */
  missing(): readonly string[]
  /** Shows what came since the last call, and begins to gather anew. */
  sample(): Sample
  /** Milliseconds since each sensor's newest reading was measured; Infinity before its first one. */
  ages(): Readonly<Record<string, number>>
  /** Begins to gather anew, without a step: what came before an episode began belongs to none of its steps. */
  clear(): void
  /** Leaves all sensors. */
  leave(): void
}

/** Sensors, fused: what they show, and a way to watch them. */
export interface FusedSensors {
  /** The components of all sensors, in the order of their declaration. */
  readonly spec: VectorSpec
  /** Subscribes to every sensor; each watch has a memory of its own. */
  watch(scheduler: SchedulerLike, alert: WatchEvents): Watch
}

/** Keys that JavaScript would move to the front, whatever the order in which they are written. */
const isNumber = (name: string): boolean => /^\d+$/.test(name)

const specOf = (sensors: readonly Declared[]): VectorSpec => ({
  size: sensors.reduce((sum, { size }) => sum + size, 0),
  low: sensors.flatMap(({ low }) => low),
  high: sensors.flatMap(({ high }) => high),
  names: sensors.flatMap(({ names }) => names),
  units: sensors.flatMap(({ units }) => units),
})

/** The counts of the link behind a stream, which sources carry. */
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
 *     their sum         2    1    3       each: 'sum', every increment is in one step, and in one only
 *     the latest        7    8    8       each: 'latest', however old; `samples` tells its age
 *
 * Sensors push at their own rates and steps take what there is: nothing is queued. A reading that is older than the
 * sensor's `maxAge` is late: the step gets the sensor's `default`, or goes on with what it had if there is none, and says
 * so. A beat that has no step takes nothing, so that no increment is lost to it.
 *
 * An age is that of the measurement where a stream says `Stamped` messages or the sensor has a `stamp`, and else that of the
 * arrival. Of `latest` readings an older one never takes the place of a newer one. A copy that was kept (`live: false`) is shown
 * for want of something newer, its age that of its stamp or else Infinity; it is part of no sum, mean or fold and no sign of life.
 *
 * Memory: of each watch, three vectors and a few counts a sensor, at whatever rate readings come.
 * Numbers: float64; a mean is the sum over the count.
 * Fails: throws a RangeError, when the pipeline is built, on a sensor without a stream or a stream without a declaration,
 * and on a declaration that makes no sense. A watch fails, with the sensor's name, on a reading of another size or not
 * finite unless the sensor skips them, on an error (its `cause`) or the completion of the sensor's stream, and once a sensor
 * has been silent for its `patience`, by default 10 s; the error gives the link's own reason, where there is one. A stream that
 * ends while its last reading is still good goes on with `concatWith(NEVER)`.
 */
export const observe = <Streams extends Readonly<Record<string, Observable<unknown>>>>(
  streams: Streams,
  sensors: SensorsOf<Streams>,
): FusedSensors => {
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

  const watch = (scheduler: SchedulerLike, alert: WatchEvents): Watch => {
    const gauges = declared.map((sensor) => sensorBuffer(sensor, scheduler.now()))
    const subscription = new Subscription()
    let complete = false
    let looking: Subscription | null = null

    const fail = (error: unknown): void => {
      if (subscription.closed) return
      subscription.unsubscribe()
      alert.fail(error)
    }
    const missing = (): readonly string[] => names.filter((_, i) => !gauges[i].isReady())
    const check = (): void => {
      if (complete || missing().length > 0) return
      complete = true
      alert.complete()
    }

    const moment = (): Moment => ({ now: scheduler.now(), date: dateOf(scheduler) })
    const listen = (i: number): void => {
      const lost = (how: string, cause?: unknown): void =>
        fail(new SensorError(`sensor ${names[i]} ${how}`, cause === undefined ? {} : { cause }))
      subscription.add(
        streams[names[i]].subscribe({
          next: (message) => {
            try {
              gauges[i].take(message, moment())
            } catch (error) {
              return fail(error)
            }
            if (!complete) check()
          },
          error: (error: unknown) => lost(`failed: ${reason(error)}`, error),
          complete: () => lost(`is lost: its stream completed${because(i)}`),
        }),
      )
    }

    /** Why a sensor is silent, as far as that is known. */
    const because = (i: number): string => {
      const told = [linkFailure(declared[i].link ?? linkOf(streams[names[i]])), gauges[i].unheard()].filter(
        (words) => words !== '',
      )
      return told.length === 0 ? '' : ` (${told.join('; ')})`
    }

    /** One timer for all: it goes off when the first of them could have been silent for too long, and looks again. */
    const mind = (): void => {
      const silence = declared.map(({ patience }, i) => gauges[i].heard() + patience)
      const next = Math.min(...silence)
      if (next === Infinity) return
      const look = (): void => {
        const now = scheduler.now()
        const told = declared.flatMap(({ name, patience }, i) =>
          now - gauges[i].heard() < patience
            ? []
            : [`sensor ${name} is missing: no reading for ${patience} ms${because(i)}`],
        )
        if (told.length === 0) return mind()
        fail(new SensorError(told.join('; ')))
      }
      looking?.unsubscribe()
      looking = scheduler.schedule(look, next - scheduler.now())
    }
    subscription.add(() => looking?.unsubscribe())

    const sample = (): Sample => {
      const observation = new Float64Array(spec.size)
      const samples: Record<string, SensorSample> = {}
      const now = scheduler.now()
      let offset = 0
      declared.forEach(({ name, size }, i) => {
        samples[name] = gauges[i].show(observation, offset, now)
        offset += size
      })
      return { observation, samples }
    }

    mind()
    for (let i = 0; i < names.length && !subscription.closed; i++) listen(i)
    if (!subscription.closed) check()
    return {
      missing,
      sample,
      ages: () => {
        const now = scheduler.now()
        return Object.fromEntries(names.map((name, i) => [name, gauges[i].age(now)]))
      },
      clear: () => gauges.forEach((each) => each.clear()),
      leave: () => subscription.unsubscribe(),
    }
  }
  return { spec, watch }
}
