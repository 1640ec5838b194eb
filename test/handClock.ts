/** A clock that only moves when a test says that something took a while, with its turns run one by one. */
import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs'

export interface HandClock extends SchedulerLike {
  /** Something takes this many ms. */
  pass(ms: number): void
  /** Runs turns until none is left; `between` is called after each. Timers are skipped: nothing here waits. */
  run(between?: () => void): void
}

export const handClock = (): HandClock => {
  let time = 0
  const turns: (() => void)[] = []
  return {
    now: () => time,
    schedule: <State>(work: (this: SchedulerAction<State>, state: State) => void, delay = 0, state?: State) => {
      const task = new Subscription() as SchedulerAction<State>
      if (delay === 0) turns.push(() => task.closed || work.call(task, state as State))
      return task
    },
    pass: (ms) => {
      time += ms
    },
    run: (between) => {
      for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
        turn()
        between?.()
      }
    },
  }
}
