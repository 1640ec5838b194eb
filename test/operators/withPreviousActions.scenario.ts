import { withPreviousActions } from '../../operators/withPreviousActions.js'
import { bounds } from './bounds.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Every observation is longer than it was. */
export const scenario: Scenario = (source) => [
  { name: 'source', marbles: source },
  sketch('withPreviousActions(2)', source, withPreviousActions(2, { action: bounds([-1], [1]) })).lane,
]
