/** The bytes of files and named pipes, piece by piece. */
import { filesSync, sockets } from '#host'
import type { PullSource } from '../streams/pullSource.js'

/** Stands for a piece: the last writer has closed the pipe, and another one may open it. */
export const endOfFile: unique symbol = Symbol('endOfFile')

/** One piece of an input. */
export type Piece = string | Uint8Array | typeof endOfFile

/** Closes an input that is no longer read, at once. */
export const closePieces = (pieces: PullSource<unknown> | null): void => {
  if (pieces !== null && 'destroy' in pieces && typeof pieces.destroy === 'function') pieces.destroy()
}

/**
 * The pieces of a file or a named pipe; with `reopen`, from one writer of the pipe after another.
 *
 * With `reopen` the pipe has a reader all the time, so that a writer can open it at any moment and loses nothing.
 */
export const openPieces = async (path: string, reopen: boolean): Promise<AsyncIterable<Piece>> => {
  const [{ closeSync, constants, createReadStream, fstatSync, openSync }, { Socket }] = await Promise.all([
    filesSync(),
    sockets(),
  ])
  // Without O_NONBLOCK the open would wait for a writer, and could not be cancelled.
  const openNow = (): number => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const fd = openNow()
  if (!fstatSync(fd).isFIFO()) return createReadStream(path, { fd })
  if (!reopen) return new Socket({ fd, readable: true, writable: false })
  let current: InstanceType<typeof Socket> | null = null
  let isOpen = true
  const destroy = (): void => {
    if (isOpen) closeSync(fd)
    isOpen = false
    current?.destroy()
  }
  const pieces = async function* (): AsyncGenerator<Piece> {
    while (isOpen) {
      current = new Socket({ fd: openNow(), readable: true, writable: false })
      for await (const piece of current) yield piece as Uint8Array
      yield endOfFile
    }
  }
  return Object.assign({ [Symbol.asyncIterator]: pieces }, { destroy })
}
