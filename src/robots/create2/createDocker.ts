/** Create-Docker: the robot is to find its dock by infrared light, and to stay on it. */
import { type Observable, map, scan } from 'rxjs'
import { warn } from '../../warn.js'
import type { Device } from '../../drivers/device.js'
import { components } from '../../environments/components.js'
import type { Reading, SensorOptions } from '../../drivers/sensor.js'
import { type Realtime, realtime } from '../../time/realtime.js'
import type { Random, TimeStep, Vector, VectorSpec } from '../../types.js'
import { create2World, type DrivenCreate2, type FrameSensor, TASK_SPEED } from './create2World.js'
import type { FrameValues } from './frames.js'
import { charged, type GetReady, isDocked, safeAgain, unwindCable, waitFor } from './getReady.js'
import { infraredMessage } from './infrared.js'
import { lightSensor, scaledSignal } from './lightSignals.js'
import { motionSensor, touchSensor } from './taskSensors.js'

/** How Create-Docker is run. */
export interface CreateDockerOptions {
  /** Draws the motion with which each episode begins. */
  readonly random: Random
  /** The default is a `realtime` with a cycle of 45 ms: three frames. */
  readonly schedule?: Realtime
  /** Receives lines for a person. The default is `console.warn`. */
  readonly report?: (line: string) => void
}

/** Milliseconds of a step. */
export const DOCKER_CYCLE = 45
/** Steps of an episode: 30 s. */
export const DOCKER_STEPS = 666
/** Frames over which infrared bits are averaged. */
const WINDOW = 20
/** Where the components of the world stand. */
const [DISTANCE, BUMPS, DROPS, CHARGING, INFRARED, PREVIOUS] = [6, 8, 10, 13, 15, 24]
/** The weights of left buoy, force field and right buoy, at the left receiver, the one on top, and the right one. */
const weights = [1, 0.5, 0.05, 0.65, 0.15, 0.65, 0.05, 0.5, 1]
const [LOW, ENOUGH] = [1700, 2600]
/** Milliseconds in which the robot finds its dock by itself, and of the motion with which an episode begins. */
const [SEEKING, LEAVING] = [20_000, 2500]

const receivers = ['left', 'omni', 'right']
const bits = ['left buoy', 'force field', 'right buoy']
const infraredNames = receivers.flatMap((receiver) => bits.map((bit) => `${bit}, ${receiver} receiver`))

/** The nine infrared bits of a frame. Seen from a robot that faces its dock the red buoy is the left one. */
const infraredBits = ({ infraredLeft = 0, infraredOmni = 0, infraredRight = 0 }: FrameValues): readonly number[] =>
  [infraredLeft, infraredOmni, infraredRight].flatMap((character) => {
    const { redBuoy, forceField, greenBuoy } = infraredMessage(character)
    return [Number(redBuoy), Number(forceField), Number(greenBuoy)]
  })

/** The means of these bits over the latest frames. */
const infraredMeans = (frames: Observable<FrameValues>): Observable<Vector> =>
  frames.pipe(
    scan((window: readonly (readonly number[])[], values) => [...window.slice(1 - WINDOW), infraredBits(values)], []),
    map((window) => infraredNames.map((_, i) => window.reduce((sum, each) => sum + each[i], 0) / window.length)),
  )

/** Frames since the step before, and the sum of the places of those on the dock: later frames weigh more. */
const chargingSensor: FrameSensor = {
  read: ({ chargingSources = 0 }) => [1, chargingSources & 2 ? 1 : 0],
  names: ['frames', 'places of frames on the dock'],
  each: (folded: Vector | null, [, isOn]: Vector) => {
    const count = (folded?.[0] ?? 0) + 1
    return [count, (folded?.[1] ?? 0) + count * isOn]
  },
}

/** The share of a step on the dock, 0 to 1, in which later frames weigh more. */
const chargingShare = ({ observation }: Pick<TimeStep, 'observation'>): number => {
  const count = observation[CHARGING]
  return (2 * observation[CHARGING + 1]) / (count * (count + 1))
}

