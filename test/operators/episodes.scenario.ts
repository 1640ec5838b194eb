import { episodes } from '../../operators/episodes.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Two episodes, each emitted when it ends. */
export const scenario: Scenario = (source) => [
  { name: 'source', marbles: source },
  sketch('episodes', source, episodes(), { letter: () => 'E' }).lane,
]
