/** The settings of SAC: those of the published program, those of CleanRL's, and two random number generators. */
import type { Failure } from '../../edge/decode.js'
import { type ValuesOf, defaultsOf } from '../../edge/settings.js'
import { conflict } from '../algorithm.js'
import { checkLearner, type LearnerOptions, type LearnerSpec } from '../learnerSettings.js'
import { adamConflicts } from '../parts/adamConflicts.js'
import { temperatureConflicts } from '../parts/temperatureConflicts.js'
import { sacFields } from './sacFields.js'

/** All settings of SAC. */
export type SacHyperparameters = ValuesOf<typeof sacFields>

/** The published program's settings. */
export const sacDefaults: SacHyperparameters = defaultsOf(sacFields)

/** The settings with which `sac` is CleanRL's variant. */
export const cleanRlSac: SacHyperparameters = {
  ...sacDefaults,
  criticStepSize: 1e-3,
  temperatureStepSize: 1e-3,
  temperatureBetas: [0.9, 0.999],
  temperatureSample: 'anew',
  initialTemperature: 1,
  actorDelay: 2,
  learningStarts: 5000,
  uniformActionSteps: 5000,
  logStdReading: 'bounded',
  initialWeights: 'uniform',
}

/** Everything that `sac` takes beside the world's shapes; what is left out is as the published program has it. */
export type SacSettings = Partial<SacHyperparameters> & LearnerOptions

/** Refuses a batch that is larger than the buffer, and settings that float32 does not hold. */
export const sacConflicts = (settings: SacHyperparameters): readonly Failure[] => {
  const { batchSize, bufferSize } = settings
  const expected = `${bufferSize} or less, the transitions that the buffer holds`
  return [
    ...(batchSize > bufferSize ? [conflict('batchSize', expected, batchSize)] : []),
    ...adamConflicts(settings),
    ...temperatureConflicts(settings),
  ]
}

/** Throws a RangeError that names the first setting out of its range, and a TypeError for no spec or no random number generator. */
export const checkSac = (spec: LearnerSpec, settings: SacHyperparameters & LearnerOptions): void =>
  checkLearner('sac', spec, settings, sacFields, sacConflicts)
