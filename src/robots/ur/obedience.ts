/** Notices a controller that runs no motion although commands are sent to it. */
import type { ReportUr5Fault } from './faults.js'
import { PLAYING } from './modes.js'
import type { Ur5Sample } from './sample.js'

/** Watches what the program on the controller does. */
export interface Obedience {
  /** Looks at a sample that arrived at `now`, in ms; `isCommanded`: whether a command is sent again and again. */
  see(sample: Pick<Ur5Sample, 'programState'>, now: number, isCommanded: boolean): void
}

/** Milliseconds of commands that are not run after which that is reported. */
const IGNORED = 500

/** Reports once that commands are not run, until one is. */
export const obedience = (report: ReportUr5Fault): Obedience => {
  let ignoredSince: number | null = null
  let isReported = false
  return {
    see: ({ programState }, now, isCommanded) => {
      if (programState === PLAYING) isReported = false
      if (programState === PLAYING || !isCommanded) {
        ignoredSince = null
        return
      }
      ignoredSince ??= now
      if (isReported || now - ignoredSince < IGNORED) return
      isReported = true
      report(
        'notObeyed',
        `the controller has run no command for ${IGNORED} ms; see whether it is in remote control, and whether its program was stopped`,
      )
    },
  }
}
