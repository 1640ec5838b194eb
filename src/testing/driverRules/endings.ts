/** Rules on how a driver is unsubscribed from, stopped and closed. */
import { assertRule, thrown } from '../assertRule.js'
import { type RuleCheck, type RecordedSubscriber, simplestReply } from './driverRun.js'
import { twoSubscriptions } from './longRuns.js'

/** Rules on how a driver is unsubscribed from, stopped and closed, by name. */
export const endingRules: Readonly<Record<string, RuleCheck>> = {
  'takes no step between two subscriptions, and continues the index': async (run) => {
    const [earlier, later] = await twoSubscriptions(run)
    const expected = earlier.steps.at(-1)!.index + 1
    assertRule(later.steps[0].index === expected, `index ${expected} after step ${expected - 1}`, later.steps[0].index)
  },

  'begins an episode for a later subscription': async (run) => {
    const [, later] = await twoSubscriptions(run)
    assertRule(later.steps[0].kind === 'first', 'kind first', later.steps[0].kind)
  },

  'does not execute an answer that an earlier subscription left': async (run) => {
    const [earlier, later] = await twoSubscriptions(run)
    await run.idle()
    const left = earlier.decisions[2]
    const taken = left !== null && later.steps.some(({ previousAction }) => previousAction === left)
    assertRule(!taken, 'no step that an answer before the subscription led to', 'one')
  },

  'refuses a second subscriber with advice of share(), and serves the first': async (run) => {
    let second: RecordedSubscriber | null = null
    const first = run.subscribe((step, { steps: { length } }) => {
      if (length === 2) second = run.subscribe(() => 'wait')
      return length > 3 ? 'wait' : simplestReply(step)
    })
    await run.until('an error notification for the second subscriber', () => second?.failed === true)
    const { error, steps } = second!
    assertRule(error instanceof Error && error.message.includes('share'), 'advice of share()', error)
    assertRule(steps.length === 0, 'no step for the second subscriber', steps.length)
    await run.until('steps for the first subscriber', () => first.steps.length > 3)
  },

  'completes a running subscription when stopped': async (run) => {
    let stopped: Promise<void> | null = null
    let length = 0
    const subscriber = run.subscribe((step, present) => {
      if (present.steps.length < 3) return simplestReply(step)
      if (present.steps.length > 3) return 'wait'
      run.answer(present, simplestReply(step))
      length = present.steps.length
      stopped = run.driver.stop()
      return 'wait'
    })
    await run.until('three steps', () => stopped !== null)
    await run.settled('stop to resolve', stopped!)
    await run.until('completion', () => subscriber.completed || subscriber.failed)
    assertRule(!subscriber.failed, 'completion', subscriber.error)
    await run.idle()
    assertRule(subscriber.steps.length === length, 'no step after stop', subscriber.steps.length - length)
  },

  'can be stopped repeatedly': async (run) => {
    await run.playUntil(1)
    const both = Promise.all([run.driver.stop(), run.driver.stop()])
    await run.settled('two stops to resolve', both)
    await run.settled('stop to resolve at rest', run.driver.stop())
  },

  'can be subscribed to again after a stop': async (run) => {
    await run.playUntil(1)
    await run.settled('stop to resolve', run.driver.stop())
    await run.playUntil(1)
  },

  'completes a running subscription when closed': async (run) => {
    const subscriber = await run.playUntil(1)
    run.driver.close()
    await run.until('completion', () => subscriber.completed || subscriber.failed)
    assertRule(!subscriber.failed, 'completion', subscriber.error)
  },

  'can be closed repeatedly': async ({ driver, playUntil }) => {
    await playUntil(1)
    for (const time of ['first', 'second']) {
      const refusal = thrown(() => driver.close())
      assertRule(refusal === undefined, `nothing thrown by the ${time} close`, refusal)
    }
  },

  'fails a subscription after it was closed': async (run) => {
    run.driver.close()
    const subscriber = run.subscribe(() => 'wait')
    await run.until('an error notification', () => subscriber.failed)
    assertRule(subscriber.steps.length === 0, 'no step from a closed world', subscriber.steps.length)
  },
}
