/** Shows a sweep: a line for each run that ends, and one for all, which is redrawn on a terminal. */
import type { CommandProcess } from '../commandProcess.js'

/** Where a sweep shows itself. */
export interface SweepDisplay {
  /** A run ended. */
  line(text: string): void
  /** How far all runs are. */
  all(text: string): void
  stop(): void
}

const silent: SweepDisplay = { line: () => undefined, all: () => undefined, stop: () => undefined }

/** Milliseconds between two lines for all runs where lines stay. */
const PLAIN_INTERVAL = 60_000

const plain = ({ stderr, clock }: CommandProcess): SweepDisplay => {
  let shownAt = clock.now()
  let hasEnded = false
  return {
    line: (text) => {
      stderr.write(`${text}\n`)
      hasEnded = true
    },
    all: (text) => {
      if (!hasEnded && clock.now() - shownAt < PLAIN_INTERVAL) return
      hasEnded = false
      shownAt = clock.now()
      stderr.write(`${text}\n`)
    },
    stop: () => undefined,
  }
}

const live = async ({ stderr }: CommandProcess): Promise<SweepDisplay> => {
  const { default: ora } = await import('ora')
  // With `discardStdin: false`, Ctrl-C is still a signal.
  const spinner = ora({ stream: stderr, isEnabled: true, discardStdin: false, text: 'starting' }).start()
  return {
    line: (text) => {
      spinner.clear()
      stderr.write(`${text}\n`)
      spinner.render()
    },
    all: (text) => void (spinner.text = text),
    stop: () => void spinner.stop(),
  }
}

/** Opens the display; without `progress` it shows nothing. */
export const sweepDisplay = async (commandProcess: CommandProcess, progress: boolean): Promise<SweepDisplay> => {
  if (!progress) return silent
  return commandProcess.live ? live(commandProcess) : plain(commandProcess)
}
