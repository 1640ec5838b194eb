/** Timelines one above the other, for whoever has to see where they part. */
import { columns } from './marbles.js'

/** Columns in which nothing comes, on any line, that are told as ` 500ms ` from so many on. */
const long = 100

/**
 * Named timelines one above the other, their columns lined up, with a mark below the first column in which `came` is not
 * what was `expected`; where both are the same, there is no mark.
 *
 * A silence is shortened only where all lines are silent, so that what stands in one column came in one frame.
 */
export const lineUp = (lines: {
  readonly [name: string]: string
  readonly expected: string
  readonly came: string
}): string => {
  const names = Object.keys(lines)
  const rows = Object.values(lines).map(columns)
  const width = Math.max(...rows.map(({ length }) => length))
  const [expected, came] = [lines.expected, lines.came].map((line) => columns(line).padEnd(width, '-'))
  const parting = [...expected].findIndex((symbol, column) => symbol !== came[column])

  const cuts: (readonly [from: number, to: number])[] = []
  for (let column = 0, from = 0; column <= width; column++) {
    if (column < width && rows.every((row) => (row[column] ?? '-') === '-')) continue
    if (column - from > long) cuts.push([from, column])
    from = column + 1
  }
  const shortened = (row: string): string => {
    let written = ''
    let at = 0
    for (const [from, to] of cuts) {
      if (row.length <= from) break
      written += `${row.slice(at, from)} ${to - from}ms `
      at = to
    }
    return written + row.slice(at)
  }
  const margin = Math.max(...names.map(({ length }) => length)) + 2
  const drawn = rows.map((row, i) => `  ${names[i].padEnd(margin)}${shortened(row)}`)
  if (parting < 0) return drawn.join('\n')
  const before = shortened(expected.slice(0, parting)).length
  return [...drawn, `  ${' '.repeat(margin + before)}^`].join('\n')
}
