import { transitions } from '../../operators/transitions.js'
import { update } from '../../operators/update.js'
import { writeMetrics } from '../../operators/writeMetrics.js'
import type { Note } from '../../src/testing/diagram.js'
import { scriptedLearner } from '../../src/testing/scriptedLearner.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** The windows that are written, by their last action. */
export const scenario: Scenario = (source) => {
  const written: Note[] = []
  const { lane } = sketch('writeMetrics', source, (steps, clock) => {
    const write = ({ step }: { readonly step: number }) => void written.push({ frame: clock.now(), text: `${step}` })
    return writeMetrics({ write }, { every: 2, clock })(update(scriptedLearner())(transitions()(steps)))
  })
  return [{ name: 'source', marbles: source }, lane, { name: 'write', notes: written }]
}
