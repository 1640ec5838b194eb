/**
 * Reads files that other programs made: regular files only, opened without waiting. A path may also lead to a FIFO, which would block for
 * ever, or to a device, which has no end.
 */
import { filesSync, paths } from '#host'
import { kindOf } from './disk.js'

/** A file that is open for reading. */
export interface RegularFile {
  /** The size of the file in bytes. */
  readonly size: number
  /** Reads a part of the file; rejects if the file has become shorter. */
  read(begin: number, length: number): Promise<Uint8Array>
}

/** The bytes that are read at a time, so that a signal can end the process between two reads. */
const PIECE = 2 ** 20

/**
 * Opens a file, passes it to `use`, and closes it. With a `folder` the file must be in it; the default is null: any folder. With `growing`,
 * whose default is false, another program may append to the file meanwhile: what is read then ends where the file ended when it was opened.
 *
 * Fails: rejects if the path does not lead to a regular file, if a symbolic link leads out of `folder`, and if the file is written to
 * meanwhile; with `growing` only if it became shorter.
 */
export const withRegularFile = async <A>(
  path: string,
  use: (file: RegularFile) => Promise<A>,
  { folder = null, growing = false }: { readonly folder?: string | null; readonly growing?: boolean } = {},
): Promise<A> => {
  const [{ constants, promises }, { sep }] = await Promise.all([filesSync(), paths()])
  const real = await promises.realpath(path)
  if (folder !== null && !real.startsWith(`${await promises.realpath(folder)}${sep}`)) {
    throw new Error('a symbolic link out of the directory')
  }
  const found = await promises.stat(real)
  if (!found.isFile()) throw new Error(kindOf(found))
  // Another file may have replaced it since `stat`, so that the open file is checked again.
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
    if (growing ? after.size < before.size : after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      throw new Error('a file that was written to while it was read')
    }
    return result
  } finally {
    await file.close()
  }
}
