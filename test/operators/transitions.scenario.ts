import { transitions } from '../../operators/transitions.js'
import { readMarbles } from '../../src/testing/marbles.js'
import type { Observation } from '../../src/types.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Pairs by their letters, which are in their observations. */
export const scenario: Scenario = (source) => {
  const { notifications, letters } = readMarbles(source)
  const letterOf = (observation: Observation): string => {
    const place = notifications.findIndex(
      ({ notification }) => notification.kind === 'N' && String(notification.value.observation) === String(observation),
    )
    return letters[place] ?? '?'
  }
  const { lane, notes } = sketch('transitions', source, transitions())
  const pairs = notes('transition', ({ transition }) =>
    transition === null ? 'null' : `${letterOf(transition.observation)}>${letterOf(transition.nextObservation)}`,
  )
  return [{ name: 'source', marbles: source }, lane, pairs]
}
