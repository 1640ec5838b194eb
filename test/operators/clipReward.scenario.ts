import { clipReward } from '../../operators/clipReward.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Rewards that grow beyond the bound; first steps have none. */
export const scenario: Scenario = (source) => [
  { name: 'source', marbles: source },
  sketch('clipReward(1.2)', source, clipReward(1.2)).lane,
]
