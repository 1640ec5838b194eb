/** Reads messages of ROS as numbers. */
import { ignored } from './message.js'

/** A time as ROS 1 or ROS 2 writes it in a message's header. */
export type RosTime =
  { readonly secs: number; readonly nsecs: number } | { readonly sec: number; readonly nanosec: number }

/** A time of ROS in milliseconds since 1970, for `stamp: ({ header }) => rosTime(header.stamp)`. */
export const rosTime = (time: RosTime): number =>
  'secs' in time ? time.secs * 1000 + time.nsecs / 1e6 : time.sec * 1000 + time.nanosec / 1e6

const listOf = (message: unknown, field: string): readonly unknown[] => {
  const list: unknown = (message as Readonly<Record<string, unknown>> | null)?.[field]
  if (!Array.isArray(list)) throw new Error(`a list called ${field}`)
  return list
}

/**
 * A `parse` for `sensor_msgs/JointState`: the positions (the default), velocities or efforts of these joints, in this order. The
 * message may have them in any order, and other joints beside them.
 *
 * A message that has none of the joints, such as a gripper's, is ignored.
 *
 * Fails: throws if the message has some of the joints but not all of them, or no value for one.
 */
export const jointState =
  (joints: readonly string[], field: 'position' | 'velocity' | 'effort' = 'position') =>
  (message: unknown): unknown => {
    const names = listOf(message, 'name')
    const places = joints.map((joint) => names.indexOf(joint))
    if (places.every((place) => place < 0)) return ignored
    const missing = joints.find((_, i) => places[i] < 0)
    if (missing !== undefined) throw new Error(`a joint called ${missing}`)
    const values = listOf(message, field)
    return places.map((place, i) => {
      if (place >= values.length) throw new Error(`a ${field} of the joint ${joints[i]}`)
      return values[place]
    })
  }

/** Options of `laserScan`. */
export interface LaserScanOptions {
  /** The range, in meters, where the scanner saw nothing. The default is the scan's own `range_max`. */
  readonly beyond?: number
}

/**
 * A `parse` for `sensor_msgs/LaserScan`: its ranges, all finite.
 *
 * Where the scanner saw nothing (null, NaN, positive infinity, and values above `range_max`) the range is `beyond`. Values below
 * `range_min`, negative infinity included, become `range_min` (REP 117).
 *
 * Fails: throws on a message without `ranges`, `range_min` and `range_max`, and on a range that is neither a number nor null.
 */
export const laserScan =
  ({ beyond }: LaserScanOptions = {}) =>
  (message: unknown): unknown => {
    const ranges = listOf(message, 'ranges')
    const { range_min: least, range_max: most } = message as Readonly<Record<string, unknown>>
    if (typeof least !== 'number' || !Number.isFinite(least)) throw new Error('a finite number called range_min')
    if (typeof most !== 'number' || !Number.isFinite(most)) throw new Error('a finite number called range_max')
    return ranges.map((range, i) => {
      if (range !== null && typeof range !== 'number') throw new Error(`a number or null as ranges[${i}]`)
      if (range === null || Number.isNaN(range) || range > most) return beyond ?? most
      return Math.max(range, least)
    })
  }
