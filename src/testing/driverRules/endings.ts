/** Rules on how a driver is left, stopped and closed. */
import { demand, type RuleCheck, type RecordedSubscriber, simply, thrown } from './driverRun.js'
import { twice } from './longRuns.js'

/** Rules on how a driver is left, stopped and closed, by name. */
export const endingRules: Readonly<Record<string, RuleCheck>> = {
  'takes no step between two subscriptions, and counts on': async (run) => {
    const [earlier, later] = await twice(run)
    const expected = earlier.steps.at(-1)!.index + 1
    demand(later.steps[0].index === expected, `index ${expected} after step ${expected - 1}`, later.steps[0].index)
  },

  'begins an episode for a later subscription': async (run) => {
    const [, later] = await twice(run)
    demand(later.steps[0].kind === 'first', 'kind first', later.steps[0].kind)
  },

  'forgets the answer that an earlier subscription left behind': async (run) => {
    const [earlier, later] = await twice(run)
    await run.idle()
    const left = earlier.decisions[2]
    const taken = left !== null && later.steps.some(({ previousAction }) => previousAction === left)
    demand(!taken, 'no step that an answer before the subscription led to', 'one')
  },

  'tells a second subscriber of share(), and serves the first': async (run) => {
    let second: RecordedSubscriber | null = null
    const first = run.watch((step, { steps: { length } }) => {
      if (length === 2) second = run.watch(() => 'wait')
      return length > 3 ? 'wait' : simply(step)
    })
    await run.until('an error notification for the second subscriber', () => second?.failed === true)
    const { error, steps } = second!
    demand(error instanceof Error && error.message.includes('share'), 'advice of share()', error)
    demand(steps.length === 0, 'no step for the second subscriber', steps.length)
    await run.until('steps for the first subscriber', () => first.steps.length > 3)
  },

  'completes a running subscription when stopped': async (run) => {
    let stopped: Promise<void> | null = null
    let length = 0
    const subscriber = run.watch((step, present) => {
      if (present.steps.length < 3) return simply(step)
      if (present.steps.length > 3) return 'wait'
      run.answer(present, simply(step))
      length = present.steps.length
      stopped = run.driver.stop()
      return 'wait'
    })
    await run.until('three steps', () => stopped !== null)
    await run.settled('stop to resolve', stopped!)
    await run.until('completion', () => subscriber.completed || subscriber.failed)
    demand(!subscriber.failed, 'completion', subscriber.error)
    await run.idle()
    demand(subscriber.steps.length === length, 'no step after stop', subscriber.steps.length - length)
  },

  'stops as often as it is told to': async (run) => {
    await run.play(1)
    const both = Promise.all([run.driver.stop(), run.driver.stop()])
    await run.settled('two stops to resolve', both)
    await run.settled('stop to resolve at rest', run.driver.stop())
  },

  'can be subscribed to again after a stop': async (run) => {
    await run.play(1)
    await run.settled('stop to resolve', run.driver.stop())
    await run.play(1)
  },

  'completes a running subscription when closed': async (run) => {
    const subscriber = await run.play(1)
    run.driver.close()
    await run.until('completion', () => subscriber.completed || subscriber.failed)
    demand(!subscriber.failed, 'completion', subscriber.error)
  },

  'closes as often as it is told to': async ({ driver, play }) => {
    await play(1)
    for (const time of ['first', 'second']) {
      const refusal = thrown(() => driver.close())
      demand(refusal === undefined, `nothing thrown by the ${time} close`, refusal)
    }
  },

  'fails a subscription after it was closed': async (run) => {
    run.driver.close()
    const subscriber = run.watch(() => 'wait')
    await run.until('an error notification', () => subscriber.failed)
    demand(subscriber.steps.length === 0, 'no step from a closed world', subscriber.steps.length)
  },
}
