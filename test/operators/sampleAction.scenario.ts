import { sampleAction } from '../../operators/sampleAction.js'
import { scriptedLearner } from '../../src/testing/scriptedLearner.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Every step but a last one is decided upon. */
export const scenario: Scenario = (source) => {
  const { lane, notes } = sketch('sampleAction', source, sampleAction(scriptedLearner()))
  return [
    { name: 'source', marbles: source },
    lane,
    notes('sampled', ({ sampled }) => (sampled === null ? 'null' : 'yes')),
  ]
}
