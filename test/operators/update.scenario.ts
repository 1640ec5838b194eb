import { transitions } from '../../operators/transitions.js'
import { update } from '../../operators/update.js'
import { scriptedLearner } from '../../src/testing/scriptedLearner.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Every step that was paired is learnt from. */
export const scenario: Scenario = (source) => {
  const { lane, notes } = sketch('update', source, (steps) => update(scriptedLearner())(transitions()(steps)))
  return [
    { name: 'source', marbles: source },
    lane,
    notes('report', ({ report }) => (report === null ? 'null' : 'yes')),
  ]
}
