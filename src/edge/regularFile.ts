/**
 * Files that others made: regular ones alone, opened without waiting. A FIFO would block for ever, a device has no end, and either
 * may stand where a file is expected.
 */
import { filesAtOnce, paths } from '#host'
import { kindOf } from './disk.js'

/** A file that is open for reading. */
export interface RegularFile {
  /** Bytes that it has. */
  readonly size: number
  /** Reads a part of it; rejects when the file has become shorter. */
  read(begin: number, length: number): Promise<Uint8Array>
}

/** Bytes that are read at a time: between two reads a signal can end the process. */
const PIECE = 2 ** 20

/**
 * Opens a file, hands it on, and closes it.
 *
 * Fails: rejects for what is no regular file, for a file that leaves `folder` by a symbolic link, where one is given, and for one that
 * is written to meanwhile.
 */
export const withRegularFile = async <A>(
  path: string,
  use: (file: RegularFile) => Promise<A>,
  { folder = null }: { readonly folder?: string | null } = {},
): Promise<A> => {
  const [{ constants, promises }, { sep }] = await Promise.all([filesAtOnce(), paths()])
  const real = await promises.realpath(path)
  if (folder !== null && !real.startsWith(`${await promises.realpath(folder)}${sep}`)) {
    throw new Error('a symbolic link out of the directory')
  }
  const found = await promises.stat(real)
  if (!found.isFile()) throw new Error(kindOf(found))
  // What was found may be another file by now.
  const file = await promises.open(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    const before = await file.stat()
    if (!before.isFile()) throw new Error(kindOf(before))
    const read = async (begin: number, length: number): Promise<Uint8Array> => {
      const bytes = new Uint8Array(length)
      for (let at = 0; at < length;) {
        const { bytesRead } = await file.read(bytes, at, Math.min(PIECE, length - at), begin + at)
        if (bytesRead === 0) throw new Error('a file that became shorter while it was read')
        at += bytesRead
      }
      return bytes
    }
    const result = await use({ size: before.size, read })
    const after = await file.stat()
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      throw new Error('a file that was written to while it was read')
    }
    return result
  } finally {
    await file.close()
  }
}
