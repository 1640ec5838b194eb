import { decide } from '../../operators/decide.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Commands at all steps but the last one of an episode. */
export const scenario: Scenario = (source) => {
  const { lane, notes } = sketch(
    'decide(act)',
    source,
    decide((observation) => observation),
  )
  return [
    { name: 'source', marbles: source },
    lane,
    notes('command', ({ command }) => (command === null ? 'null' : 'yes')),
  ]
}
