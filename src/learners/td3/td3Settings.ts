/** The settings of TD3: the published program's settings, and two random number generators. */
import type { Failure } from '../../edge/decode.js'
import { type ValuesOf, defaultsOf } from '../../edge/settings.js'
import { conflict } from '../algorithm.js'
import { checkLearner, type LearnerOptions, type LearnerSpec } from '../learnerSettings.js'
import { adamConflicts } from '../parts/adamConflicts.js'
import { td3Fields, type td3OneFields } from './td3Fields.js'

/** All settings of TD3. */
export type Td3Hyperparameters = ValuesOf<typeof td3Fields>

/** The settings of TD3-1. */
export type Td3OneHyperparameters = ValuesOf<typeof td3OneFields>

/** The published program's settings. */
export const td3Defaults: Td3Hyperparameters = defaultsOf(td3Fields)

/** What makes TD3-1 of TD3: a buffer and a batch of one, so that an update learns from the latest transition alone. */
export const td3One: Pick<Td3Hyperparameters, 'bufferSize' | 'batchSize'> = { bufferSize: 1, batchSize: 1 }

/** Everything that `td3` takes beside the world's shapes; what is left out is as the published program has it. */
export type Td3Settings = Partial<Td3Hyperparameters> & LearnerOptions

/** Refuses a batch that is larger than the buffer, and settings that float32 does not hold. */
export const td3Conflicts = (settings: Td3Hyperparameters): readonly Failure[] => {
  const { batchSize, bufferSize } = settings
  const expected = `${bufferSize} or less, the transitions that the buffer holds`
  return [...(batchSize > bufferSize ? [conflict('batchSize', expected, batchSize)] : []), ...adamConflicts(settings)]
}

/** Throws a RangeError that names the first setting out of its range, and a TypeError for no spec or no random number generator. */
export const checkTd3 = (spec: LearnerSpec, settings: Td3Hyperparameters & LearnerOptions): void =>
  checkLearner('td3', spec, settings, td3Fields, td3Conflicts)
