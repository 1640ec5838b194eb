/** The bytes of files and named pipes, piece by piece. */
import { filesAtOnce, sockets } from '#host'
import type { PullSource } from '../streams/pullSource.js'

/** In place of a piece: the last writer of a pipe has gone, and the next one may come. */
export const writerGone: unique symbol = Symbol('writerGone')

/** What an input gives when it is asked. */
export type Piece = string | Uint8Array | typeof writerGone

/** Pieces of an input that are no longer wanted; what is open is closed at once. */
export const letGo = (pieces: PullSource<unknown> | null): void => {
  if (pieces !== null && 'destroy' in pieces && typeof pieces.destroy === 'function') pieces.destroy()
}

/**
 * The pieces of a file or a named pipe; with `again`, of every writer that comes to the pipe.
 *
 * The pipe then has a reader all the time, so that a writer that comes at any moment finds one and loses nothing.
 */
export const open = async (path: string, again: boolean): Promise<AsyncIterable<Piece>> => {
  const [{ closeSync, constants, createReadStream, fstatSync, openSync }, { Socket }] = await Promise.all([
    filesAtOnce(),
    sockets(),
  ])
  // Opening a pipe would otherwise wait for a writer, where nothing could cancel it.
  const openNow = (): number => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const fd = openNow()
  if (!fstatSync(fd).isFIFO()) return createReadStream(path, { fd })
  if (!again) return new Socket({ fd, readable: true, writable: false })
  let present: InstanceType<typeof Socket> | null = null
  let isOpen = true
  const destroy = (): void => {
    if (isOpen) closeSync(fd)
    isOpen = false
    present?.destroy()
  }
  const pieces = async function* (): AsyncGenerator<Piece> {
    while (isOpen) {
      present = new Socket({ fd: openNow(), readable: true, writable: false })
      for await (const piece of present) yield piece as Uint8Array
      yield writerGone
    }
  }
  return Object.assign({ [Symbol.asyncIterator]: pieces }, { destroy })
}
