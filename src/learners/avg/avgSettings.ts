/** The settings of AVG: its published settings, every switch of its cases, and its two random number generators. */
import { type ValuesOf, defaultsOf } from '../../edge/settings.js'
import { checkLearner, type LearnerOptions, type LearnerSpec } from '../learnerSettings.js'
import { adamConflicts } from '../parts/adamConflicts.js'
import { avgFields, avgSwitchFields } from './avgFields.js'
import type { AvgHyperparameters } from './publishedSettings.js'

/** The cases of AVG; every default is what was published. */
export type AvgSwitches = ValuesOf<typeof avgSwitchFields>

/** The published switches. */
export const publishedSwitches: AvgSwitches = defaultsOf(avgSwitchFields)

/** Everything that `avg` takes beside the world's shapes. */
export type AvgSettings = AvgHyperparameters & Partial<AvgSwitches> & LearnerOptions

/** Throws a RangeError that names the first setting out of its range, and a TypeError for no spec or no random number generator. */
export const checkAvg = (spec: LearnerSpec, settings: AvgSettings & AvgSwitches): void =>
  checkLearner('avg', spec, settings, avgFields, adamConflicts)
