/** Runs of a driver that several rules use. */
import { assertRule } from '../assertRule.js'
import { type Reply, type RecordedSubscriber, simplestReply, type DriverRun } from './driverRun.js'

/** Eight steps, of two episodes or more: `begin` ends the first episode at the fourth step, if it lasts that long. */
export const twoEpisodes = async ({ subscribe, until }: DriverRun): Promise<RecordedSubscriber> => {
  const subscriber = subscribe((step, { steps: { length } }): Reply => {
    if (length > 7) return 'wait'
    return length === 4 ? 'begin' : simplestReply(step)
  })
  await until('eight steps', () => {
    assertRule(!subscriber.failed, 'eight steps', subscriber.error)
    return subscriber.steps.length > 7
  })
  return subscriber
}

/** Two dozen steps of several episodes, with a copy of each step's observation at the time of the step. */
export const manySteps = async ({
  subscribe,
  until,
}: DriverRun): Promise<readonly [subscriber: RecordedSubscriber, shown: readonly number[][]]> => {
  const shown: number[][] = []
  const subscriber = subscribe((step, { steps: { length } }): Reply => {
    shown.push(Array.from(step.observation))
    if (length > 23) return 'wait'
    return length % 7 === 0 ? 'begin' : simplestReply(step)
  })
  await until('two dozen steps', () => {
    assertRule(!subscriber.failed, 'two dozen steps', subscriber.error)
    return subscriber.steps.length > 23
  })
  return [subscriber, shown]
}

/** Steps up to the one that follows the end of an episode, at most two more than the step limit or 1000. */
export const throughAnEpisode = async ({ driver, subscribe, until }: DriverRun): Promise<RecordedSubscriber> => {
  const limit = Math.min(driver.spec.stepLimit, 1000) + 2
  const over = ({ steps }: RecordedSubscriber): boolean => steps.length >= limit || steps.at(-2)?.kind === 'last'
  const subscriber = subscribe((step, present) => (over(present) ? 'wait' : simplestReply(step)))
  await until('a step after the episode', () => {
    assertRule(!subscriber.failed, 'a step after the episode', subscriber.error)
    return over(subscriber)
  })
  return subscriber
}

/** A subscription that was unsubscribed after the answer to its third step, before the next step; and the first step of a later one. */
export const twoSubscriptions = async (
  run: DriverRun,
): Promise<readonly [earlier: RecordedSubscriber, later: RecordedSubscriber]> => {
  const earlier = run.subscribe((step, subscriber) => {
    if (subscriber.steps.length < 3) return simplestReply(step)
    if (subscriber.steps.length > 3) return 'wait'
    run.answer(subscriber, simplestReply(step))
    subscriber.unsubscribe()
    return 'wait'
  })
  await run.until('three steps', () => earlier.steps.length > 2)
  await run.idle()
  return [earlier, await run.playUntil(0)]
}
