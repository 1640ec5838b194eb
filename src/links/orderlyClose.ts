/** Closes connections in the way that their protocol asks for, within a bounded time. */
import type { SchedulerLike } from 'rxjs'

/** Milliseconds that the disconnect of a protocol may take before the connection is closed without it. */
const DISCONNECT_LIMIT = 1000

/** Closes the connections of one link. */
export interface OrderlyClose<C> {
  /** Disconnects in the protocol's way, then calls `close`: at once if the protocol has no disconnect, after 1 s at the latest. */
  close(connection: C, close: () => void): void
  /** The close that is under way; null if there is none. */
  readonly underway: Promise<void> | null
}

/**
 * Closes connections one after another. `disconnect` sends what the protocol says at the end, such as MQTT's DISCONNECT; it returns
 * undefined if there is nothing to send. Whether it succeeds or fails, the connection is closed afterwards.
 *
 * Memory: the close that is under way.
 */
export const orderlyClose = <C>(
  scheduler: SchedulerLike,
  disconnect: (connection: C) => PromiseLike<unknown> | undefined,
): OrderlyClose<C> => {
  let underway: Promise<void> | null = null

  const close = (connection: C, closeNow: () => void): void => {
    let disconnected: PromiseLike<unknown> | undefined
    try {
      disconnected = disconnect(connection)
    } catch {
      // The connection is closed without it.
    }
    if (disconnected === undefined) return closeNow()
    const disconnecting = disconnected
    const closing = new Promise<void>((resolve) => {
      const limit = scheduler.schedule(() => resolve(), DISCONNECT_LIMIT)
      const ended = (): void => {
        limit.unsubscribe()
        resolve()
      }
      disconnecting.then(ended, ended)
    }).then(() => {
      closeNow()
      if (underway === closing) underway = null
    })
    underway = closing
  }

  return {
    close,
    get underway() {
      return underway
    },
  }
}
