/**
 * Files that grow by whole records; this is the one place that appends to files. `lineFile` writes lines by it, and the event files of
 * TensorBoard are written by it.
 */
import { filesSync } from '#host'
import { replaceOpenFile } from './disk.js'

/** A record that was not written. */
export interface AppendFailure {
  readonly error: unknown
  /** Bytes of the record that are in the file, since they could not be removed; 0 if the file ends with the record before. */
  readonly left: number
}

/** A file, or a named pipe, to which records are appended. */
export interface GrowingFile {
  readonly path: string
  /** False for a pipe or a device, from which nothing can be removed. */
  readonly isRegular: boolean
  /** Bytes of a regular file when it was opened. */
  readonly sizeAtOpening: number
  /**
   * Appends a record, and returns null once the operating system has accepted all of it. Otherwise the part that was written is
   * removed.
   *
   * Fails: returns the system's error if the disk does not accept the record; throws an Error if the file was closed or deleted.
   */
  append(record: Uint8Array): AppendFailure | null
  /**
   * Replaces the content of a regular file at once: a reader finds the old content or the new one, also after a crash.
   *
   * Fails: throws as `append` does, and the system's error; the content is then the old one.
   */
  replace(content: Uint8Array): void
  /** Fails: throws if the path does not lead to the file any more, since the file was deleted, moved or replaced. */
  checkPath(): void
  /** Waits until the disk has the file, and closes it. A second call does nothing. */
  close(): void
}

/** How a growing file is opened. */
export interface GrowingFileOptions {
  /** What happens to an existing file: `new` refuses it, `append` appends to it. The default is `new`. */
  readonly as?: 'new' | 'append'
}

/**
 * Opens a file that grows by whole records. A file must have one writer at a time: if two append to it while the disk is full, one may
 * remove a record of the other.
 *
 * Memory: none; no record waits.
 * Fails: rejects with the system's error if the file cannot be opened, and with `as: 'new'` if it exists.
 */
export const growingFile = async (path: string, { as = 'new' }: GrowingFileOptions = {}): Promise<GrowingFile> => {
  // Loaded here and not at the top, since browsers have no files.
  const fs = await filesSync()
  const { O_APPEND, O_CREAT, O_EXCL, O_NONBLOCK = 0, O_WRONLY } = fs.constants
  // Without O_NONBLOCK, opening a pipe without a reader would block the process.
  let file = fs.openSync(path, O_WRONLY | O_APPEND | O_CREAT | (as === 'new' ? O_EXCL : O_NONBLOCK), 0o666)
  const opened = fs.fstatSync(file)
  const isRegular = opened.isFile()
  /** The end of the last whole record of a regular file, if this writer is the only one. */
  let end = opened.size
  let closed = false

  const checkOpen = (): void => {
    // The system reuses the descriptor of a closed file for the next file that is opened.
    if (closed) throw new Error(`${path} is closed`)
    if (isRegular && fs.fstatSync(file).nlink === 0) throw new Error(`${path} was deleted`)
  }
  const removePart = (written: number): boolean => {
    try {
      if (!isRegular || fs.fstatSync(file).size !== end + written) return false
      fs.ftruncateSync(file, end)
      return true
    } catch {
      return false
    }
  }
  return {
    path,
    isRegular,
    sizeAtOpening: opened.size,
    append: (record) => {
      checkOpen()
      let written = 0
      try {
        // The system may accept a part at a time.
        while (written < record.length) written += fs.writeSync(file, record, written)
      } catch (error) {
        const left = written > 0 && !removePart(written) ? written : 0
        end += left
        return { error, left }
      }
      end += record.length
      return null
    },
    replace: (content) => {
      checkOpen()
      const old = file
      file = replaceOpenFile(fs, path, content)
      end = content.length
      fs.closeSync(old)
    },
    checkPath: () => {
      const { dev, ino } = fs.fstatSync(file)
      const present = fs.statSync(path, { throwIfNoEntry: false })
      if (present === undefined) throw new Error(`${path} was deleted or moved`)
      if (present.dev !== dev || present.ino !== ino) throw new Error(`${path} was replaced by another file`)
    },
    close: () => {
      if (closed) return
      closed = true
      try {
        if (isRegular) fs.fsyncSync(file)
      } finally {
        fs.closeSync(file)
      }
    },
  }
}
