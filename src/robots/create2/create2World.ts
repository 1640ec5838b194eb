/** A Create 2 as a world: what its sensors show in a step, and its two wheels as the action. */
import { BehaviorSubject, type Observable, Subscription } from 'rxjs'
import { components } from '../../environments/components.js'
import { type Device, device } from '../../drivers/device.js'
import { observe } from '../../drivers/observe.js'
import type { Reading, SensorOptions } from '../../drivers/sensor.js'
import type { Realtime } from '../../time/realtime.js'
import type { Create2 } from './create2.js'
import type { FrameValues } from './frames.js'

/** The parts of a robot that a world needs. */
export type DrivenCreate2 = Pick<Create2, 'frames' | 'drive' | 'driveFor' | 'halt' | 'setMode' | 'seekDock' | 'status'>

/** The fastest speed of a wheel in the tasks, in mm/s. */
export const TASK_SPEED = 150

/** The action of the tasks: the speeds of both wheels, of which the robot takes the whole mm/s. */
export const wheelSpeeds = components([
  ['left wheel', 'mm/s', -TASK_SPEED, TASK_SPEED],
  ['right wheel', 'mm/s', -TASK_SPEED, TASK_SPEED],
])

/** A sensor of a world: how its reading comes from a frame, and how the readings of a step are combined. */
export type FrameSensor = SensorOptions<FrameValues> & { readonly read: (values: FrameValues) => Reading }

/** A run of a world: what its `begin` may ask while it gets the robot ready. */
export interface Readying {
  /** Whether the run is over, so that nothing may move any more. */
  isOver(): boolean
  /** Degrees that the robot has turned since it was connected, counterclockwise: what its cable is wound up. */
  turned(): number
  /** The robot was unwound. */
  unwound(): void
}

/** How a world is made of a robot. */
export interface Create2WorldOptions {
  readonly name: string
  readonly robot: DrivenCreate2
  /** The sensors by name, in the order of the observation; the previous action is appended. */
  readonly sensors: Readonly<Record<string, FrameSensor>>
  /** More streams of readings, with their declarations. The default is {}. */
  readonly streams?: Readonly<Record<string, readonly [stream: Observable<Reading>, sensor: SensorOptions]>>
  /** Gets the robot ready for an episode. */
  readonly begin: (readying: Readying) => Promise<unknown>
  readonly schedule: Realtime
}

/** Milliseconds above which a reading is late. */
const MAX_AGE = 100

/**
 * A driver of a robot: the sensors, then `previous`, the speeds of the action before in whole mm/s, 0 in the first step of an episode. A
 * command that does not reach the robot ends no run: the robot is at rest then, and its faults say why.
 */
export const create2World = ({ name, robot, sensors, streams = {}, begin, schedule }: Create2WorldOptions): Device => {
  const previous = new BehaviorSubject<readonly number[]>([0, 0])
  let runs = 0
  let turned = 0
  let counting = Subscription.EMPTY
  const count = (): void => {
    if (!counting.closed) return
    counting = robot.frames.subscribe({ next: ({ angle = 0 }) => (turned += angle), error: () => undefined })
  }
  const all = { ...sensors, ...Object.fromEntries(Object.entries(streams).map(([each, [, sensor]]) => [each, sensor])) }
  const fusion = observe<Readonly<Record<string, Observable<unknown>>>>(
    {
      ...Object.fromEntries(Object.keys(sensors).map((each) => [each, robot.frames])),
      ...Object.fromEntries(Object.entries(streams).map(([each, [stream]]) => [each, stream])),
      previous,
    },
    {
      ...Object.fromEntries(Object.entries(all).map(([each, sensor]) => [each, { maxAge: MAX_AGE, ...sensor }])),
      previous: {
        read: (speeds: unknown) => speeds as Reading,
        names: ['left wheel, 1 step before', 'right wheel, 1 step before'],
        units: 'mm/s',
        low: -TASK_SPEED,
        high: TASK_SPEED,
        patience: Infinity,
      },
    },
  )
  return device({
    spec: { name, action: wheelSpeeds },
    observe: fusion,
    act: ([left, right]) => {
      previous.next([Math.trunc(left), Math.trunc(right)])
      return robot.drive(left, right)
    },
    stop: () => {
      runs += 1
      return robot.halt()
    },
    begin: async () => {
      count()
      const run = runs
      await begin({
        isOver: () => run !== runs,
        turned: () => turned,
        unwound: () => {
          turned = 0
        },
      })
      previous.next([0, 0])
    },
    schedule,
  })
}
