/** Fuses sensors into one observation. */
import { type Observable, type SchedulerLike, Subscription } from 'rxjs'
import { nearestName } from '../decode.js'
import { reason, SensorError } from '../failure.js'
import type { VectorSpec } from '../spec.js'
import type { Observation } from '../types.js'
import { declare, type Declared, gauge, type Reading, type Sampled, type SensorOptions } from './sensor.js'

/** Who is told of sensors that are being watched. */
export interface Alert {
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
  readonly samples: Readonly<Record<string, Sampled>>
}

/** Sensors that are being watched. */
export interface Watch {
  /** Those that have neither a reading nor a default yet. */
  missing(): readonly string[]
  /** Shows what came since the last call, and begins to gather anew. */
  sample(): Sample
  /** Milliseconds since each sensor's newest reading; Infinity before its first one. */
  ages(): Readonly<Record<string, number>>
  /** Lets go of increments that came before an episode began. */
  clear(): void
  /** Leaves all sensors. */
  leave(): void
}

/** Sensors, fused: what they show, and a way to watch them. */
export interface Senses {
  /** The components of all sensors, in the order of their declaration. */
  readonly spec: VectorSpec
  /** Subscribes to every sensor; each watch has a memory of its own. */
  watch(scheduler: SchedulerLike, alert: Alert): Watch
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
 * Memory: of each watch, one vector and a few counts a sensor, at whatever rate readings come.
 * Numbers: float64; a mean is the sum over the count.
 * Fails: throws a RangeError, when the pipeline is built, on a sensor without a stream or a stream without a declaration,
 * and on a declaration that makes no sense. A watch fails, with the sensor's name, on a reading of another size or not
 * finite, on an error (its `cause`) or the completion of the sensor's stream, and once a sensor has been silent for its
 * `patience`, by default 10 s. A stream that ends while its last reading is still good goes on with `concatWith(NEVER)`.
 */
export const observe = <Streams extends Readonly<Record<string, Observable<Reading>>>>(
  streams: Streams,
  sensors: Readonly<Record<keyof Streams & string, SensorOptions>>,
): Senses => {
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
  const declared = names.map((name) => declare(name, sensors[name]))
  const spec = specOf(declared)

  const watch = (scheduler: SchedulerLike, alert: Alert): Watch => {
    const gauges = declared.map((sensor) => gauge(sensor, scheduler.now()))
    const subscription = new Subscription()
    let complete = false

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

    const listen = (i: number): void => {
      const lost = (how: string, cause?: unknown): void =>
        fail(new SensorError(`sensor ${names[i]} ${how}`, cause === undefined ? {} : { cause }))
      const stream: Observable<Reading> = streams[names[i]]
      subscription.add(
        stream.subscribe({
          next: (reading) => {
            try {
              gauges[i].take(reading, scheduler.now())
            } catch (error) {
              return fail(error)
            }
            if (!complete) check()
          },
          error: (error: unknown) => lost(`failed: ${reason(error)}`, error),
          complete: () => lost('is lost: its stream completed'),
        }),
      )
    }

    /** One timer for all: it goes off when the first of them could have been silent for too long, and looks again. */
    const mind = (): void => {
      const silence = declared.map(({ patience }, i) => gauges[i].heard() + patience)
      const next = Math.min(...silence)
      if (next === Infinity) return
      const look = (): void => {
        const now = scheduler.now()
        const silent = declared.filter(({ patience }, i) => now - gauges[i].heard() >= patience)
        if (silent.length === 0) return mind()
        const told = silent.map(({ name, patience }) => `sensor ${name} is missing: no reading for ${patience} ms`)
        fail(new SensorError(told.join('; ')))
      }
      subscription.add(scheduler.schedule(look, next - scheduler.now()))
    }

    const sample = (): Sample => {
      const observation = new Float64Array(spec.size)
      const samples: Record<string, Sampled> = {}
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
