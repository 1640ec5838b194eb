/** The text of a table of metrics, as `metricsFile` writes it. */
import type { Metrics } from './metrics.js'

/** The columns that every table has; those of the scalars follow them. */
export const metricsColumns = ['step', 'seconds', 'stepsPerSecond', 'memoryBytes', 'updates'] as const

/** What stands before the name of a network in the column of how far it moved. */
export const MOVED = 'moved.'

/** The fields of a line, of which those with commas are quoted. */
export const fieldsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
  )

/** The windows of a table, without a last line that has no end, as a process that was killed may leave it; of an empty text none. */
export const readMetrics = (text: string): readonly Metrics[] => {
  const [head, ...lines] = text.split('\n').slice(0, -1)
  if (head === undefined) return []
  const names = fieldsOf(head)
  return lines.map((line) => {
    const cells = new Map(fieldsOf(line).flatMap((cell, i) => (cell === '' ? [] : [[names[i], Number(cell)] as const])))
    const others = [...cells].filter(([name]) => !metricsColumns.some((column) => column === name))
    const isMoved = ([name]: readonly [string, number]): boolean => name.startsWith(MOVED)
    return {
      step: cells.get('step') ?? 0,
      seconds: cells.get('seconds') ?? 0,
      stepsPerSecond: cells.get('stepsPerSecond') ?? null,
      memoryBytes: cells.get('memoryBytes') ?? null,
      updates: cells.get('updates') ?? 0,
      means: Object.fromEntries(others.filter((each) => !isMoved(each))),
      moved: Object.fromEntries(others.filter(isMoved).map(([name, value]) => [name.slice(MOVED.length), value])),
    }
  })
}
