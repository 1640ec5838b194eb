/** The world of a run on a robot: the robot's own driver with the rewards, the ends and the observation of its task. */
import { map } from 'rxjs'
import { pipe } from 'fp-ts/lib/function.js'
import { endEpisode } from '../../operators/endEpisode.js'
import { reward } from '../../operators/reward.js'
import { timeLimit } from '../../operators/timeLimit.js'
import type { Device } from '../drivers/device.js'
import type { RobotTaskId } from '../environments/runTask.js'
import { type DrivenCreate2, wheelSpeeds } from '../robots/create2/create2World.js'
import {
  createDocker,
  DOCKER_CYCLE,
  DOCKER_STEPS,
  dockerEnds,
  dockerObservation,
  dockerObservationSpec,
  dockerReward,
} from '../robots/create2/createDocker.js'
import {
  createMover,
  MOVER_CYCLE,
  MOVER_STEPS,
  moverEnds,
  moverObservation,
  moverObservationSpec,
  moverReward,
} from '../robots/create2/createMover.js'
import { type ArmName, urReacher2On } from '../robots/ur/reacherSetup.js'
import {
  REACHER_CYCLE,
  REACHER_STEPS,
  reacherActionSpec,
  reacherObservation,
  reacherObservationSpec,
  reacherReward,
} from '../robots/ur/reacherTask.js'
import { type DrivenUr5, urReacher } from '../robots/ur/urReacher.js'
import { type Realtime, realtime } from '../time/realtime.js'
import type { Driver, Random, Spec, TimeStep, VectorSpec } from '../types.js'

/** What the world of a robot is made of. */
export interface RobotWorldOptions {
  readonly random: Random
  readonly schedule: Realtime
  /** Receives lines for a person. */
  readonly report: (line: string) => void
}

/** A robot that a task drives. */
export type TaskRobot =
  | { readonly kind: 'create2'; readonly robot: DrivenCreate2 }
  | {
      readonly kind: 'ur5'
      readonly robot: DrivenUr5
      /** Which arm it is. */
      readonly arm: ArmName
      /** Whether protective stops are unlocked when the next episode begins. */
      readonly unlock: boolean
    }

interface RobotTask {
  readonly cycle: number
  readonly steps: number
  readonly observation: VectorSpec
  readonly seen: (step: TimeStep) => Float64Array
  readonly reward: (step: TimeStep) => number
  readonly ends: (step: TimeStep) => boolean
  readonly action: VectorSpec
  readonly open: (robot: TaskRobot, options: RobotWorldOptions) => Device
}

/** Opens a task on a Create 2, and refuses another robot. */
const onCreate2 =
  (open: (robot: DrivenCreate2, options: RobotWorldOptions) => Device): RobotTask['open'] =>
  (robot, options) => {
    if (robot.kind !== 'create2') throw new TypeError(`expected a Create 2, got a ${robot.kind}`)
    return open(robot.robot, options)
  }

const tasks: Readonly<Record<RobotTaskId, RobotTask>> = {
  'Create-Mover': {
    cycle: MOVER_CYCLE,
    steps: MOVER_STEPS,
    observation: moverObservationSpec,
    seen: moverObservation,
    reward: moverReward,
    ends: moverEnds,
    action: wheelSpeeds,
    open: onCreate2(createMover),
  },
  'Create-Docker': {
    cycle: DOCKER_CYCLE,
    steps: DOCKER_STEPS,
    observation: dockerObservationSpec,
    seen: dockerObservation,
    reward: dockerReward,
    ends: dockerEnds,
    action: wheelSpeeds,
    open: onCreate2(createDocker),
  },
  'UR-Reacher-2': {
    cycle: REACHER_CYCLE,
    steps: REACHER_STEPS,
    observation: reacherObservationSpec(),
    seen: (step) => reacherObservation(step),
    reward: (step) => reacherReward(step),
    ends: () => false,
    action: reacherActionSpec(),
    open: (robot, { random, schedule }) => {
      if (robot.kind !== 'ur5') throw new TypeError(`expected a UR5, got a ${robot.kind}`)
      return urReacher(robot.robot, { random, schedule, setup: urReacher2On(robot.arm), unlock: robot.unlock })
    },
  },
}

/** The spec of a task of a robot. */
export const robotTaskSpec = (task: RobotTaskId): Spec => {
  const { cycle, steps, observation, action } = tasks[task]
  return { name: task, action, observation, stepSeconds: cycle / 1000, stepLimit: steps }
}

/** The schedule of a task: a missed beat repeats the last command. */
export const robotSchedule = (task: RobotTaskId): Realtime => realtime({ cycle: tasks[task].cycle })

/** The world of a task on a robot, which the caller closes. */
export const robotWorld = (task: RobotTaskId, robot: TaskRobot, options: RobotWorldOptions): Driver => {
  const { steps, seen, reward: rewardOf, ends, open } = tasks[task]
  const world = open(robot, options)
  return {
    spec: robotTaskSpec(task),
    timeSteps: pipe(
      world.timeSteps,
      reward(rewardOf),
      endEpisode(ends, { as: 'terminated' }),
      timeLimit(steps),
      map((step) => ({ ...step, observation: seen(step) })),
    ),
    act: world.act,
    begin: world.begin,
    stop: world.stop,
    close: world.close,
  }
}
