/** The settings of Intentional AC: the published program's settings, which are the same for all tasks, and two random number generators. */
import { type ValuesOf, defaultsOf } from '../../edge/settings.js'
import { checkLearner, type LearnerOptions, type LearnerSpec } from '../learnerSettings.js'
import { intentionalConflicts } from '../parts/intentionalConflicts.js'
import { intentionalAcFields } from './intentionalAcFields.js'

/** All settings of Intentional AC. */
export type IntentionalAcHyperparameters = ValuesOf<typeof intentionalAcFields>

/** The published program's settings. */
export const intentionalAcDefaults: IntentionalAcHyperparameters = defaultsOf(intentionalAcFields)

/** Everything that `intentionalAc` takes beside the world's shapes; what is left out is as the published program has it. */
export type IntentionalAcSettings = Partial<IntentionalAcHyperparameters> & LearnerOptions

/** Throws a RangeError that names the first setting out of its range, and a TypeError for no spec or no random number generator. */
export const checkIntentionalAc = (spec: LearnerSpec, settings: IntentionalAcHyperparameters & LearnerOptions): void =>
  checkLearner('intentionalAc', spec, settings, intentionalAcFields, intentionalConflicts)
