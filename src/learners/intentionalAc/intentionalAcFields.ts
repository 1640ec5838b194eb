/** The settings of Intentional AC, each written here and nowhere else; `intentionalAcSettings.ts` derives types and values from them. */
import { listOf, numberIn, positiveInteger, positiveNumber } from '../../edge/codecs.js'
import { field } from '../../edge/settings.js'

/** The source of the defaults. */
export const program = 'the published program of Sharifnassab et al. 2026'
const published = { origin: program }

/** All settings of Intentional AC; every default is the published program's, one setting for all tasks. */
export const intentionalAcFields = {
  /** Widths of the hidden layers, of the actor and of the critic alike. The default is 128, 128. */
  hidden: field(listOf(positiveInteger, 'positive integers'), {
    default: [128, 128],
    about: 'widths of the hidden layers, of the actor and of the critic alike',
    ...published,
  }),
  /** η of the actor: the intended change of log π by a step, for an error of the usual size. The default is 0.05. */
  actorFraction: field(positiveNumber, {
    default: 0.05,
    about: "intended change of the action's log-probability by a step, for an error of the usual size",
    ...published,
  }),
  /** η of the critic: the share of a TD error that a step is intended to remove. The default is 0.5. */
  criticFraction: field(positiveNumber, {
    default: 0.5,
    about: 'share of a TD error that a step is intended to remove',
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
  /** Decay of the mean squares of gradients, in [0, 1). The default is 0.999. */
  beta2: field(numberIn({ from: 0, below: 1 }), {
    default: 0.999,
    about: 'decay of the mean squares of gradients',
    ...published,
  }),
  /** What is added to the root of a mean square of gradients. The default is 1e-8. */
  epsilon: field(positiveNumber, {
    default: 1e-8,
    about: 'what is added to the root of a mean square of gradients',
    ...published,
  }),
  /** How many times their running root mean square TD errors may be; larger ones are capped. The default is 20. */
  clipMultiple: field(positiveNumber, {
    default: 20,
    about: 'how many times their running root mean square TD errors may be',
    ...published,
  }),
  /** Decay of the running means of squares and sizes of TD errors, in [0, 1). The default is 0.9998. */
  deltaDecay: field(numberIn({ from: 0, below: 1 }), {
    default: 0.9998,
    about: 'decay of the running means of squares and sizes of TD errors',
    ...published,
  }),
  /** The share of each output's first weights that are 0, in [0, 1), rounded up to whole weights. The default is 0.9. */
  sparsity: field(numberIn({ from: 0, below: 1 }), {
    default: 0.9,
    about: 'share of the first weights that are 0',
    ...published,
  }),
}
