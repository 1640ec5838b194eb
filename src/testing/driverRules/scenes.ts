/** Runs of a driver that several rules look at. */
import { demand, type Reply, type Seat, simply, type Stage } from './stage.js'

/** Eight steps, of two episodes or more: the first one is broken off by `begin` if it lasts that long. */
export const twoEpisodes = async ({ watch, until }: Stage): Promise<Seat> => {
  const seat = watch((step, { steps: { length } }): Reply => {
    if (length > 7) return 'wait'
    return length === 4 ? 'begin' : simply(step)
  })
  await until('eight steps', () => {
    demand(!seat.failed, 'eight steps', seat.error)
    return seat.steps.length > 7
  })
  return seat
}

/** Two dozen steps of several episodes, each step's observation noted as it was shown. */
export const manySteps = async ({
  watch,
  until,
}: Stage): Promise<readonly [seat: Seat, shown: readonly number[][]]> => {
  const shown: number[][] = []
  const seat = watch((step, { steps: { length } }): Reply => {
    shown.push(Array.from(step.observation))
    if (length > 23) return 'wait'
    return length % 7 === 0 ? 'begin' : simply(step)
  })
  await until('two dozen steps', () => {
    demand(!seat.failed, 'two dozen steps', seat.error)
    return seat.steps.length > 23
  })
  return [seat, shown]
}

/** Up to the step that follows the end of an episode, or as many steps as it takes to believe that none ends. */
export const throughAnEpisode = async ({ driver, watch, until }: Stage): Promise<Seat> => {
  const limit = Math.min(driver.spec.stepLimit, 1000) + 2
  const over = ({ steps }: Seat): boolean => steps.length >= limit || steps.at(-2)?.kind === 'last'
  const seat = watch((step, present) => (over(present) ? 'wait' : simply(step)))
  await until('a step after the episode', () => {
    demand(!seat.failed, 'a step after the episode', seat.error)
    return over(seat)
  })
  return seat
}

/** A subscription that was left when its third step was answered and not yet followed, and a later one's first step. */
export const twice = async (stage: Stage): Promise<readonly [earlier: Seat, later: Seat]> => {
  const earlier = stage.watch((step, seat) => {
    if (seat.steps.length < 3) return simply(step)
    if (seat.steps.length > 3) return 'wait'
    stage.answer(seat, simply(step))
    seat.leave()
    return 'wait'
  })
  await stage.until('three steps', () => earlier.steps.length > 2)
  await stage.idle()
  return [earlier, await stage.play(0)]
}
