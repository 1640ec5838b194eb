import { reward } from '../../operators/reward.js'
import type { Note } from '../../src/testing/diagram.js'
import { readMarbles } from '../../src/testing/marbles.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** A reward of 100 for each step that something came before. */
export const scenario: Scenario = (source) => {
  const { letters } = readMarbles(source)
  const asked: Note[] = []
  const { lane } = sketch('reward', source, (steps, clock) =>
    reward((step, previous) => {
      asked.push({ frame: clock.now(), text: `${letters[step.index]},${letters[previous.index]}` })
      return 100
    })(steps),
  )
  return [{ name: 'source', marbles: source }, { name: 'fn', notes: asked }, lane]
}
