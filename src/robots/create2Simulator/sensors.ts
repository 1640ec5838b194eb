/** The sensor packets of the simulated Create 2. */
import type { Random } from '../../types.js'
import { WHEEL_BASE, MILLIMETERS_PER_COUNT } from '../create2/odometry.js'
import type { FrameValues } from '../create2/frames.js'
import { type Battery, voltageOf } from './battery.js'
import type { BodyReadings } from './body.js'
import type { DockView } from './dockField.js'

/** What the robot was told, as far as its packets show it. */
export interface Told {
  readonly mode: number
  /** Wheel speeds in mm/s. */
  readonly left: number
  readonly right: number
  readonly velocity: number
  readonly radius: number
  readonly songNumber: number
  readonly songPlaying: boolean
  readonly streamPackets: number
}

/** The sensors of a robot. */
export interface Sensors {
  /** What the body showed in 15 ms; the direction of the wheels is that of their commands. */
  see(readings: BodyReadings, dock: DockView, told: Pick<Told, 'left' | 'right'>): void
  /** The values of all packets. A value of `distance` and `angle` that is read begins at 0 again. */
  values(read: ReadonlySet<string>, told: Told, battery: Battery): FrameValues
}

/** The signal of a reflection, which falls with the square of the distance in m; 4.2 without a reflection. */
export const lightSignal = (meters: number, noise: number): number => {
  const signal = 4.2 + 1 / ((meters + 0.0145) * (meters + 0.0145)) + noise
  return Math.max(0, Math.min(4095, Math.round(signal)))
}

/** A signal of a light bumper above which its bit is set. */
const LIGHT_THRESHOLD = 100
/** Signals of a cliff sensor above the floor and above nothing. */
const [FLOOR, NO_FLOOR] = [2400, 20]
/** Ticks of 15 ms that a wheel is blocked until its motor draws too much. */
const BLOCKED_TICKS = 20

const wrapped = (counts: number): number => (((Math.trunc(counts) % 65_536) + 65_536 + 32_768) % 65_536) - 32_768
const saturated = (value: number): number => Math.max(-32_768, Math.min(32_767, value))
const bits = (...set: readonly boolean[]): number => set.reduce((sum, each, bit) => sum + (each ? 1 << bit : 0), 0)
const word = (value: number): number => saturated(Math.round(value))

/** Sensors that have seen nothing. `random` makes the noise of the light bumpers, of a deviation of 0.5. */
export const sensorsOf = (random: Random): Sensors => {
  const noise = new Float32Array(6)
  const since = { distance: 0, angle: 0 }
  const counts: [left: number, right: number] = [0, 0]
  const blocked: [left: number, right: number] = [0, 0]
  let body: BodyReadings | null = null
  let dock: DockView | null = null

  /** What is read of a sum are whole units; the rest belongs to the next packet. */
  const taken = (name: 'distance' | 'angle', isRead: boolean): number => {
    const whole = Math.trunc(since[name])
    if (isRead) since[name] -= whole
    return saturated(whole)
  }
  return {
    see: (readings, view, told) => {
      body = readings
      dock = view
      const [left, right] = readings.rolled
      since.distance += (left + right) / 2
      since.angle += ((right - left) / WHEEL_BASE) * (180 / Math.PI)
      ;[told.left, told.right].forEach((wanted, wheel) => {
        const rolled = readings.rolled[wheel]
        // The encoders do not see a direction: it is that of the command, and forward without one.
        counts[wheel] += ((wanted < 0 ? -1 : 1) * Math.abs(rolled)) / MILLIMETERS_PER_COUNT
        const isBlocked = Math.abs(wanted) > 50 && Math.abs(rolled) < 0.2 * Math.abs(wanted) * 0.015
        blocked[wheel] = isBlocked ? blocked[wheel] + 1 : 0
      })
      random.normal(noise)
    },
    values: (read, told, battery) => {
      const { bumps, drops, cliffs, light, wall, push } = body!
      const signals = light.map((meters, i) => lightSignal(meters, 0.5 * noise[i]))
      const wallSignal = Math.min(1023, lightSignal(wall, 0))
      const motor = 100 + 60 * push
      return {
        bumpsAndWheelDrops: bits(bumps[1], bumps[0], drops[1], drops[0]),
        wall: wallSignal > LIGHT_THRESHOLD ? 1 : 0,
        cliffLeft: Number(cliffs[0]),
        cliffFrontLeft: Number(cliffs[1]),
        cliffFrontRight: Number(cliffs[2]),
        cliffRight: Number(cliffs[3]),
        overcurrents: bits(false, false, false, blocked[1] > BLOCKED_TICKS, blocked[0] > BLOCKED_TICKS),
        infraredOmni: dock!.omni,
        infraredLeft: dock!.left,
        infraredRight: dock!.right,
        distance: taken('distance', read.has('distance')),
        angle: taken('angle', read.has('angle')),
        chargingState: battery.current > 0 ? 2 : 0,
        voltage: voltageOf(battery),
        current: word(battery.current),
        temperature: 24,
        charge: Math.round(battery.charge),
        capacity: battery.capacity,
        wallSignal,
        cliffLeftSignal: cliffs[0] ? NO_FLOOR : FLOOR,
        cliffFrontLeftSignal: cliffs[1] ? NO_FLOOR : FLOOR,
        cliffFrontRightSignal: cliffs[2] ? NO_FLOOR : FLOOR,
        cliffRightSignal: cliffs[3] ? NO_FLOOR : FLOOR,
        chargingSources: dock!.isDocked ? 2 : 0,
        mode: told.mode,
        songNumber: told.songNumber,
        songPlaying: Number(told.songPlaying),
        streamPackets: told.streamPackets,
        requestedVelocity: told.velocity,
        requestedRadius: told.radius,
        requestedRightVelocity: told.right,
        requestedLeftVelocity: told.left,
        leftEncoder: wrapped(counts[0]),
        rightEncoder: wrapped(counts[1]),
        lightBumper: bits(...signals.map((signal) => signal > LIGHT_THRESHOLD)),
        lightBumpLeft: signals[0],
        lightBumpFrontLeft: signals[1],
        lightBumpCenterLeft: signals[2],
        lightBumpCenterRight: signals[3],
        lightBumpFrontRight: signals[4],
        lightBumpRight: signals[5],
        leftMotorCurrent: word(told.left === 0 ? 0 : motor),
        rightMotorCurrent: word(told.right === 0 ? 0 : motor),
        stasis: told.left > 0 && told.right > 0 ? 1 : 0,
      }
    },
  }
}
