/** The settings of PPO, each written here and nowhere else; `ppoSettings.ts` derives types and values from them. */
import { listOf, numberIn, orNone, positiveInteger, positiveNumber, yesOrNo } from '../../edge/codecs.js'
import { field } from '../../edge/settings.js'

/** The published program, as the source of a default. */
export const program = 'CleanRL, ppo_continuous_action'
const published = { origin: program }

/** All settings of PPO; every default is the published program's. */
export const ppoFields = {
  /** Widths of the hidden layers, of the actor and of the critic alike. The default is 64, 64. */
  hidden: field(listOf(positiveInteger, 'positive integers'), {
    default: [64, 64],
    about: 'widths of the hidden layers, of the actor and of the critic alike',
    ...published,
  }),
  /** Step size of the one Adam optimizer. The default is 3e-4. */
  stepSize: field(positiveNumber, { default: 3e-4, about: 'step size of the one optimizer', ...published }),
  /**
   * Steps of the stream over which the step size falls to 0, linearly, from rollout to rollout: 1 - i / N of it after i of N = ⌊steps /
   * rollout⌋ rollouts, N being 1 at least, and 0 from then on; `none` for a constant one. The default is none; a run has all of its steps.
   */
  annealSteps: field(orNone(positiveInteger), {
    default: 'none',
    about: 'steps over which the step size falls to 0',
    byTask: "the run's steps",
    ...published,
  }),
  /** γ, in [0, 1]. The default is 0.99. */
  discount: field(numberIn({ from: 0, to: 1 }), {
    default: 0.99,
    about: "weight of the next step's value",
    ...published,
  }),
  /** λ of the generalized advantages, in [0, 1]. The default is 0.95. */
  gaeLambda: field(numberIn({ from: 0, to: 1 }), {
    default: 0.95,
    about: 'decay of the later TD errors in an advantage',
    ...published,
  }),
  /** Steps of the stream from one update to the next, a multiple of `minibatch`. The default is 2048. */
  rollout: field(positiveInteger, { default: 2048, about: 'steps that are collected for an update', ...published }),
  /** Steps in a minibatch. The default is 64. */
  minibatch: field(positiveInteger, { default: 64, about: 'steps in a minibatch', ...published }),
  /** How often an update goes through the rollout. The default is 10. */
  epochs: field(positiveInteger, { default: 10, about: 'times that an update goes through the rollout', ...published }),
  /** ε: how far the ratio of probabilities counts, and with `clipValueLoss` how far a value. The default is 0.2. */
  clip: field(positiveNumber, {
    default: 0.2,
    about: 'bound of the change of probabilities, and of values',
    ...published,
  }),
  /** Whether a value's loss is taken from the clipped value as well, the greater of both. The default is true. */
  clipValueLoss: field(yesOrNo, { default: true, about: 'clip the loss of values too', ...published }),
  /** Whether the advantages of a minibatch get mean 0 and deviation 1. The default is true. */
  normalizeAdvantage: field(yesOrNo, {
    default: true,
    about: 'give the advantages of a minibatch mean 0 and deviation 1',
    ...published,
  }),
  /** Weight of the loss of values. The default is 0.5. */
  valueCoefficient: field(numberIn({ from: 0 }), { default: 0.5, about: 'weight of the loss of values', ...published }),
  /** Weight of the entropy bonus. The default is 0. */
  entropyCoefficient: field(numberIn({ from: 0 }), { default: 0, about: 'weight of the entropy bonus', ...published }),
  /** The bound of the norm of all gradients together. The default is 0.5. */
  maxGradientNorm: field(positiveNumber, { default: 0.5, about: 'bound of the norm of all gradients', ...published }),
  /**
   * Whether a step that was truncated bootstraps from the value of its next observation. The default is false: as the published program
   * has it, an episode that was truncated is worth nothing more.
   */
  bootstrapOnTruncation: field(yesOrNo, {
    default: false,
    about: 'bootstrap where an episode was truncated',
    ...published,
  }),
  /** Decay of Adam's first moment, in [0, 1); at 0 there is no first moment. The default is 0.9. */
  adamBeta1: field(numberIn({ from: 0, below: 1 }), {
    default: 0.9,
    about: "decay of Adam's first moment; at 0 there is none",
    ...published,
  }),
  /** Decay of Adam's second moment, in [0, 1). The default is 0.999. */
  adamBeta2: field(numberIn({ from: 0, below: 1 }), {
    default: 0.999,
    about: "decay of Adam's second moment",
    ...published,
  }),
  /** What Adam adds to the root of the second moment. The default is 1e-5. */
  adamEpsilon: field(positiveNumber, {
    default: 1e-5,
    about: 'what Adam adds to the root of the second moment',
    ...published,
  }),
}
