import { clipAction } from '../../operators/clipAction.js'
import { type Scenario, sketch } from '../docs/scenario.js'
import { bounds, decide } from './bounds.js'

/** An action beyond its bounds; a command that was clipped is at them. */
export const scenario: Scenario = (source) => {
  const { lane, notes } = sketch('clipAction', source, clipAction(bounds([-1], [1])), { prepare: decide([3]) })
  const command = notes('command', (step) => (step.command === null ? 'null' : step.command[0] === 1 ? 'clip' : '?'))
  return [{ name: 'source', marbles: source }, lane, command]
}
