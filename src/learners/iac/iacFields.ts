/** The settings of IAC, each written here and nowhere else; `iacSettings.ts` derives types and values from them. */
import { listOf, numberIn, oneOf, positiveInteger, positiveNumber, yesOrNo } from '../../edge/codecs.js'
import { field } from '../../edge/settings.js'

/** The paper, as the source of a default. */
export const paper = 'Vasan et al. 2024'
const program = { origin: 'the published program of Vasan et al. 2024' }
const varying = { ...program, byTask: "the paper's for the task" }

/** All settings of IAC; every default is the published program's, whose stabilizers are off. */
export const iacFields = {
  /** Widths of the hidden layers, of the actor and of the critic alike. The default is 256, 256. */
  hidden: field(listOf(positiveInteger, 'positive integers'), {
    default: [256, 256],
    about: 'widths of the hidden layers, of the actor and of the critic alike',
    ...program,
  }),
  /** Step size of the actor's Adam optimizer. The default is 6e-5. */
  actorStepSize: field(positiveNumber, { default: 6e-5, about: 'step size of the actor', ...varying }),
  /** Step size of the critic's Adam optimizer. The default is 8.7e-4. */
  criticStepSize: field(positiveNumber, { default: 8.7e-4, about: 'step size of the critic', ...varying }),
  /** η, the fixed weight of the entropy bonus. The default is 0.6. */
  entropyCoefficient: field(numberIn({ from: 0 }), { default: 0.6, about: 'weight of the entropy bonus', ...varying }),
  /** γ, in [0, 1]. The default is 0.99. */
  discount: field(numberIn({ from: 0, to: 1 }), {
    default: 0.99,
    about: "weight of the next step's value",
    ...varying,
  }),
  /** Decay of Adam's first moment, in [0, 1); at 0 there is no first moment. The default is 0.9. */
  adamBeta1: field(numberIn({ from: 0, below: 1 }), {
    default: 0.9,
    about: "decay of Adam's first moment; at 0 there is none",
    ...program,
  }),
  /** Decay of Adam's second moment, in [0, 1). The default is 0.999. */
  adamBeta2: field(numberIn({ from: 0, below: 1 }), {
    default: 0.999,
    about: "decay of Adam's second moment",
    ...program,
  }),
  /** What Adam adds to the root of the second moment. The default is 1e-8. */
  adamEpsilon: field(positiveNumber, {
    default: 1e-8,
    about: 'what Adam adds to the root of the second moment',
    ...program,
  }),
  /**
   * Where η rewards entropy: in the actor's loss, by the entropy of the distribution (`distribution`, the default); in the reward, by -log π
   * of the action that was executed (`sample`); in both; or nowhere (`none`).
   */
  entropy: field(oneOf(['distribution', 'sample', 'both', 'none']), {
    default: 'distribution',
    about: "what is rewarded: distribution (in the actor's loss), sample (in the reward, by -log π), both, or none",
    ...program,
  }),
  /** Whether the last hidden vector is divided by its norm, in the actor and the critic. The default is false. */
  normalizePenultimate: field(yesOrNo, {
    default: false,
    about: 'divide the last hidden vector by its norm, in the actor and the critic',
    ...varying,
  }),
  /** Whether TD errors are divided by σ. The default is false. */
  scaleTdError: field(yesOrNo, { default: false, about: 'divide TD errors by their running scale', ...varying }),
  /**
   * Which step closes a return in the statistics of σ: a terminated one alone (`termination`, the default), or a truncated one as well
   * (`episode`).
   */
  returnEndsAt: field(oneOf(['termination', 'episode']), {
    default: 'termination',
    about: 'which end closes a return for the scaling of TD errors: termination, or episode (truncation as well)',
    ...program,
  }),
  /** What the actor's second head is the logarithm of: a variance (`covariance`, the default), or a deviation (`deviation`, the textbook). */
  logStdReading: field(oneOf(['covariance', 'deviation']), {
    default: 'covariance',
    about: "what the actor's log_std is the logarithm of: covariance, or deviation",
    ...program,
  }),
}
