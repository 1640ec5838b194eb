/** The settings of Stream AC, each written here and nowhere else; `streamAcSettings.ts` derives types and values from them. */
import { listOf, numberIn, oneOf, positiveInteger, positiveNumber, yesOrNo } from '../../edge/codecs.js'
import { field } from '../../edge/settings.js'

/** The source of the defaults. */
export const program = 'the published program of Elsayed et al. 2024'
const published = { origin: program }

/** All settings of Stream AC; every default is the published program's, one setting for all tasks. */
export const streamAcFields = {
  /** Widths of the hidden layers, of the actor and of the critic alike. The default is 128, 128. */
  hidden: field(listOf(positiveInteger, 'positive integers'), {
    default: [128, 128],
    about: 'widths of the hidden layers, of the actor and of the critic alike',
    ...published,
  }),
  /** α, the step size of both networks, of which less is taken where a step would overshoot. The default is 1. */
  stepSize: field(positiveNumber, {
    default: 1,
    about: 'step size of both networks, where no step overshoots',
    ...published,
  }),
  /** κ of the actor: the greater, the earlier a step is taken for one that overshoots. The default is 3. */
  actorKappa: field(positiveNumber, {
    default: 3,
    about: "how much the actor's steps are cut, so that none overshoots",
    ...published,
  }),
  /** κ of the critic. The default is 2. */
  criticKappa: field(positiveNumber, {
    default: 2,
    about: "how much the critic's steps are cut, so that none overshoots",
    ...published,
  }),
  /** γ, in [0, 1]. The default is 0.99. */
  discount: field(numberIn({ from: 0, to: 1 }), {
    default: 0.99,
    about: "weight of the next step's value",
    ...published,
  }),
  /** λ, in [0, 1]: eligibility traces fade by γλ in each step. The default is 0.8. */
  traceDecay: field(numberIn({ from: 0, to: 1 }), {
    default: 0.8,
    about: 'decay of eligibility traces, beside the discount',
    ...published,
  }),
  /** η, the weight of the entropy, which has the sign of the TD error in the actor's gradient. The default is 0.01. */
  entropyCoefficient: field(numberIn({ from: 0 }), { default: 0.01, about: 'weight of the entropy', ...published }),
  /**
   * `obgd` moves weights along their traces (the default); `adaptive-obgd` divides each trace by the root of a running mean of the squares of
   * what it would be moved by.
   */
  optimizer: field(oneOf(['obgd', 'adaptive-obgd']), {
    default: 'obgd',
    about: 'how weights are moved: obgd, or adaptive-obgd (each trace over the root of its mean square)',
    ...published,
  }),
  /** Decay of the mean squares of `adaptive-obgd`, in [0, 1). The default is 0.999. */
  beta2: field(numberIn({ from: 0, below: 1 }), {
    default: 0.999,
    about: 'decay of the mean squares of adaptive-obgd',
    ...published,
  }),
  /** What `adaptive-obgd` adds to a mean square below its root. The default is 1e-8. */
  epsilon: field(positiveNumber, {
    default: 1e-8,
    about: 'what adaptive-obgd adds to a mean square',
    ...published,
  }),
  /** The share of each output's first weights that are 0, in [0, 1), rounded up to whole weights. The default is 0.9. */
  sparsity: field(numberIn({ from: 0, below: 1 }), {
    default: 0.9,
    about: 'share of the first weights that are 0',
    ...published,
  }),
  /**
   * Whether a truncated step takes the value of its next observation into its target, as one within an episode does. The default is false.
   * Either way it clears the traces.
   */
  bootstrapOnTruncation: field(yesOrNo, {
    default: false,
    about: 'take the next value into the target of a truncated step',
    ...published,
  }),
}
