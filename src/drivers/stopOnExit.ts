/** Stops a world when its process ends. */
import { ownProcess } from '#host'
import { endingSignals } from '../signals.js'
import { failedStop } from '../failure.js'
import { warn } from '../warn.js'

/** The part of a process that is used here, as Node's `process` has it. */
export interface SignalledProcess {
  readonly pid: number
  on(event: string, listener: (code?: unknown) => void): unknown
  off(event: string, listener: (code?: unknown) => void): unknown
  listenerCount(event: string): number
  kill(pid: number, signal: string): unknown
}

/** What can be stopped: a world, or a robot. */
export interface Stoppable {
  /** Brings it to rest; resolves when it is. */
  stop(): PromiseLike<unknown>
}

/**
 * Stops a world on Ctrl-C and the other signals that end a process (SIGHUP, SIGQUIT, SIGTERM, SIGUSR2, SIGXCPU), and when the process
 * exits. Returns a function that removes its listeners.
 *
 *     const release = stopOnExit(world)
 *
 * On a signal `stop()` is called. When its promise has settled, the listeners are removed and, unless there is another listener to the
 * signal, the signal is sent to the process again, which ends as it would have ended without `stopOnExit`. A second signal does not
 * wait for the promise. When the process exits, also after an uncaught exception, `stop()` is called, but its promise cannot be awaited:
 * only what it does before its first `await` happens. The process is the program's own by default.
 *
 * Memory: seven listeners, until they are removed.
 * Fails: throws in a browser, which has no process. If `stop()` fails, one line is printed, and the process ends all the same.
 */
export const stopOnExit = (world: Stoppable, target: SignalledProcess = ownProcess()): (() => void) => {
  let isStopping = false
  const listeners: (readonly [event: string, listener: () => void])[] = []

  const release = (): void => {
    for (const [event, listener] of listeners.splice(0)) target.off(event, listener)
  }
  const endProcess = (signal: string): void => {
    release()
    if (target.listenerCount(signal) === 0) target.kill(target.pid, signal)
  }
  const stop = async (): Promise<void> => {
    try {
      await world.stop()
    } catch (error) {
      warn(failedStop('stopOnExit', error))
    }
  }
  const signalled = async (signal: string): Promise<void> => {
    if (isStopping) return endProcess(signal)
    isStopping = true
    await stop()
    endProcess(signal)
  }
  for (const signal of endingSignals) listeners.push([signal, () => void signalled(signal)])
  listeners.push(['exit', () => void stop()])
  for (const [event, listener] of listeners) target.on(event, listener)
  return release
}
