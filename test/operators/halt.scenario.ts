import { halt } from '../../operators/halt.js'
import { type Scenario, notingWorld, sketch } from '../docs/scenario.js'

/** An error from above. */
export const scenario: Scenario = (source) => {
  const world = notingWorld()
  const { lane } = sketch('halt', source, (steps, clock) => halt(world.on(clock))(steps))
  return [{ name: 'source', marbles: source }, lane, world.lane('world')]
}
