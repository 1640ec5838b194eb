/** The settings of PPO: the published program's settings, and two random number generators. */
import type { Failure } from '../../edge/decode.js'
import { type ValuesOf, defaultsOf } from '../../edge/settings.js'
import { conflict } from '../algorithm.js'
import { checkLearner, type LearnerOptions, type LearnerSpec } from '../learnerSettings.js'
import { stepConflicts } from '../parts/adamConflicts.js'
import { ppoFields } from './ppoFields.js'

/** All settings of PPO. */
export type PpoHyperparameters = ValuesOf<typeof ppoFields>

/** The published program's settings; the step size is constant, since a learner does not know how long its stream is. */
export const ppoDefaults: PpoHyperparameters = defaultsOf(ppoFields)

/** Everything that `ppo` takes beside the world's shapes; what is left out is as the published program has it. */
export type PpoSettings = Partial<PpoHyperparameters> & Omit<LearnerOptions, 'forwardCache'>

/** Refuses settings that exclude each other; each failure names the setting to change. */
export const ppoConflicts = (settings: PpoHyperparameters): readonly Failure[] => {
  const { rollout, minibatch, normalizeAdvantage, stepSize } = settings
  const parts =
    rollout % minibatch === 0 ? [] : [conflict('minibatch', `a divisor of the rollout of ${rollout} steps`, minibatch)]
  const single =
    normalizeAdvantage && minibatch === 1
      ? [conflict('minibatch', '2 or more, or normalizeAdvantage false: one advantage has no deviation', minibatch)]
      : []
  return [...parts, ...single, ...stepConflicts(settings, { stepSize })]
}

/** Throws a RangeError that names the first setting out of its range, and a TypeError for no spec or no random number generator. */
export const checkPpo = (
  spec: LearnerSpec,
  settings: PpoHyperparameters & Omit<LearnerOptions, 'forwardCache'>,
): void => checkLearner('ppo', spec, settings, ppoFields, ppoConflicts)
