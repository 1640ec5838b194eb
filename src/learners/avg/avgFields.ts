/** The settings of AVG, each written here and nowhere else; `avgSettings.ts` and `publishedSettings.ts` derive types and values from them. */
import { listOf, numberIn, oneOf, positiveInteger, positiveNumber, yesOrNo } from '../../edge/codecs.js'
import { field } from '../../edge/settings.js'

/** Defaults of our own; a task that AVG was published on has the paper's. */
const chosen = { origin: 'Rivulet, chosen on Pendulum-v1', byTask: "the paper's for the task" }
/** The paper, as the source of a default. */
export const paper = 'Vasan et al. 2024'
const program = 'the published program of Vasan et al. 2024'

/** The settings whose best values differ from task to task. */
export const avgHyperparameterFields = {
  /** Widths of the hidden layers, of the actor and of the critic alike. The default is 256, 256. */
  hidden: field(listOf(positiveInteger, 'positive integers'), {
    default: [256, 256],
    about: 'widths of the hidden layers, of the actor and of the critic alike',
    ...chosen,
  }),
  /** Step size of the actor's Adam optimizer. The default is 3e-4. */
  actorStepSize: field(positiveNumber, { default: 3e-4, about: 'step size of the actor', ...chosen }),
  /** Step size of the critic's Adam optimizer. The default is 0.001. */
  criticStepSize: field(positiveNumber, { default: 1e-3, about: 'step size of the critic', ...chosen }),
  /** η, the fixed weight of the entropy bonus. The default is 0.1. */
  entropyCoefficient: field(numberIn({ from: 0 }), { default: 0.1, about: 'weight of the entropy bonus', ...chosen }),
  /** γ, in [0, 1]. The default is 0.95. */
  discount: field(numberIn({ from: 0, to: 1 }), { default: 0.95, about: "weight of the next step's value", ...chosen }),
  /** Decay of Adam's first moment, in [0, 1); at 0, the default, there is no first moment. */
  adamBeta1: field(numberIn({ from: 0, below: 1 }), {
    default: 0,
    about: "decay of Adam's first moment; at 0 there is none",
    ...chosen,
  }),
}

/** The cases of AVG; every default is what was published. */
export const avgSwitchFields = {
  /** Decay of Adam's second moment, in [0, 1). The default is 0.999. */
  adamBeta2: field(numberIn({ from: 0, below: 1 }), {
    default: 0.999,
    about: "decay of Adam's second moment",
    origin: program,
  }),
  /** What Adam adds to the root of the second moment. The default is 1e-8. */
  adamEpsilon: field(positiveNumber, {
    default: 1e-8,
    about: 'what Adam adds to the root of the second moment',
    origin: program,
  }),
  /** Whether the last hidden vector is divided by its norm, in the actor and the critic. The default is true. */
  normalizePenultimate: field(yesOrNo, {
    default: true,
    about: 'divide the last hidden vector by its norm, in the actor and the critic',
    origin: paper,
  }),
  /** Whether TD errors are divided by σ. The default is true. */
  scaleTdError: field(yesOrNo, { default: true, about: 'divide TD errors by their running scale', origin: paper }),
  /**
   * Which step closes a return in the statistics of σ: a terminated one alone (`termination`, the default), or a truncated one as well
   * (`episode`).
   */
  returnEndsAt: field(oneOf(['termination', 'episode']), {
    default: 'termination',
    about: 'which end closes a return for the scaling of TD errors: termination, or episode (truncation as well)',
    origin: program,
  }),
  /** What the actor's second head is the logarithm of: a variance (`covariance`, the default), or a deviation (`deviation`, the textbook). */
  logStdReading: field(oneOf(['covariance', 'deviation']), {
    default: 'covariance',
    about: "what the actor's log_std is the logarithm of: covariance, or deviation",
    origin: program,
  }),
  /**
   * How the actor's gradient is estimated: through the action, which the critic is differentiated by (`reparameterization`, the default),
   * or by the score of an action that is held still, times its soft value (`likelihood-ratio`, an ablation).
   */
  gradient: field(oneOf(['reparameterization', 'likelihood-ratio']), {
    default: 'reparameterization',
    about: "how the actor's gradient is estimated: reparameterization, or likelihood-ratio",
    origin: paper,
  }),
  /**
   * τ: the share by which a slow copy of the critic, the target network, follows it in each update. With 0, the default, there is no such
   * copy, and the critic estimates the next value itself; another number is an ablation.
   */
  targetPolyak: field(numberIn({ from: 0, to: 1 }), {
    default: 0,
    about: 'share by which a target network follows the critic in each update; with 0 there is no target network',
    origin: paper,
  }),
}

/** All settings of AVG. */
export const avgFields = { ...avgHyperparameterFields, ...avgSwitchFields }
