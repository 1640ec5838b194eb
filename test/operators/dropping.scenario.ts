import { map, timer } from 'rxjs'
import { dropping } from '../../operators/dropping.js'
import type { TimeStep } from '../../src/types.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Work that changes a step within five columns, of a source that gives it two. */
export const scenario: Scenario = (source) => {
  const work = (step: TimeStep) => map(() => ({ ...step, reward: 100 }))(timer(5))
  return [{ name: 'source', marbles: source }, sketch('dropping(1)', source, dropping(1, { work })).lane]
}
