/** The settings that every run has, and the defaults that an algorithm has for them. */
import { nonNegativeInteger, oneOf, orNone, positiveInteger, positiveNumber, yesOrNo } from '../edge/codecs.js'
import { field } from '../edge/settings.js'
import type { Algorithm } from '../learners/algorithm.js'

const origin = 'Rivulet'

/** What stands around the learner in the pipeline of a run; an algorithm may have defaults of its own. */
export const pipelineFields = {
  /**
   * How the policy's (-1, 1) is mapped to the world's bounds: `clip` cuts actions off at them, `rescale` stretches (-1, 1) to them. The
   * default is the algorithm's; for some tasks it is another.
   */
  actionRange: field(oneOf(['clip', 'rescale']), {
    default: 'rescale',
    about: "clip: cut actions off at the task's bounds; rescale: stretch (-1, 1) to them",
    origin,
  }),
  /** Whether observations are rescaled by their running mean and deviation. The default is the algorithm's. */
  normalizeObservation: field(yesOrNo, {
    default: true,
    about: 'rescale observations by their running mean and deviation',
    origin,
  }),
  /**
   * How the variance of observations is estimated: `population` as by Gymnasium, `sample` as by Stream AC. The default is the algorithm's,
   * else `population`.
   */
  varianceEstimator: field(oneOf(['population', 'sample']), {
    default: 'population',
    about: 'variance of observations: population (as by Gymnasium), or sample (as by Stream AC)',
    origin,
  }),
  /**
   * The bound of each component of observations, after they were rescaled; `none` for observations that are not clipped. The default is the
   * algorithm's, else `none`.
   */
  clipObservation: field(orNone(positiveNumber), {
    default: 'none',
    about: 'bound of observations, after they were rescaled',
    origin,
  }),
  /**
   * Whether rewards are divided by the running deviation of their discounted return, and whose way of it: `gymnasium`, which is PPO's,
   * `stream-ac`, or `none`. The returns of episodes are those of the world's own rewards. The default is the algorithm's, else `none`.
   */
  normalizeReward: field(oneOf(['none', 'gymnasium', 'stream-ac']), {
    default: 'none',
    about: "divide rewards by the running deviation of their return: gymnasium (PPO's way), stream-ac, or none",
    origin,
  }),
  /** The bound of rewards, after they were rescaled; `none` for rewards that are not clipped. The default is the algorithm's, else `none`. */
  clipReward: field(orNone(positiveNumber), {
    default: 'none',
    about: 'bound of rewards, after they were rescaled',
    origin,
  }),
  /** Whether the time in the episode is appended to observations, neither rescaled nor clipped. The default is the algorithm's, else false. */
  appendTime: field(yesOrNo, {
    default: false,
    about: 'append the time in the episode to observations',
    origin,
  }),
}

/** The settings of a run that every algorithm has. */
export const runFields = {
  /** Actions to execute. The default is 100,000. */
  steps: field(positiveInteger, { default: 100_000, about: 'actions to execute', origin }),
  /** The seed of all random numbers. The default is 1. */
  seed: field(nonNegativeInteger, {
    default: 1,
    about: 'seed of all random numbers; runs with the same seed are equal',
    origin,
  }),
  ...pipelineFields,
  /**
   * What happens when learning diverges. `stop`: the run ends at a number that is not finite. `rollback`: a guard watches the learner, puts it
   * back to its last good state and goes on with smaller steps. The default is `stop`.
   */
  onDivergence: field(oneOf(['stop', 'rollback']), {
    default: 'stop',
    about: 'stop: end at a number that is not finite; rollback: go back to the last good state, with smaller steps',
    origin,
  }),
}

/** What stands around the learner of an algorithm, with the algorithm's own defaults. */
export const pipelineFieldsOf = (algorithm: Algorithm): typeof pipelineFields => {
  const {
    actionRange,
    normalizeObservation,
    varianceEstimator,
    clipObservation,
    normalizeReward,
    clipReward,
    appendTime,
  } = algorithm
  return {
    actionRange: { ...pipelineFields.actionRange, ...actionRange },
    normalizeObservation: { ...pipelineFields.normalizeObservation, ...normalizeObservation },
    varianceEstimator: { ...pipelineFields.varianceEstimator, ...varianceEstimator },
    clipObservation: { ...pipelineFields.clipObservation, ...clipObservation },
    normalizeReward: { ...pipelineFields.normalizeReward, ...normalizeReward },
    clipReward: { ...pipelineFields.clipReward, ...clipReward },
    appendTime: { ...pipelineFields.appendTime, ...appendTime },
  }
}

/** The settings of a run of an algorithm, with its own defaults. */
export const runFieldsOf = (algorithm: Algorithm): typeof runFields => ({
  ...runFields,
  ...pipelineFieldsOf(algorithm),
})
