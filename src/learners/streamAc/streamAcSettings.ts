/** The settings of Stream AC: the published program's settings, which are the same for all tasks, and two random number generators. */
import { type ValuesOf, defaultsOf } from '../../edge/settings.js'
import { checkLearner, type LearnerOptions, type LearnerSpec } from '../learnerSettings.js'
import { obgdConflicts } from '../parts/obgdConflicts.js'
import { streamAcFields } from './streamAcFields.js'

/** All settings of Stream AC. */
export type StreamAcHyperparameters = ValuesOf<typeof streamAcFields>

/** The published program's settings. */
export const streamAcDefaults: StreamAcHyperparameters = defaultsOf(streamAcFields)

/** Everything that `streamAc` takes beside the world's shapes; what is left out is as the published program has it. */
export type StreamAcSettings = Partial<StreamAcHyperparameters> & LearnerOptions

/** Throws a RangeError that names the first setting out of its range, and a TypeError for no spec or no random number generator. */
export const checkStreamAc = (spec: LearnerSpec, settings: StreamAcHyperparameters & LearnerOptions): void =>
  checkLearner('streamAc', spec, settings, streamAcFields, obgdConflicts)
