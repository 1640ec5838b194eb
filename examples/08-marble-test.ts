/**
 * The marble test of an operator of your own: that of example 02, in virtual time, with Node's own test runner.
 *
 *     npm run build && node --test dist/examples/08-marble-test.js
 */
import { strict as assert } from 'node:assert'
import { describe, test } from 'node:test'
import { pipe, type TimeStep, type Unpaired } from 'rivulet'
import { transitions } from 'rivulet/operators'
import { expectTransitions, operatorSuite, play } from 'rivulet/testing'
import { map, type Observable } from 'rxjs'

/** Adds each step's effort, the mean square of the action that led to it, and subtracts its price from the reward. */
const chargeEffort =
  (price: number) =>
  <T extends Unpaired>(source: Observable<T>): Observable<T & { readonly effort: number }> =>
    map((step: T) => {
      const action = step.previousAction === null ? [] : [...step.previousAction.action]
      const effort = action.reduce((sum, each) => sum + each * each, 0) / Math.max(1, action.length)
      return { ...step, effort, reward: step.reward - price * effort }
    })(source)

/** Gives every step with a previous action a reward of 10 and an action of 2. */
const prepare = (step: TimeStep): TimeStep =>
  step.previousAction === null ? step : { ...step, reward: 10, previousAction: { action: [2] } }

// The rules of every operator: errors are passed on, records are not written to, no memory is shared, and so on.
describe('chargeEffort is an operator', () => {
  for (const rule of operatorSuite({ make: () => chargeEffort(0.5) })) test(rule.name, rule.run)
})

// When: a letter is a step, `t` and `u` end an episode, `|` completes. Here E is a step with an effort, `.` one without.
test('charges every step that an action led to, in its frame', () => {
  const source = '--a-b-t--a-u|'
  const result = '--.-E-E--.-E|'
  const letter = ({ effort }: { readonly effort: number }): string => (effort > 0 ? 'E' : '.')
  assert.equal(play(source, chargeEffort(0.5), { letter }).timeline, result)
})

// How much: the mean square of an action of 2 is 4, and a price of 0.5 subtracts 2 from a reward of 10.
test('adds the effort, and subtracts its price from the reward', () => {
  const { values } = play('--a-b|', chargeEffort(0.5), { prepare })
  assert.deepEqual(
    values.map(({ effort, reward }) => [effort, reward]),
    [
      [0, 0],
      [4, 8],
    ],
  )
})

// What it is for: the learner receives the reward after the subtraction.
test('charges before steps are paired', () => {
  const chain = (steps: Observable<TimeStep>) => pipe(steps, chargeEffort(0.5), transitions())
  expectTransitions(chain, {
    source: '     --a-b-t--a-u|',
    transitions: '--.-b-t--.-u|',
    values: [
      { between: 'a>b', reward: 8 },
      { between: 'b>t', reward: 8, terminated: true },
      { between: 'a>u', reward: 8, truncated: true },
    ],
    prepare,
  })
})
