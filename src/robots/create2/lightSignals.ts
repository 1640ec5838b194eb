/** The six light bumpers of a Create 2, as its tasks see them. */
import type { FrameValues } from './frames.js'
import type { FrameSensor } from './create2World.js'

const names = [
  'lightBumpLeft',
  'lightBumpFrontLeft',
  'lightBumpCenterLeft',
  'lightBumpCenterRight',
  'lightBumpFrontRight',
  'lightBumpRight',
] as const

/** The signals of a frame, from left to right. */
export const lightSensor: FrameSensor = {
  read: (values: FrameValues) => names.map((name) => values[name] ?? 0),
  names,
  low: 0,
  high: 4095,
}

const nearness = (signal: number): number => 1 / Math.sqrt(Math.max(1, signal - 4.2))
const [FAR, NEAR] = [nearness(20), nearness(4095)]

/**
 * A signal on the scale of the tasks: linear in the distance, -1 for a signal of 20 and 1 for 4095; a signal of 0 is -7.34, since nothing is
 * clipped. Numbers: SenseAct, the observation of its Create 2.
 */
export const scaledSignal = (signal: number): number => -1 + (2 * (FAR - nearness(signal))) / (FAR - NEAR)
