import { progress } from '../../operators/progress.js'
import { tallyEpisodes } from '../../operators/tallyEpisodes.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Told every six columns at most, and once more at the end. */
export const scenario: Scenario = (source) => [
  { name: 'source', marbles: source },
  sketch('progress', source, (steps, clock) => progress({ total: 9, every: 6, clock })(tallyEpisodes()(steps)), {
    letter: () => 'p',
  }).lane,
]
