/**
 * Files that grow by whole lines. `lineFile` is the one writer of such files: recordings, a run's `episodes.csv` and the sink
 * `toJsonLines` append with it. `longestLine` is the limit that their readers and writers share.
 */
import { filesSync } from '#host'

/** The most characters of a line, unless reader and writer give another limit. */
export const longestLine = 65_536

/** A file, or a named pipe, to which lines are appended. */
export interface LineFile {
  readonly path: string
  /**
   * Appends a line and its end. The operating system has accepted both when the call returns.
   *
   * Fails: throws a RangeError on a line that readers would refuse or split, of which nothing is written; the system's error if the
   * disk does not accept the line; an Error if the file was closed or deleted. After an error of the disk the file ends with a whole
   * line again. If half a line cannot be removed, as from a pipe, the next line begins with a line break.
   */
  append(line: string): void
  /** Fails: throws if the path does not lead to the file any more, since the file was deleted, moved or replaced. */
  checkPath(): void
  /** Waits until the disk has the file, and closes it. A second call does nothing. */
  close(): void
}

/** How a file of lines is opened. */
export interface LineFileOptions {
  /** What happens to an existing file: `new` refuses it, `append` appends to it. The default is `new`. */
  readonly as?: 'new' | 'append'
  /** The most characters of a line. The default is 65 536. */
  readonly longest?: number
}

const checkLine = (path: string, line: string, longest: number): void => {
  const refuse = (expected: string, got: string): never => {
    throw new RangeError(`${path}: expected ${expected}, got ${got}`)
  }
  if (line.length > longest) refuse(`a line of at most ${longest} characters`, `one of ${line.length}`)
  if (line === '') refuse('a line', 'an empty one')
  if (/\n|\r$/.test(line)) refuse('one line', 'text with a line break')
}

/**
 * Opens a file that grows by whole lines.
 *
 * If the last line of an existing file has no end, as after a crash, the end is written before the next line. A file must have one writer
 * at a time: if two append to it while the disk is full, one may remove a line of the other.
 *
 * Memory: none; no line waits.
 * Fails: rejects with the system's error if the file cannot be opened, and with `as: 'new'` if it exists.
 */
export const lineFile = async (
  path: string,
  { as = 'new', longest = longestLine }: LineFileOptions = {},
): Promise<LineFile> => {
  if (!Number.isSafeInteger(longest) || longest < 1) {
    throw new RangeError(`${path}: longest: expected a positive integer of characters, got ${longest}`)
  }
  // Loaded here and not at the top, since browsers have no files.
  const fs = await filesSync()
  const { O_APPEND, O_CREAT, O_EXCL, O_NONBLOCK = 0, O_WRONLY } = fs.constants
  // Without O_NONBLOCK, opening a pipe without a reader would block the process.
  const file = fs.openSync(path, O_WRONLY | O_APPEND | O_CREAT | (as === 'new' ? O_EXCL : O_NONBLOCK), 0o666)
  const opened = fs.fstatSync(file)
  const isRegular = opened.isFile()
  /** The end of the last whole line of a regular file, if this writer is the only one. */
  let end = opened.size
  let halfLine = isRegular && !endsWhole(fs, path, opened.size)
  let closed = false

  /** Writes all bytes and returns null, or returns the error and the number of bytes that were written. */
  const write = (bytes: Uint8Array): { readonly written: number; readonly error: unknown } | null => {
    let written = 0
    try {
      // The system may accept a part at a time.
      while (written < bytes.length) written += fs.writeSync(file, bytes, written)
      return null
    } catch (error) {
      return { written, error }
    }
  }
  const removeHalfLine = (written: number): boolean => {
    try {
      if (!isRegular || fs.fstatSync(file).size !== end + written) return false
      fs.ftruncateSync(file, end)
      return true
    } catch {
      // The half line stays, and the next line begins with a line break.
      return false
    }
  }
  return {
    path,
    append: (line) => {
      // The system reuses the descriptor of a closed file for the next file that is opened.
      if (closed) throw new Error(`${path} is closed`)
      checkLine(path, line, longest)
      if (isRegular && fs.fstatSync(file).nlink === 0) throw new Error(`${path} was deleted`)
      const bytes = new TextEncoder().encode(`${halfLine ? '\n' : ''}${line}\n`)
      const failure = write(bytes)
      if (failure === null) {
        end += bytes.length
        halfLine = false
        return
      }
      if (failure.written > 0 && !removeHalfLine(failure.written)) {
        end += failure.written
        halfLine = !halfLine || failure.written > 1
      }
      throw failure.error
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

/** Whether a file's last line has its end. False if the file cannot be read: then an empty line may be written, which readers skip. */
const endsWhole = (fs: typeof import('node:fs'), path: string, size: number): boolean => {
  if (size === 0) return true
  try {
    const file = fs.openSync(path, 'r')
    try {
      const last = new Uint8Array(1)
      return fs.readSync(file, last, 0, 1, size - 1) === 1 && last[0] === 0x0a
    } finally {
      fs.closeSync(file)
    }
  } catch {
    return false
  }
}
