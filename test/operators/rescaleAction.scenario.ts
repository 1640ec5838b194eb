import { rescaleAction } from '../../operators/rescaleAction.js'
import { type Scenario, sketch } from '../docs/scenario.js'
import { bounds, decide } from './bounds.js'

/** An action half way up; a command that was mapped is half way up between bounds of its own. */
export const scenario: Scenario = (source) => {
  const { lane, notes } = sketch('rescaleAction', source, rescaleAction(bounds([-4], [4])), { prepare: decide([0.5]) })
  const command = notes('command', (step) => (step.command === null ? 'null' : step.command[0] === 2 ? 'map' : '?'))
  return [{ name: 'source', marbles: source }, lane, command]
}
