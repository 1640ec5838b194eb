/** The tasks without MuJoCo, by id. A task is loaded when it is asked for: this file names them, and imports none. */
import type { SettingFields, ValuesOf } from '../edge/settings.js'
import type { Random, SavableSimulator, Spec } from '../types.js'
import type { DotReacherVariant } from './classic/dotReacher.js'
import type { TaskEntry } from './taskEntry.js'

const entry = <F extends SettingFields, Opened extends SavableSimulator>(
  fields: F,
  spec: Spec,
  open: (options: ValuesOf<F>, random: Random) => Opened,
): TaskEntry<Opened> => ({
  fields,
  // `fields` are the codecs by which these options were decoded.
  choose: (options) => ({ spec, open: async (random) => open(options as ValuesOf<F>, random) }),
})

const dotReacher = (variant: DotReacherVariant) => async () => {
  const { dotReacher: open, dotReacherFields, dotReacherSpec } = await import('./classic/dotReacher.js')
  return entry(dotReacherFields, dotReacherSpec(variant), (options, random) => open(variant, { random }, options))
}

/** The functions that load the tasks, by id. */
export const classicTasks = {
  'Pendulum-v1': async () => {
    const { pendulum, pendulumFields, pendulumSpec } = await import('./classic/pendulum.js')
    return entry(pendulumFields, pendulumSpec, (options, random) => pendulum({ random }, options))
  },
  'MountainCarContinuous-v0': async () => {
    const { mountainCar, mountainCarFields, mountainCarSpec } = await import('./classic/mountainCar.js')
    return entry(mountainCarFields, mountainCarSpec, (options, random) => mountainCar({ random }, options))
  },
  'DotReacher-easy': dotReacher('easy'),
  'DotReacher-hard': dotReacher('hard'),
  DotSeeker: async () => {
    const { dotSeeker, dotSeekerFields, dotSeekerSpec } = await import('./classic/dotSeeker.js')
    return entry(dotSeekerFields, dotSeekerSpec, (options, random) => dotSeeker({ random }, options))
  },
}
