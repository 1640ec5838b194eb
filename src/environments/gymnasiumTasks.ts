/** The tasks of Gymnasium's on MuJoCo, by id. A robot is loaded when one of its tasks is asked for: this file names them, and imports none. */
import type { Robot, Version } from './gymnasium/robot.js'
import { mujocoEntry } from './taskEntry.js'

/** The tasks of a robot, by version. */
const versionsOf = (load: () => Promise<Robot>) => (version: Version) => async () => {
  const [robot, { fieldsOf, robotTask }] = await Promise.all([load(), import('./gymnasium/robot.js')])
  return mujocoEntry(fieldsOf(robot, version), (options) => robotTask(robot, version, options))
}

const hopper = versionsOf(async () => (await import('./gymnasium/hopper.js')).hopper)
const halfCheetah = versionsOf(async () => (await import('./gymnasium/halfCheetah.js')).halfCheetah)
const walker2d = versionsOf(async () => (await import('./gymnasium/walker2d.js')).walker2d)
const ant = versionsOf(async () => (await import('./gymnasium/ant.js')).ant)
const humanoid = versionsOf(async () => (await import('./gymnasium/humanoid.js')).humanoid)
const humanoidStandup = versionsOf(async () => (await import('./gymnasium/humanoidStandup.js')).humanoidStandup)
const swimmer = versionsOf(async () => (await import('./gymnasium/swimmer.js')).swimmer)
const reacher = versionsOf(async () => (await import('./gymnasium/reacher.js')).reacher)
const invertedPendulum = versionsOf(async () => (await import('./gymnasium/invertedPendulum.js')).invertedPendulum)
const invertedDoublePendulum = versionsOf(
  async () => (await import('./gymnasium/invertedDoublePendulum.js')).invertedDoublePendulum,
)
const pusher = versionsOf(async () => (await import('./gymnasium/pusher.js')).pusher)

/** The functions that load the tasks, by id. */
export const gymnasiumTasks = {
  'Hopper-v4': hopper('v4'),
  'Hopper-v5': hopper('v5'),
  'HalfCheetah-v4': halfCheetah('v4'),
  'HalfCheetah-v5': halfCheetah('v5'),
  'Walker2d-v4': walker2d('v4'),
  'Walker2d-v5': walker2d('v5'),
  'Ant-v4': ant('v4'),
  'Ant-v5': ant('v5'),
  'Humanoid-v4': humanoid('v4'),
  'Humanoid-v5': humanoid('v5'),
  'HumanoidStandup-v4': humanoidStandup('v4'),
  'HumanoidStandup-v5': humanoidStandup('v5'),
  'Swimmer-v4': swimmer('v4'),
  'Swimmer-v5': swimmer('v5'),
  'Reacher-v4': reacher('v4'),
  'Reacher-v5': reacher('v5'),
  'InvertedPendulum-v4': invertedPendulum('v4'),
  'InvertedPendulum-v5': invertedPendulum('v5'),
  'InvertedDoublePendulum-v4': invertedDoublePendulum('v4'),
  'InvertedDoublePendulum-v5': invertedDoublePendulum('v5'),
  'Pusher-v5': pusher('v5'),
}
