import { tap } from 'rxjs'
import { stopWhen } from '../../operators/stopWhen.js'
import type { Note } from '../../src/testing/diagram.js'
import type { TimeStep } from '../../src/types.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** The answers of the predicate, beside what is passed. */
export const scenario: Scenario = (source) => {
  const answers: Note[] = []
  const { lane } = sketch('stopWhen', source, (steps, clock) => {
    const isReached = ({ index }: TimeStep): boolean => index >= 3
    return stopWhen(isReached)(
      tap((step: TimeStep) => void answers.push({ frame: clock.now(), text: isReached(step) ? 'yes' : 'no' }))(steps),
    )
  })
  return [{ name: 'source', marbles: source }, { name: 'predicate', notes: answers }, lane]
}
