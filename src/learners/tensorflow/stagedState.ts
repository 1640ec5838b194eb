/** The doubles of a learner on tensors: Adam's clock and the statistics of TD errors. An update advances a copy, and commits it at its end. */
import { sized } from '../../checks.js'
import { ADAM_DOUBLES } from '../parts/adam.js'
import { SCALE, scaleTdError, SCALER_DOUBLES } from '../parts/tdErrorScaler.js'

/** What the copy is advanced by. */
export interface StagedSettings {
  readonly adamBeta1: number
  readonly adamBeta2: number
  readonly scaleTdError: boolean
}

/** What the sizes of one step of Adam follow from, beside its settings. */
export interface StepScalars {
  /** β1^t. */
  readonly power1: number
  /** β2^t. */
  readonly power2: number
  /** By what the step size is multiplied. */
  readonly stepSizeScale: number
}

/** One learner's doubles. */
export interface StagedState {
  /** The clock, and behind it the statistics. */
  readonly doubles: Float64Array
  /** By what all step sizes are multiplied, above 0 and at most 1; at first 1. */
  stepSizeScale: number
  /** Makes the copy anew. */
  stage(): void
  /**
   * Takes a step into the statistics of the copy, where TD errors are scaled, and returns σ, else 1; the arguments are those of
   * `scaleTdError`.
   *
   * Fails: NotFiniteError for a statistic that would not be finite, and for a σ above `LARGEST`.
   */
  scale(reward: number, discount: number, returnDiscount: number, closes: boolean): number
  /** Moves the clock of the copy one step on. */
  tick(): StepScalars
  /** Puts the copy in the place of the doubles. */
  commit(): void
}

/** A clock before its first step, and no statistics. */
export const stagedState = (settings: StagedSettings): StagedState => {
  const doubles = new Float64Array(ADAM_DOUBLES + SCALER_DOUBLES)
  doubles.fill(1, 0, ADAM_DOUBLES)
  const trial = doubles.slice()
  const state: StagedState = {
    doubles,
    stepSizeScale: 1,
    stage: () => trial.set(doubles),
    scale: (reward, discount, returnDiscount, closes) => {
      if (!settings.scaleTdError) return 1
      scaleTdError(trial, ADAM_DOUBLES, reward, discount, returnDiscount, closes)
      return sized('scale', trial[ADAM_DOUBLES + SCALE])
    },
    tick: () => {
      trial[0] *= settings.adamBeta1
      trial[1] *= settings.adamBeta2
      return { power1: trial[0], power2: trial[1], stepSizeScale: state.stepSizeScale }
    },
    commit: () => doubles.set(trial),
  }
  return state
}
