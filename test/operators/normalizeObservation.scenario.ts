import { normalizeObservation } from '../../operators/normalizeObservation.js'
import { runningMoments } from '../../src/moments.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Every observation is changed, over the end of an episode as well. */
export const scenario: Scenario = (source) => [
  { name: 'source', marbles: source },
  sketch('normalizeObservation', source, normalizeObservation(runningMoments({ size: 2 }))).lane,
]
