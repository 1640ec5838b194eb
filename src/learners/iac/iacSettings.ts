/** The settings of IAC: the published program's settings, those of the paper by task, and two random number generators. */
import { type ValuesOf, defaultsOf } from '../../edge/settings.js'
import { checkLearner, type LearnerOptions, type LearnerSpec } from '../learnerSettings.js'
import { adamConflicts } from '../parts/adamConflicts.js'
import { iacFields } from './iacFields.js'

/** All settings of IAC. */
export type IacHyperparameters = ValuesOf<typeof iacFields>

/** The published program's settings: its three stabilizers are off. */
export const iacDefaults: IacHyperparameters = defaultsOf(iacFields)

/** The one task with published settings: the best of the random search on Hopper-v4, with all stabilizers. Version 5 has the same robot. */
const hopper: IacHyperparameters = {
  ...iacDefaults,
  actorStepSize: 2.2e-5,
  criticStepSize: 3.9e-4,
  entropyCoefficient: 0.8,
  discount: 0.97,
  normalizePenultimate: true,
  scaleTdError: true,
}

/** The paper's settings of IAC for a task; undefined where it has none. */
export const publishedIac = (task: string): IacHyperparameters | undefined =>
  /^Hopper-v[45]$/.test(task) ? hopper : undefined

/** Everything that `iac` takes beside the world's shapes; what is left out is as the published program has it. */
export type IacSettings = Partial<IacHyperparameters> & LearnerOptions

/** Throws a RangeError that names the first setting out of its range, and a TypeError for no spec or no random number generator. */
export const checkIac = (spec: LearnerSpec, settings: IacHyperparameters & LearnerOptions): void =>
  checkLearner('iac', spec, settings, iacFields, adamConflicts)
