/**
 * The tasks of DeepMind's control suite, by id. A domain is loaded when one of its tasks is: this file names them, and imports none.
 */
import type { SettingFields, Values } from '../edge/settings.js'
import type { AnyMujocoTask } from './gymnasium/robot.js'
import { mujocoEntry } from './taskEntry.js'

/** A domain: its options, and the function of each of its tasks. */
interface Domain<Variant extends string> {
  readonly fields: SettingFields
  readonly task: (variant: Variant) => (options?: Values) => AnyMujocoTask
}

/** The tasks of a domain. Each import has a literal file name, so that bundlers find it. */
const tasksOf =
  <Variant extends string>(load: () => Promise<Domain<Variant>>) =>
  (variant: Variant) =>
  async () => {
    const { fields, task } = await load()
    return mujocoEntry(fields, task(variant))
  }

const acrobot = tasksOf(async () => {
  const domain = await import('./dmControl/acrobot.js')
  return { fields: domain.fields, task: domain.acrobot }
})
const ballInCup = tasksOf(async () => {
  const domain = await import('./dmControl/ballInCup.js')
  return { fields: domain.fields, task: domain.ballInCup }
})
const cartpole = tasksOf(async () => {
  const domain = await import('./dmControl/cartpole.js')
  return { fields: domain.fields, task: domain.cartpole }
})
const cheetah = tasksOf(async () => {
  const domain = await import('./dmControl/cheetah.js')
  return { fields: domain.fields, task: domain.cheetah }
})
const finger = tasksOf(async () => {
  const domain = await import('./dmControl/finger.js')
  return { fields: domain.fields, task: domain.finger }
})
const fish = tasksOf(async () => {
  const domain = await import('./dmControl/fish.js')
  return { fields: domain.fields, task: domain.fish }
})
const hopper = tasksOf(async () => {
  const domain = await import('./dmControl/hopper.js')
  return { fields: domain.fields, task: domain.hopper }
})
const humanoid = tasksOf(async () => {
  const domain = await import('./dmControl/humanoid.js')
  return { fields: domain.fields, task: domain.humanoid }
})
const manipulator = tasksOf(async () => {
  const domain = await import('./dmControl/manipulator.js')
  return { fields: domain.fields, task: domain.manipulator }
})
const pendulum = tasksOf(async () => {
  const domain = await import('./dmControl/pendulum.js')
  return { fields: domain.fields, task: domain.pendulum }
})
const pointMass = tasksOf(async () => {
  const domain = await import('./dmControl/pointMass.js')
  return { fields: domain.fields, task: domain.pointMass }
})
const quadruped = tasksOf(async () => {
  const domain = await import('./dmControl/quadruped.js')
  return { fields: domain.fields, task: domain.quadruped }
})
const reacher = tasksOf(async () => {
  const domain = await import('./dmControl/reacher.js')
  return { fields: domain.fields, task: domain.reacher }
})
const swimmer = tasksOf(async () => {
  const domain = await import('./dmControl/swimmer.js')
  return { fields: domain.fields, task: domain.swimmer }
})
const walker = tasksOf(async () => {
  const domain = await import('./dmControl/walker.js')
  return { fields: domain.fields, task: domain.walker }
})

/** The functions that load the tasks, by id. */
export const suiteTasks = {
  'dm_control/acrobot-swingup': acrobot('swingup'),
  'dm_control/acrobot-swingup_sparse': acrobot('swingup_sparse'),
  'dm_control/ball_in_cup-catch': ballInCup('catch'),
  'dm_control/cartpole-balance': cartpole('balance'),
  'dm_control/cartpole-balance_sparse': cartpole('balance_sparse'),
  'dm_control/cartpole-swingup': cartpole('swingup'),
  'dm_control/cartpole-swingup_sparse': cartpole('swingup_sparse'),
  'dm_control/cheetah-run': cheetah('run'),
  'dm_control/finger-spin': finger('spin'),
  'dm_control/finger-turn_easy': finger('turn_easy'),
  'dm_control/finger-turn_hard': finger('turn_hard'),
  'dm_control/fish-swim': fish('swim'),
  'dm_control/fish-upright': fish('upright'),
  'dm_control/hopper-hop': hopper('hop'),
  'dm_control/hopper-stand': hopper('stand'),
  'dm_control/humanoid-run': humanoid('run'),
  'dm_control/humanoid-stand': humanoid('stand'),
  'dm_control/humanoid-walk': humanoid('walk'),
  'dm_control/manipulator-bring_ball': manipulator('bring_ball'),
  'dm_control/pendulum-swingup': pendulum('swingup'),
  'dm_control/point_mass-easy': pointMass('easy'),
  'dm_control/quadruped-run': quadruped('run'),
  'dm_control/quadruped-walk': quadruped('walk'),
  'dm_control/reacher-easy': reacher('easy'),
  'dm_control/reacher-hard': reacher('hard'),
  'dm_control/swimmer-swimmer15': swimmer('swimmer15'),
  'dm_control/swimmer-swimmer6': swimmer('swimmer6'),
  'dm_control/walker-run': walker('run'),
  'dm_control/walker-stand': walker('stand'),
  'dm_control/walker-walk': walker('walk'),
}
