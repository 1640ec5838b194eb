/** The settings of SAC, each written here and nowhere else; `sacSettings.ts` derives types and values from them. */
import {
  finiteNumber,
  listOf,
  nonNegativeInteger,
  numberIn,
  oneOf,
  orWord,
  positiveInteger,
  positiveNumber,
} from '../../edge/codecs.js'
import { field } from '../../edge/settings.js'

/** The program, as the source of a default. */
export const program = "the published program of Vasan et al. 2024's SAC"
const published = { origin: program }
const decay = numberIn({ from: 0, below: 1 })

/** All settings of SAC; every default is the published program's. */
export const sacFields = {
  /** Widths of the hidden layers, of the actor and of the critics alike. The default is 256, 256. */
  hidden: field(listOf(positiveInteger, 'positive integers'), {
    default: [256, 256],
    about: 'widths of the hidden layers, of the actor and of the critics alike',
    ...published,
  }),
  /** Step size of the actor's Adam optimizer. The default is 3e-4. */
  actorStepSize: field(positiveNumber, { default: 3e-4, about: 'step size of the actor', ...published }),
  /** Step size of the critics' Adam optimizer. The default is 3e-4. */
  criticStepSize: field(positiveNumber, { default: 3e-4, about: 'step size of the critics', ...published }),
  /** γ, in [0, 1]. The default is 0.99. */
  discount: field(numberIn({ from: 0, to: 1 }), {
    default: 0.99,
    about: "weight of the next step's value",
    ...published,
  }),
  /** Decay of Adam's first moment, in [0, 1); at 0 there is no first moment. The default is 0.9. */
  adamBeta1: field(decay, { default: 0.9, about: "decay of Adam's first moment; at 0 there is none", ...published }),
  /** Decay of Adam's second moment, in [0, 1). The default is 0.999. */
  adamBeta2: field(decay, { default: 0.999, about: "decay of Adam's second moment", ...published }),
  /** What Adam adds to the root of the second moment, of the temperature as well. The default is 1e-8. */
  adamEpsilon: field(positiveNumber, {
    default: 1e-8,
    about: 'what Adam adds to the root of the second moment',
    ...published,
  }),
  /** α before the first update. The default is 0.1. */
  initialTemperature: field(positiveNumber, {
    default: 0.1,
    about: 'weight of the entropy bonus before the first update, which learns it',
    ...published,
  }),
  /** Step size of the Adam optimizer of log α. The default is 3e-4. */
  temperatureStepSize: field(positiveNumber, { default: 3e-4, about: 'step size of the temperature', ...published }),
  /** β1 and β2 of the Adam optimizer of log α, each in [0, 1). The default is 0.5, 0.999. */
  temperatureBetas: field(listOf(decay, 'numbers >= 0 and < 1', 2), {
    default: [0.5, 0.999],
    about: "decays of both moments of the temperature's Adam",
    ...published,
  }),
  /**
   * Whose entropy the temperature sees: that of the actions of the actor's loss (`actor`, the default), or of actions that are drawn anew after
   * the actor's step (`anew`).
   */
  temperatureSample: field(oneOf(['actor', 'anew']), {
    default: 'actor',
    about: "what the temperature sees: actor (the actions of the actor's loss), or anew (drawn after its step)",
    ...published,
  }),
  /** The entropy that the temperature is moved to; `auto` is the negative of the action's size. The default is auto. */
  targetEntropy: field(orWord(finiteNumber, 'auto'), {
    default: 'auto',
    about: "entropy that the temperature is moved to; auto is the negative of the action's size",
    ...published,
  }),
  /** τ, the share by which target critics follow the critics in each update, in (0, 1]. The default is 0.005. */
  polyak: field(numberIn({ above: 0, to: 1 }), {
    default: 0.005,
    about: 'share by which the target critics follow in each update',
    ...published,
  }),
  /** The actor moves in every update whose number this divides, and then so many times in a row. The default is 1. */
  actorDelay: field(positiveInteger, {
    default: 1,
    about: 'updates of the critics until the actor moves, so many times in a row',
    ...published,
  }),
  /** Transitions that are collected before the first update: it follows the one after them. The default is 100. */
  learningStarts: field(nonNegativeInteger, {
    default: 100,
    about: 'transitions before the first update',
    ...published,
  }),
  /** Transitions during which actions are uniform in [-1, 1], whatever the actor says. The default is 0. */
  uniformActionSteps: field(nonNegativeInteger, {
    default: 0,
    about: 'steps of uniform actions before the actor decides',
    ...published,
  }),
  /** Transitions that the replay buffer holds, the latest ones. The default is 1000000. */
  bufferSize: field(positiveInteger, {
    default: 1_000_000,
    about: 'transitions that the replay buffer holds',
    ...published,
  }),
  /** Transitions that an update learns from, drawn with replacement. The default is 256. */
  batchSize: field(positiveInteger, { default: 256, about: 'transitions that an update learns from', ...published }),
  /**
   * What the actor's second head is: the logarithm of a variance (`covariance`, the default) or of a deviation (`deviation`, the textbook), or
   * bounded by tanh to that of a deviation (`bounded`, CleanRL).
   */
  logStdReading: field(oneOf(['covariance', 'deviation', 'bounded']), {
    default: 'covariance',
    about: "what the actor's log_std is the logarithm of: covariance, deviation, or bounded (by tanh)",
    ...published,
  }),
  /** First weights: `orthogonal` with biases of 0 (the default), or `uniform` in ±1/√inputs, biases too, as PyTorch begins (CleanRL). */
  initialWeights: field(oneOf(['orthogonal', 'uniform']), {
    default: 'orthogonal',
    about: 'first weights: orthogonal, or uniform (biases too)',
    ...published,
  }),
}
