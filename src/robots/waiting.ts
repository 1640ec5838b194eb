/** Waiting, on a scheduler that is handed in. */
import type { SchedulerLike } from 'rxjs'

/** Resolves after so many milliseconds. */
export const delayed = (scheduler: SchedulerLike, milliseconds: number): Promise<void> =>
  new Promise((resolve) => void scheduler.schedule(() => resolve(), milliseconds))

/** The result of `work` if it comes within so many milliseconds, otherwise `late`. An error of the work is its own. */
export const within = <A, B>(
  scheduler: SchedulerLike,
  milliseconds: number,
  work: Promise<A>,
  late: B,
): Promise<A | B> =>
  new Promise((resolve, reject) => {
    const timer = scheduler.schedule(() => resolve(late), milliseconds)
    const ended = (report: () => void) => (): void => {
      timer.unsubscribe()
      report()
    }
    work.then(
      (result) => ended(() => resolve(result))(),
      (error: unknown) => ended(() => reject(error))(),
    )
  })
