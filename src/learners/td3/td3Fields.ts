/** The settings of TD3, each written here and nowhere else; `td3Settings.ts` derives types and values from them. */
import { listOf, nonNegativeInteger, numberIn, positiveInteger, positiveNumber } from '../../edge/codecs.js'
import { field } from '../../edge/settings.js'

const program = { origin: "CleanRL's program of TD3" }

/** The settings of TD3-1: those of TD3 but for the sizes of buffer and batch, which are 1; every default is the published program's. */
export const td3OneFields = {
  /** Widths of the hidden layers, of the actor and of the critics alike. The default is 256, 256. */
  hidden: field(listOf(positiveInteger, 'positive integers'), {
    default: [256, 256],
    about: 'widths of the hidden layers, of the actor and of the critics alike',
    ...program,
  }),
  /** Step size of the actor's Adam optimizer. The default is 3e-4. */
  actorStepSize: field(positiveNumber, { default: 3e-4, about: 'step size of the actor', ...program }),
  /** Step size of the critics' Adam optimizer. The default is 3e-4. */
  criticStepSize: field(positiveNumber, { default: 3e-4, about: 'step size of the critics', ...program }),
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
  /** γ, in [0, 1]. The default is 0.99. */
  discount: field(numberIn({ from: 0, to: 1 }), {
    default: 0.99,
    about: "weight of the next step's value",
    ...program,
  }),
  /** τ, in [0, 1]: how far the target networks move towards the others, each time the actor moves. The default is 0.005. */
  polyak: field(numberIn({ from: 0, to: 1 }), {
    default: 0.005,
    about: 'how far the target networks move, each time the actor moves',
    ...program,
  }),
  /** Deviation of the noise that is added to an action, which is in [-1, 1]. The default is 0.1. */
  explorationNoise: field(numberIn({ from: 0 }), {
    default: 0.1,
    about: 'deviation of the noise of actions, of which 1 is half the range',
    ...program,
  }),
  /** Deviation of the noise that is added to the next action of a target. The default is 0.2. */
  targetNoise: field(numberIn({ from: 0 }), {
    default: 0.2,
    about: "deviation of the noise of a target's action",
    ...program,
  }),
  /** Where that noise is cut off, on both sides of 0. The default is 0.5. */
  targetNoiseClip: field(numberIn({ from: 0 }), {
    default: 0.5,
    about: "size at which the noise of a target's action is cut off",
    ...program,
  }),
  /** The actor and the target networks move in every update whose number this divides. The default is 2. */
  actorDelay: field(positiveInteger, {
    default: 2,
    about: 'updates of the critics for each one of the actor and the target networks',
    ...program,
  }),
  /** Transitions that are collected before the first update: it follows the one after them. The default is 25000. */
  learningStarts: field(nonNegativeInteger, {
    default: 25000,
    about: 'transitions before the first update',
    ...program,
  }),
  /** Transitions during which actions are uniform in [-1, 1], whatever the actor says. The default is 25000. */
  uniformActionSteps: field(nonNegativeInteger, {
    default: 25000,
    about: 'steps of uniform actions before the actor decides',
    ...program,
  }),
}

/** All settings of TD3; every default is the published program's. */
export const td3Fields = {
  ...td3OneFields,
  /** Transitions that the replay buffer holds, the latest ones. The default is 1000000. */
  bufferSize: field(positiveInteger, {
    default: 1_000_000,
    about: 'transitions that the replay buffer holds',
    ...program,
  }),
  /** Transitions that an update learns from, drawn with replacement. The default is 256. */
  batchSize: field(positiveInteger, { default: 256, about: 'transitions that an update learns from', ...program }),
}
