import { clipObservation } from '../../operators/clipObservation.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Observations whose components come within the bound after some steps. */
export const scenario: Scenario = (source) => [
  { name: 'source', marbles: source },
  sketch('clipObservation(0.5)', source, clipObservation(0.5)).lane,
]
