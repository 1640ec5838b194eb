/** Stops a world when its process is told to end. */
import { ownProcess } from '#host'
import { endingSignals } from '../signals.js'
import type { Driver } from '../types.js'

/** What is needed of a process; Node's own has it. */
export interface SignalledProcess {
  readonly pid: number
  on(event: string, listener: (code?: unknown) => void): unknown
  off(event: string, listener: (code?: unknown) => void): unknown
  listenerCount(event: string): number
  kill(pid: number, signal: string): unknown
}

/**
 * Stops a world on Ctrl-C and the other signals that ask a process to end (SIGHUP, SIGQUIT, SIGTERM, SIGUSR2, SIGXCPU), and when the
 * process exits; gives a function that takes the hooks off again.
 *
 *     const release = stopOnExit(world)
 *
 * A signal is answered by `stop()`. Once its promise is kept or broken the hooks are off and, unless there is another listener
 * to the signal, the process gets it again and ends as it would have without them; a second signal does not
 * wait for the promise. On exit, an uncaught exception's too, `stop()` is called, but no promise of it can be waited for:
 * what it does before it first waits is all that a device can count on.
 *
 * Memory: seven listeners until the hooks are off.
 * Fails: throws in a browser, which has no process. A `stop()` that fails is an unhandled rejection, and the process ends all the same.
 */
export const stopOnExit = (world: Pick<Driver, 'stop'>, ending: SignalledProcess = ownProcess()): (() => void) => {
  let asked = false
  const hooks: (readonly [event: string, listener: () => void])[] = []

  const release = (): void => {
    for (const [event, listener] of hooks.splice(0)) ending.off(event, listener)
  }
  const end = (signal: string): void => {
    release()
    if (ending.listenerCount(signal) === 0) ending.kill(ending.pid, signal)
  }
  const stop = async (signal: string): Promise<void> => {
    if (asked) return end(signal)
    asked = true
    try {
      await world.stop()
    } finally {
      end(signal)
    }
  }
  for (const signal of endingSignals) hooks.push([signal, () => void stop(signal)])
  hooks.push(['exit', () => void world.stop()])
  for (const [event, listener] of hooks) ending.on(event, listener)
  return release
}
