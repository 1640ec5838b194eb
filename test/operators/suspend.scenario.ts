import { type SchedulerLike, map, timer } from 'rxjs'
import { suspend } from '../../operators/suspend.js'
import { type Timed, draw, timeSteps } from '../../src/testing/marbles.js'
import type { TimeStep } from '../../src/types.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Work that changes a step within five columns; the source is drawn at the times of its calls, not at those of its marbles. */
export const scenario: Scenario = (source) => {
  const letters = source.replaceAll(/[^a-z]/g, '')
  const given: Timed<string>[] = []
  const asked = function* (clock: SchedulerLike): Generator<TimeStep> {
    for (const step of timeSteps(letters)) {
      given.push({ frame: clock.now(), notification: { kind: 'N', value: letters[step.index] } })
      yield step
    }
    given.push({ frame: clock.now(), notification: { kind: 'C' } })
  }
  const work = (step: TimeStep) => map(() => ({ ...step, reward: 100 }))(timer(5))
  const { lane } = sketch('suspend', source, (_, clock) => suspend({ work })(asked(clock)))
  return [{ name: 'source', marbles: draw(given, (letter) => letter, 0) }, lane]
}
