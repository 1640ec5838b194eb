/** The settings of SAC-1: the published program's settings, the paper's by task, and two random number generators. */
import type { Failure } from '../../edge/decode.js'
import { type ValuesOf, defaultsOf } from '../../edge/settings.js'
import { checkLearner, type LearnerOptions, type LearnerSpec } from '../learnerSettings.js'
import { adamConflicts } from '../parts/adamConflicts.js'
import { temperatureConflicts } from '../parts/temperatureConflicts.js'
import { sac1Fields } from './sac1Fields.js'

/** All settings of SAC-1. */
export type Sac1Hyperparameters = ValuesOf<typeof sac1Fields>

/** The published program's settings: its three stabilizers are off. */
export const sac1Defaults: Sac1Hyperparameters = defaultsOf(sac1Fields)

/** The one task with published settings, those of the random search's seed 146. Version 5 has the same robot. */
const halfCheetah: Sac1Hyperparameters = {
  ...sac1Defaults,
  actorStepSize: 8.2e-5,
  criticStepSize: 2.9e-5,
  adamBeta1: 0,
  temperatureStepSize: 0.02,
  discount: 1,
}

/** The paper's settings of SAC-1 for a task; undefined where it has none. */
export const publishedSac1 = (task: string): Sac1Hyperparameters | undefined =>
  /^HalfCheetah-v[45]$/.test(task) ? halfCheetah : undefined

/** Everything that `sac1` takes beside the world's shapes; what is left out is as the published program has it. */
export type Sac1Settings = Partial<Sac1Hyperparameters> & LearnerOptions

/** Refuses settings that float32 would not hold. */
export const sac1Conflicts = (settings: Sac1Hyperparameters): readonly Failure[] => [
  ...adamConflicts(settings),
  ...temperatureConflicts(settings),
]

/** Throws a RangeError that names the first setting out of its range, and a TypeError for no spec or no random number generator. */
export const checkSac1 = (spec: LearnerSpec, settings: Sac1Hyperparameters & LearnerOptions): void =>
  checkLearner('sac1', spec, settings, sac1Fields, sac1Conflicts)
