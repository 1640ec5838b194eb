/** Sensors that the tasks of the Create 2 share. */
import type { FrameSensor } from './create2World.js'
import type { FrameValues } from './frames.js'

const bit = (value: number | undefined, place: number): number => ((value ?? 0) >> place) & 1

/** Distance and angle since the step before: the sums over every frame, of which none may be lost. */
export const motionSensor: FrameSensor = {
  read: ({ distance = 0, angle = 0 }: FrameValues) => [distance, angle],
  names: ['distance', 'angle'],
  units: ['mm', 'degrees'],
  each: 'sum',
}

/** In how many frames since the step before something touched the robot: bumps, hanging wheels, cliffs, and the dock. */
export const touchSensor: FrameSensor = {
  read: ({ bumpsAndWheelDrops, cliffLeft = 0, cliffFrontLeft = 0, cliffFrontRight = 0, cliffRight = 0, ...values }) => [
    bit(bumpsAndWheelDrops, 1),
    bit(bumpsAndWheelDrops, 0),
    bit(bumpsAndWheelDrops, 2) | bit(bumpsAndWheelDrops, 3),
    Math.min(1, cliffLeft + cliffFrontLeft + cliffFrontRight + cliffRight),
    bit(values.chargingSources, 1),
  ],
  names: ['bumps left', 'bumps right', 'wheel drops', 'cliffs', 'docked'],
  units: 'frames',
  low: 0,
  each: 'sum',
}
