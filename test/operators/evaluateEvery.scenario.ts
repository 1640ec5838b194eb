import { delay, of } from 'rxjs'
import { evaluateEvery } from '../../operators/evaluateEvery.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Evaluations of three columns, while which the step waits; the next step comes after its answer. */
export const scenario: Scenario = (source) => {
  const { lane, notes } = sketch(
    'evaluateEvery(2)',
    source,
    evaluateEvery(2, (step) => delay<string>(3)(of(`at ${step}`))),
  )
  return [{ name: 'source', marbles: source }, lane, notes('evaluation', ({ evaluation }) => evaluation ?? 'null')]
}
