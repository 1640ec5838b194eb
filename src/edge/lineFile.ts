/**
 * Files that grow by whole lines. `lineFile` is the one writer of such files: recordings, a run's `episodes.csv` and the sink
 * `toJsonLines` append with it. `longestLine` is the limit that their readers and writers share.
 */
import { filesAtOnce } from '#host'

/** Characters that a line of a file has at most, unless reader and writer state another limit. */
export const longestLine = 65_536

/** A file, or a named pipe, that takes one line after another. */
export interface LineFile {
  readonly path: string
  /**
   * Appends a line and its end, and hands both to the system before it returns.
   *
   * Fails: throws a RangeError on a line that readers would refuse or split, of which nothing is written; the system's error when
   * the disk does not take the line; an Error when the file was closed or deleted. After an error of the disk the file
   * ends with a whole line again. Where a half line cannot be taken back, as from a pipe, the next line is written on a line of its own.
   */
  append(line: string): void
  /** Fails: throws when the path no longer leads to the file: it was deleted, moved or replaced. */
  checkPath(): void
  /** Puts the file on the disk for good and closes it; a second call does nothing. */
  close(): void
}

/** How a file of lines is opened. */
export interface LineFileOptions {
  /** A file that is there already is refused (`new`, the default) or lengthened (`append`). */
  readonly as?: 'new' | 'append'
  /** Characters that a line may have; 65,536 by default. */
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
 * A file that is lengthened and whose last line has no end, as a crash leaves it, gets that end first. One writer at a time: of
 * two that append to one file while the disk is full, one may take back what the other wrote.
 *
 * Memory: none; nothing waits.
 * Fails: rejects with the system's error when the file cannot be opened, or is there and was to be new.
 */
export const lineFile = async (
  path: string,
  { as = 'new', longest = longestLine }: LineFileOptions = {},
): Promise<LineFile> => {
  if (!Number.isSafeInteger(longest) || longest < 1) {
    throw new RangeError(`${path}: longest: expected a positive integer of characters, got ${longest}`)
  }
  // Loaded when a file is asked for: a browser has none.
  const fs = await filesAtOnce()
  const { O_APPEND, O_CREAT, O_EXCL, O_NONBLOCK = 0, O_WRONLY } = fs.constants
  // Without O_NONBLOCK, to open a pipe that has no reader would block the process.
  const file = fs.openSync(path, O_WRONLY | O_APPEND | O_CREAT | (as === 'new' ? O_EXCL : O_NONBLOCK), 0o666)
  const opened = fs.fstatSync(file)
  const isPlain = opened.isFile()
  /** Where the last whole line of a plain file ends, as long as this writer is the only one. */
  let end = opened.size
  let halfLine = isPlain && !endsWhole(fs, path, opened.size)
  let closed = false

  /** Writes all bytes, or throws with how many of them were written. */
  const write = (bytes: Uint8Array): { readonly written: number; readonly error: unknown } | null => {
    let written = 0
    try {
      // The system may take a part at a time.
      while (written < bytes.length) written += fs.writeSync(file, bytes, written)
      return null
    } catch (error) {
      return { written, error }
    }
  }
  const takeBack = (written: number): boolean => {
    try {
      if (!isPlain || fs.fstatSync(file).size !== end + written) return false
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
      // The system gives the number of a closed file to the next one that is opened.
      if (closed) throw new Error(`${path} is closed`)
      checkLine(path, line, longest)
      if (isPlain && fs.fstatSync(file).nlink === 0) throw new Error(`${path} was deleted`)
      const bytes = new TextEncoder().encode(`${halfLine ? '\n' : ''}${line}\n`)
      const failure = write(bytes)
      if (failure === null) {
        end += bytes.length
        halfLine = false
        return
      }
      if (failure.written > 0 && !takeBack(failure.written)) {
        end += failure.written
        halfLine = !halfLine || failure.written > 1
      }
      throw failure.error
    },
    checkPath: () => {
      const { dev, ino } = fs.fstatSync(file)
      const there = fs.statSync(path, { throwIfNoEntry: false })
      if (there === undefined) throw new Error(`${path} was deleted or moved`)
      if (there.dev !== dev || there.ino !== ino) throw new Error(`${path} was replaced by another file`)
    },
    close: () => {
      if (closed) return
      closed = true
      try {
        if (isPlain) fs.fsyncSync(file)
      } finally {
        fs.closeSync(file)
      }
    },
  }
}

/** Whether a file's last line has its end; where it cannot be read, an empty line is the lesser harm: readers skip it. */
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
