import { normalizeReward } from '../../operators/normalizeReward.js'
import { runningMoments } from '../../src/moments.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Every reward is changed; first steps have none. */
export const scenario: Scenario = (source) => [
  { name: 'source', marbles: source },
  sketch('normalizeReward', source, normalizeReward(runningMoments({ size: 1 }))).lane,
]
