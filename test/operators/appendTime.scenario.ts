import { appendTime } from '../../operators/appendTime.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Every observation is longer than it was. */
export const scenario: Scenario = (source) => [
  { name: 'source', marbles: source },
  sketch('appendTime(200)', source, appendTime(200)).lane,
]
