/** Pages that are connected: a stream of server-sent events to each. */
import type { ServerResponse } from 'node:http'
import type { SchedulerLike } from 'rxjs'

/** Most pages that are connected at once. */
const MOST_PAGES = 32
/** Most bytes that wait for a page; one that reads slower is disconnected, and connects again. */
const MOST_WAITING = 8 * 2 ** 20
/** Milliseconds that pages have at the end to receive what was sent. */
const LAST_WORDS = 1000

/** The streams to all pages. */
export interface EventStreams {
  /** Pages that are connected. */
  readonly size: number
  /** Whether there are as many pages as there may be. */
  readonly isFull: boolean
  /** Begins a stream with its first event. */
  open(response: ServerResponse, event: string): void
  /** Sends an event to every page. */
  send(event: string): void
  /** Ends all streams; resolves when the system has what was sent, after a second at the latest. */
  close(): Promise<void>
}

/** The text of an event: its name and its data, which is JSON and so has no line ends. A number that is not finite is null. */
export const eventText = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`

/**
 * Streams to pages.
 *
 * Memory: for each page what it has not received yet, at most 8 MiB. A connection does not keep the process alive, but for the second at the
 * end.
 */
export const eventStreams = (scheduler: SchedulerLike): EventStreams => {
  const pages = new Set<ServerResponse>()

  const lastWords = (response: ServerResponse): Promise<void> =>
    new Promise((resolve) => {
      response.socket?.ref()
      response.once('close', resolve).end(resolve)
    })
  return {
    get size() {
      return pages.size
    },
    get isFull() {
      return pages.size >= MOST_PAGES
    },
    open: (response, event) => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', connection: 'close' })
      response.write(`retry: 1000\n\n${event}`)
      pages.add(response)
      response.on('close', () => pages.delete(response)).on('error', () => pages.delete(response))
    },
    send: (event) => {
      for (const page of pages) {
        if (page.writableLength > MOST_WAITING) page.destroy()
        else page.write(event)
      }
    },
    close: async () => {
      const ends = Promise.all([...pages].map(lastWords))
      await new Promise<void>((resolve) => {
        const limit = scheduler.schedule(() => resolve(), LAST_WORDS)
        void ends.then(() => {
          limit.unsubscribe()
          resolve()
        })
      })
    },
  }
}
