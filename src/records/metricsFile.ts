/** Writes metrics to a table in a file, `metrics.csv` in the directory of a run. */
import { filesSync } from '#host'
import { lineFile } from '../edge/lineFile.js'
import type { Metrics, MetricsSink } from './metrics.js'
import { fieldsOf, metricsColumns, MOVED } from './metricsTable.js'

/** An open table of metrics. */
export interface MetricsFile extends MetricsSink {
  readonly path: string
  /** Throws if the path does not lead to the file any more. */
  checkPath(): void
  /** Waits until the disk has the file, and closes it; `write` then throws. */
  close(): void
}

/** Options of `metricsFile`. */
export interface MetricsFileOptions {
  /** What happens to an existing file: `new` refuses it, `append` takes its columns and appends to it. The default is `new`. */
  readonly as?: 'new' | 'append'
}

/** A field of a table: quoted where it has to be. */
const field = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** The cells of a window by their columns. */
const cellsOf = ({ step, seconds, stepsPerSecond, memoryBytes, updates, means, moved }: Metrics) => {
  const own = {
    step: String(step),
    seconds: seconds.toFixed(3),
    stepsPerSecond: stepsPerSecond?.toFixed(1) ?? '',
    memoryBytes: memoryBytes === null ? '' : String(memoryBytes),
    updates: String(updates),
  }
  const others = [...Object.entries(means), ...Object.entries(moved).map(([name, value]) => [`${MOVED}${name}`, value])]
  for (const [name] of others) {
    if (Object.hasOwn(own, name))
      throw new RangeError(`metrics: expected no scalar of the name ${name}, which a column has`)
  }
  return new Map<string, string>([
    ...Object.entries(own),
    ...others.map(([name, value]) => [String(name), String(value)] as const),
  ])
}

/** The lines of a file, or none if there is no such file. */
const linesIn = async (path: string): Promise<readonly string[]> => {
  const { existsSync, readFileSync } = await filesSync()
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : []
}

/**
 * Opens a table of metrics: a line for each window, a column for each number.
 *
 * The head is written with the first line, since the names of the scalars follow from it. If a later window has further scalars, as
 * that of a learner whose first update comes late, their columns are added at the end, and the cells above stay empty: the file is
 * replaced at once for that, and has all lines at any time. A file that is closed without a window has the common columns.
 *
 * Memory: the names of the columns.
 * Numbers: `seconds` in milliseconds, `stepsPerSecond` to a tenth, all others to the last digit. A cell is empty if there is no number.
 * Fails: rejects if the file cannot be opened, and with `as: 'new'` if it exists. `write` throws if the disk does not accept the line,
 * and on a scalar with the name of another column; the file then ends with the line before.
 */
export const metricsFile = async (path: string, { as = 'new' }: MetricsFileOptions = {}): Promise<MetricsFile> => {
  const earlier = as === 'append' ? await linesIn(path) : []
  const { readFileSync } = await filesSync()
  const file = await lineFile(path, { as })
  let columns: readonly string[] | null = earlier.length === 0 ? null : fieldsOf(earlier[0])
  let closed = false

  const lineOf = (cells: readonly string[]): string => cells.map(field).join(',')
  const addColumns = (present: readonly string[], added: readonly string[]): void => {
    const [, ...rows] = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
    const wider = [...present, ...added]
    file.replace([lineOf(wider), ...rows.map((row) => row + ','.repeat(added.length))])
    columns = wider
  }
  return {
    path,
    write: (metrics) => {
      const cells = cellsOf(metrics)
      const names = [...cells.keys()]
      if (columns === null) {
        file.append(lineOf(names))
        columns = names
      }
      const present = columns
      const added = names.filter((name) => !present.includes(name))
      if (added.length > 0) addColumns(present, added)
      file.append(lineOf(columns.map((name) => cells.get(name) ?? '')))
    },
    checkPath: file.checkPath,
    close: () => {
      if (closed) return
      closed = true
      try {
        if (columns === null) file.append(lineOf(metricsColumns))
      } catch {
        // A table without windows has nothing to lose; a full disk has its own error by now.
      }
      file.close()
    },
  }
}
