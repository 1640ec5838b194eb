import { takeSteps } from '../../operators/takeSteps.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Three actions, in two episodes. */
export const scenario: Scenario = (source) => [
  { name: 'source', marbles: source },
  sketch('takeSteps(3)', source, takeSteps(3)).lane,
]
