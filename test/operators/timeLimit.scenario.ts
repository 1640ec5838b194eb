import { timeLimit } from '../../operators/timeLimit.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** A world that goes on although its episode was ended. */
export const scenario: Scenario = (source) => [
  { name: 'source', marbles: source },
  sketch('timeLimit(2)', source, timeLimit(2)).lane,
]
