/** Create-Mover: the robot is to keep driving forward in an arena with walls. */
import { warn } from '../../warn.js'
import type { Device } from '../../drivers/device.js'
import { components } from '../../environments/components.js'
import { type Realtime, realtime } from '../../time/realtime.js'
import type { TimeStep, VectorSpec } from '../../types.js'
import { create2World, type DrivenCreate2, TASK_SPEED } from './create2World.js'
import { charged, type GetReady, isDocked, safeAgain, unwindCable } from './getReady.js'
import { lightSensor, scaledSignal } from './lightSignals.js'
import { motionSensor, touchSensor } from './taskSensors.js'

/** How Create-Mover is run. */
export interface CreateMoverOptions {
  /** The default is a `realtime` with a cycle of 150 ms: ten frames. */
  readonly schedule?: Realtime
  /** Receives lines for a person, such as that the robot needs to be charged. The default is `console.warn`. */
  readonly report?: (line: string) => void
}

/** Milliseconds of a step. */
export const MOVER_CYCLE = 150
/** Steps of an episode: 90 s. */
export const MOVER_STEPS = 600
/** Where the components of the world stand: six signals, then the motion, then what touches. */
const [DISTANCE, TOUCHES, PREVIOUS] = [6, 8, 13]
/** Reward for one millimeter. */
const PER_MILLIMETER = 0.15
/** The charge in mAh below which a person has to dock the robot, and above which the run goes on. */
const [LOW, ENOUGH] = [1500, 2600]

/** What a learner of Create-Mover sees: six light bumpers, and the action before, all scaled to about -1 to 1. */
export const moverObservationSpec: VectorSpec = components([
  ...['left', 'front left', 'center left', 'center right', 'front right', 'right'].map(
    (side) => [`nearness, ${side}`, '1', -7.35, 1] as const,
  ),
  ['left wheel, 1 step before', '1', -1, 1],
  ['right wheel, 1 step before', '1', -1, 1],
])

/** The observation of a learner, of the step of the world: bumps, cliffs and the battery are not in it. */
export const moverObservation = ({ observation }: Pick<TimeStep, 'observation'>): Float64Array =>
  Float64Array.from({ length: 8 }, (_, i) =>
    i < 6 ? scaledSignal(observation[i]) : observation[PREVIOUS + i - 6] / TASK_SPEED,
  )

/** The reward: 0.15 for each millimeter forward, the sum over all frames of the step; at most 3.375. */
export const moverReward = ({ observation }: Pick<TimeStep, 'observation'>): number =>
  PER_MILLIMETER * observation[DISTANCE]

/** Whether the episode terminates: on a bump, a wheel that hangs, a cliff, and on the dock. */
export const moverEnds = ({ observation }: Pick<TimeStep, 'observation'>): boolean =>
  [0, 1, 2, 3, 4].some((touch) => observation[TOUCHES + touch] > 0)

const beginMover = async (ready: GetReady): Promise<void> => {
  const { robot, isOver } = ready
  await charged(ready, LOW, ENOUGH)
  if (isOver()) return
  await safeAgain(ready)
  if (isOver()) return
  if (isDocked(ready) && !(await robot.driveFor(-300, -300, 1000))) return
  if (!(await robot.driveFor(-150, -150, 1500))) return
  await unwindCable(ready)
  if (!isOver()) await safeAgain(ready)
}

/**
 * The robot as the world of Create-Mover. An episode begins with the robot backing off, from its dock as well, and unwinding its cable after
 * two turns.
 *
 *     pipe(
 *       world.timeSteps,
 *       reward(moverReward),
 *       endEpisode(moverEnds, { as: 'terminated' }),
 *       timeLimit(MOVER_STEPS),
 *       map((step) => ({ ...step, observation: moverObservation(step) })),
 *       ...
 *     )
 *
 * Numbers: SenseAct's Create 2 Mover; mm, mm/s and degrees. A step has the sum of the distances, and the number of frames with a bump, over every
 * frame since the step before, so that none is lost.
 * Fails: as `device` says. Commands that do not reach the robot end no run.
 */
export const createMover = (
  robot: DrivenCreate2,
  { schedule = realtime({ cycle: MOVER_CYCLE }), report = warn }: CreateMoverOptions = {},
): Device =>
  create2World({
    name: 'Create-Mover',
    robot,
    sensors: { light: lightSensor, motion: motionSensor, touch: touchSensor },
    begin: (readying) => beginMover({ ...readying, robot, report, scheduler: schedule.scheduler }),
    schedule,
  })
