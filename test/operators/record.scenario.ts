import { record } from '../../operators/record.js'
import type { Note } from '../../src/testing/diagram.js'
import { readMarbles } from '../../src/testing/marbles.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** What is written, by its letters. */
export const scenario: Scenario = (source) => {
  const { letters } = readMarbles(source)
  const written: Note[] = []
  const { lane } = sketch('record', source, (steps, clock) =>
    record({ write: ({ index }) => void written.push({ frame: clock.now(), text: letters[index] }) })(steps),
  )
  return [{ name: 'source', marbles: source }, lane, { name: 'write', notes: written }]
}