/** What a learner of Create-Docker sees: light bumpers, infrared bits, bumps, the share on the dock, and the action before. */
export const dockerObservationSpec: VectorSpec = components([
  ...['left', 'front left', 'center left', 'center right', 'front right', 'right'].map(
    (side) => [`nearness, ${side}`, '1', -7.35, 1] as const,
  ),
  ...infraredNames.map((name) => [name, '1', 0, 1] as const),
  ['bump left', '1', 0, 1],
  ['bump right', '1', 0, 1],
  ['share on the dock', '1', 0, 1],
  ['left wheel, 1 step before', '1', -1, 1],
  ['right wheel, 1 step before', '1', -1, 1],
])

/** The observation of a learner, of the step of the world. */
export const dockerObservation = (step: Pick<TimeStep, 'observation'>): Float64Array => {
  const { observation } = step
  const at = (from: number, count: number): readonly number[] =>
    Array.from({ length: count }, (_, i) => observation[from + i])
  return Float64Array.from([
    ...at(0, 6).map(scaledSignal),
    ...at(INFRARED, 9),
    ...at(BUMPS, 2).map((frames) => Math.min(1, frames)),
    chargingShare(step),
    ...at(PREVIOUS, 2).map((speed) => speed / TASK_SPEED),
  ])
}

/** The reward, times the seconds of a step: infrared bits, the way forward, bumps, and the dock. */
export const dockerReward = (step: Pick<TimeStep, 'observation'>): number => {
  const { observation } = step
  const infrared = weights.reduce((sum, weight, i) => sum + weight * observation[INFRARED + i], 0)
  const frames = Math.max(1, observation[CHARGING])
  const bumps = Math.min(1, observation[BUMPS]) + Math.min(1, observation[BUMPS + 1])
  const way = (20 / (4 * frames)) * observation[DISTANCE]
  return (DOCKER_CYCLE / 1000) * (4 * infrared + way - 10 * bumps + 150 * chargingShare(step))
}

/** Whether the episode terminates: on a wheel that hangs. A bump does not end it. */
export const dockerEnds = ({ observation }: Pick<TimeStep, 'observation'>): boolean => observation[DROPS] > 0

const beginDocker = async (ready: GetReady, random: Random): Promise<void> => {
  const { robot, isOver } = ready
  await charged(ready, LOW, ENOUGH)
  await unwindCable(ready)
  if (!isOver() && !isDocked(ready)) {
    await robot.seekDock()
    await waitFor(ready, () => isDocked(ready), SEEKING)
  }
  if (isOver()) return
  await safeAgain(ready)
  const speed = (): number => -(50 + 200 * random.uniform())
  const [left, right] = [speed(), speed()]
  if (!isOver() && (await robot.driveFor(left, right, LEAVING))) await safeAgain(ready)
}

/**
 * The robot as the world of Create-Docker. An episode begins on the dock, which the robot finds by itself within 20 s or not at all, with a
 * random motion backward.
 *
 * It is used as `createMover` is: `reward(dockerReward)`, `endEpisode(dockerEnds, { as: 'terminated' })`, `timeLimit(DOCKER_STEPS)`, and
 * `dockerObservation` for the learner.
 *
 * Numbers: SenseAct's Create 2 Docker, with the right receiver's own green bit where SenseAct has its red one twice; and only characters of docks
 * count as such.
 * Fails: as `device` says. Commands that do not reach the robot end no run.
 */
export const createDocker = (
  robot: DrivenCreate2,
  { random, schedule = realtime({ cycle: DOCKER_CYCLE }), report = warn }: CreateDockerOptions,
): Device => {
  const infrared: SensorOptions<Reading> = { names: infraredNames, low: 0, high: 1 }
  return create2World({
    name: 'Create-Docker',
    robot,
    sensors: { light: lightSensor, motion: motionSensor, touch: touchSensor, charging: chargingSensor },
    streams: { infrared: [infraredMeans(robot.frames), infrared] },
    begin: (readying) => beginDocker({ ...readying, robot, report, scheduler: schedule.scheduler }, random),
    schedule,
  })
}
