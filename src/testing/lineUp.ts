/** Shows timelines one above the other, and where they differ. */
import { columns } from './marbles.js'

/** The most columns without anything on any line that are written out; more are written as ` 500ms `. */
const LONG_SILENCE = 100

/**
 * Named timelines one above the other, their columns lined up, with a mark below the first column in which `actual` differs from
 * `expected`. If both are the same, there is no mark.
 *
 * A silence is shortened only where all lines are silent, so that everything in one column belongs to one frame.
 */
export const lineUp = (lines: {
  readonly [name: string]: string
  readonly expected: string
  readonly actual: string
}): string => {
  const names = Object.keys(lines)
  const rows = Object.values(lines).map(columns)
  const width = Math.max(...rows.map(({ length }) => length))
  const [expected, actual] = [lines.expected, lines.actual].map((line) => columns(line).padEnd(width, '-'))
  const firstDifference = [...expected].findIndex((symbol, column) => symbol !== actual[column])

  const silences: (readonly [from: number, to: number])[] = []
  for (let column = 0, from = 0; column <= width; column++) {
    if (column < width && rows.every((row) => (row[column] ?? '-') === '-')) continue
    if (column - from > LONG_SILENCE) silences.push([from, column])
    from = column + 1
  }
  const shortened = (row: string): string => {
    let written = ''
    let copied = 0
    for (const [from, to] of silences) {
      if (row.length <= from) break
      written += `${row.slice(copied, from)} ${to - from}ms `
      copied = to
    }
    return written + row.slice(copied)
  }
  const margin = Math.max(...names.map(({ length }) => length)) + 2
  const drawn = rows.map((row, i) => `  ${names[i].padEnd(margin)}${shortened(row)}`)
  if (firstDifference < 0) return drawn.join('\n')
  const before = shortened(expected.slice(0, firstDifference)).length
  return [...drawn, `  ${' '.repeat(margin + before)}^`].join('\n')
}
