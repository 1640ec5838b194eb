/** Rules on how a driver is left, stopped and closed. */
import { demand, type Scene, type Seat, simply, thrown } from './stage.js'
import { twice } from './scenes.js'

/** Rules on how a driver is left, stopped and closed, by name. */
export const endingRules: Readonly<Record<string, Scene>> = {
  'takes no step between two subscriptions, and counts on': async (stage) => {
    const [earlier, later] = await twice(stage)
    const expected = earlier.steps.at(-1)!.index + 1
    demand(later.steps[0].index === expected, `index ${expected} after step ${expected - 1}`, later.steps[0].index)
  },

  'begins an episode for a later subscription': async (stage) => {
    const [, later] = await twice(stage)
    demand(later.steps[0].kind === 'first', 'kind first', later.steps[0].kind)
  },

  'forgets the answer that an earlier subscription left behind': async (stage) => {
    const [earlier, later] = await twice(stage)
    await stage.idle()
    const left = earlier.decisions[2]
    const taken = left !== null && later.steps.some(({ previousAction }) => previousAction === left)
    demand(!taken, 'no step that an answer before the subscription led to', 'one')
  },

  'tells a second subscriber of share(), and serves the first': async (stage) => {
    let second: Seat | null = null
    const first = stage.watch((step, { steps: { length } }) => {
      if (length === 2) second = stage.watch(() => 'wait')
      return length > 3 ? 'wait' : simply(step)
    })
    await stage.until('an error notification for the second subscriber', () => second?.failed === true)
    const { error, steps } = second!
    demand(error instanceof Error && error.message.includes('share'), 'advice of share()', error)
    demand(steps.length === 0, 'no step for the second subscriber', steps.length)
    await stage.until('steps for the first subscriber', () => first.steps.length > 3)
  },

  'completes a running subscription when stopped': async (stage) => {
    let stopped: Promise<void> | null = null
    let length = 0
    const seat = stage.watch((step, present) => {
      if (present.steps.length < 3) return simply(step)
      if (present.steps.length > 3) return 'wait'
      stage.answer(present, simply(step))
      length = present.steps.length
      stopped = stage.driver.stop()
      return 'wait'
    })
    await stage.until('three steps', () => stopped !== null)
    await stage.settled('stop to resolve', stopped!)
    await stage.until('completion', () => seat.completed || seat.failed)
    demand(!seat.failed, 'completion', seat.error)
    await stage.idle()
    demand(seat.steps.length === length, 'no step after stop', seat.steps.length - length)
  },

  'stops as often as it is told to': async (stage) => {
    await stage.play(1)
    const both = Promise.all([stage.driver.stop(), stage.driver.stop()])
    await stage.settled('two stops to resolve', both)
    await stage.settled('stop to resolve at rest', stage.driver.stop())
  },

  'can be subscribed to again after a stop': async (stage) => {
    await stage.play(1)
    await stage.settled('stop to resolve', stage.driver.stop())
    await stage.play(1)
  },

  'completes a running subscription when closed': async (stage) => {
    const seat = await stage.play(1)
    stage.driver.close()
    await stage.until('completion', () => seat.completed || seat.failed)
    demand(!seat.failed, 'completion', seat.error)
  },

  'closes as often as it is told to': async ({ driver, play }) => {
    await play(1)
    for (const time of ['first', 'second']) {
      const refusal = thrown(() => driver.close())
      demand(refusal === undefined, `nothing thrown by the ${time} close`, refusal)
    }
  },

  'fails a subscription after it was closed': async (stage) => {
    stage.driver.close()
    const seat = stage.watch(() => 'wait')
    await stage.until('an error notification', () => seat.failed)
    demand(seat.steps.length === 0, 'no step from a closed world', seat.steps.length)
  },
}
