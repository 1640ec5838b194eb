/** Runs of a driver that several rules look at. */
import { demand, type Reply, type RecordedSubscriber, simply, type DriverRun } from './driverRun.js'

/** Eight steps, of two episodes or more: the first one is broken off by `begin` if it lasts that long. */
export const twoEpisodes = async ({ watch, until }: DriverRun): Promise<RecordedSubscriber> => {
  const subscriber = watch((step, { steps: { length } }): Reply => {
    if (length > 7) return 'wait'
    return length === 4 ? 'begin' : simply(step)
  })
  await until('eight steps', () => {
    demand(!subscriber.failed, 'eight steps', subscriber.error)
    return subscriber.steps.length > 7
  })
  return subscriber
}

/** Two dozen steps of several episodes, each step's observation noted as it was shown. */
export const manySteps = async ({
  watch,
  until,
}: DriverRun): Promise<readonly [subscriber: RecordedSubscriber, shown: readonly number[][]]> => {
  const shown: number[][] = []
  const subscriber = watch((step, { steps: { length } }): Reply => {
    shown.push(Array.from(step.observation))
    if (length > 23) return 'wait'
    return length % 7 === 0 ? 'begin' : simply(step)
  })
  await until('two dozen steps', () => {
    demand(!subscriber.failed, 'two dozen steps', subscriber.error)
    return subscriber.steps.length > 23
  })
  return [subscriber, shown]
}

/** Up to the step that follows the end of an episode, or as many steps as it takes to believe that none ends. */
export const throughAnEpisode = async ({ driver, watch, until }: DriverRun): Promise<RecordedSubscriber> => {
  const limit = Math.min(driver.spec.stepLimit, 1000) + 2
  const over = ({ steps }: RecordedSubscriber): boolean => steps.length >= limit || steps.at(-2)?.kind === 'last'
  const subscriber = watch((step, present) => (over(present) ? 'wait' : simply(step)))
  await until('a step after the episode', () => {
    demand(!subscriber.failed, 'a step after the episode', subscriber.error)
    return over(subscriber)
  })
  return subscriber
}

/** A subscription that was left when its third step was answered and not yet followed, and a later one's first step. */
export const twice = async (
  run: DriverRun,
): Promise<readonly [earlier: RecordedSubscriber, later: RecordedSubscriber]> => {
  const earlier = run.watch((step, subscriber) => {
    if (subscriber.steps.length < 3) return simply(step)
    if (subscriber.steps.length > 3) return 'wait'
    run.answer(subscriber, simply(step))
    subscriber.leave()
    return 'wait'
  })
  await run.until('three steps', () => earlier.steps.length > 2)
  await run.idle()
  return [earlier, await run.play(0)]
}
