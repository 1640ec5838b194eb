/** The settings of SAC-1, each written here and nowhere else; `sac1Settings.ts` derives types and values from them. */
import {
  finiteNumber,
  listOf,
  numberIn,
  oneOf,
  orWord,
  positiveInteger,
  positiveNumber,
  yesOrNo,
} from '../../edge/codecs.js'
import { field } from '../../edge/settings.js'

/** The program, as the source of a default. */
export const program = 'the published program of Vasan et al. 2024'
const published = { origin: program }
const varying = { ...published, byTask: "the paper's for the task" }
const decay = numberIn({ from: 0, below: 1 })

/** All settings of SAC-1; every default is the published program's, whose stabilizers are off. */
export const sac1Fields = {
  /** Widths of the hidden layers, of the actor and of the critics alike. The default is 256, 256. */
  hidden: field(listOf(positiveInteger, 'positive integers'), {
    default: [256, 256],
    about: 'widths of the hidden layers, of the actor and of the critics alike',
    ...published,
  }),
  /** Step size of the actor's Adam optimizer. The default is 6e-5. */
  actorStepSize: field(positiveNumber, { default: 6e-5, about: 'step size of the actor', ...varying }),
  /** Step size of the critics' Adam optimizer. The default is 8.7e-4. */
  criticStepSize: field(positiveNumber, { default: 8.7e-4, about: 'step size of the critics', ...varying }),
  /** γ, in [0, 1]. The default is 0.99. */
  discount: field(numberIn({ from: 0, to: 1 }), {
    default: 0.99,
    about: "weight of the next step's value",
    ...varying,
  }),
  /** Decay of Adam's first moment, in [0, 1); at 0 there is no first moment. The default is 0.9. */
  adamBeta1: field(decay, { default: 0.9, about: "decay of Adam's first moment; at 0 there is none", ...varying }),
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
  /** Step size of the Adam optimizer of log α. The default is 0.6. */
  temperatureStepSize: field(positiveNumber, { default: 0.6, about: 'step size of the temperature', ...varying }),
  /** β1 and β2 of the Adam optimizer of log α, each in [0, 1). The default is 0.5, 0.999. */
  temperatureBetas: field(listOf(decay, 'numbers >= 0 and < 1', 2), {
    default: [0.5, 0.999],
    about: "decays of both moments of the temperature's Adam",
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
  /** Whether the last hidden vector is divided by its norm, in the actor and the critics. The default is false. */
  normalizePenultimate: field(yesOrNo, {
    default: false,
    about: 'divide the last hidden vector by its norm, in the actor and the critics',
    ...published,
  }),
  /** Whether TD errors are divided by σ. The default is false. */
  scaleTdError: field(yesOrNo, { default: false, about: 'divide TD errors by their running scale', ...published }),
  /**
   * Which step closes a return in the statistics of σ: a terminated one alone (`termination`, the default), or a truncated one as well
   * (`episode`).
   */
  returnEndsAt: field(oneOf(['termination', 'episode']), {
    default: 'termination',
    about: 'which end closes a return for the scaling of TD errors: termination, or episode (truncation as well)',
    ...published,
  }),
  /** What the actor's second head is the logarithm of: a variance (`covariance`, the default), or a deviation (`deviation`, the textbook). */
  logStdReading: field(oneOf(['covariance', 'deviation']), {
    default: 'covariance',
    about: "what the actor's log_std is the logarithm of: covariance, or deviation",
    ...published,
  }),
}
