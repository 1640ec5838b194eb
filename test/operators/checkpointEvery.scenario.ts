import type { Observable, SchedulerLike } from 'rxjs'
import { checkpointEvery } from '../../operators/checkpointEvery.js'
import type { Note } from '../../src/testing/diagram.js'
import type { TimeStep } from '../../src/types.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** A checkpoint at the third record. */
export const scenario: Scenario = (source) => {
  const saved: Note[] = []
  const operator = (steps: Observable<TimeStep>, clock: SchedulerLike) =>
    checkpointEvery({ records: 3, save: async () => saved.push({ frame: clock.now(), text: 's' }), clock })(steps)
  const { lane } = sketch('checkpointEvery', source, operator)
  return [{ name: 'source', marbles: source }, lane, { name: 'save', notes: saved }]
}
