import { endEpisode } from '../../operators/endEpisode.js'
import type { Note } from '../../src/testing/diagram.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** A predicate that holds for the third step alone. */
export const scenario: Scenario = (source) => {
  const asked: Note[] = []
  const { lane } = sketch('endEpisode', source, (steps, clock) =>
    endEpisode(
      ({ index }) => {
        const holds = index === 2
        asked.push({ frame: clock.now(), text: holds ? 'yes' : 'no' })
        return holds
      },
      { as: 'terminated' },
    )(steps),
  )
  return [{ name: 'source', marbles: source }, { name: 'predicate', notes: asked }, lane]
}
