/**
 * Files that grow by whole lines. `lineFile` is the one writer of such files: recordings, a run's `episodes.csv` and `metrics.csv`, and
 * the sink `toJsonLines` append with it. `longestLine` is the limit that their readers and writers share.
 */
import { filesSync } from '#host'
import { growingFile } from './growingFile.js'

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
  /**
   * Replaces all lines of a regular file by others, at once: a reader finds the old lines or the new ones, also after a crash.
   *
   * Fails: throws as `append` does; the file then has its old lines.
   */
  replace(lines: readonly string[]): void
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
 * at a time, as `growingFile` says.
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
  const file = await growingFile(path, { as })
  let halfLine = file.isRegular && !endsWhole(await filesSync(), path, file.sizeAtOpening)
  return {
    path,
    append: (line) => {
      checkLine(path, line, longest)
      const failure = file.append(new TextEncoder().encode(`${halfLine ? '\n' : ''}${line}\n`))
      if (failure === null) {
        halfLine = false
        return
      }
      // The half line stays, and the next line begins with a line break.
      if (failure.left > 0) halfLine = !halfLine || failure.left > 1
      throw failure.error
    },
    replace: (lines) => {
      for (const line of lines) checkLine(path, line, longest)
      file.replace(new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')))
      halfLine = false
    },
    checkPath: file.checkPath,
    close: file.close,
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
