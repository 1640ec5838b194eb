import { actuate } from '../../operators/actuate.js'
import { type Scenario, notingWorld, sketch } from '../docs/scenario.js'
import { decide } from './bounds.js'

/** Two steps that are answered with an action, one with the beginning of an episode. */
export const scenario: Scenario = (source) => {
  const world = notingWorld()
  const { lane } = sketch('actuate', source, (steps, clock) => actuate(world.on(clock))(steps), {
    prepare: decide([0.5]),
  })
  return [{ name: 'source', marbles: source }, world.lane('world'), lane]
}
