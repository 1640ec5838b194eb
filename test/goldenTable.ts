/** The table of the published traces: how far the numbers of ours are from those of the published programs. */
import { TestRunner } from 'vitest'

/** The worst difference from a trace, of the numbers that have one bound. */
interface Worst {
  readonly numbers: number
  readonly difference: number
}

/** One trace in one engine; `worst` has a bound as its key. */
export interface GoldenRow {
  readonly trace: string
  readonly engine: string
  readonly worst: Readonly<Record<string, Worst>>
}

declare module 'vitest' {
  interface TaskMeta {
    golden?: GoldenRow
  }
}

/** What the suites of published traces are called, and their tests. */
const [suite, test] = [/^the published trace (.+)$/, /^is reproduced (?:in|by) (.+)$/]

/** Notes the worst of some differences for the table, in a test of a published trace; does nothing in any other. */
export const recordGolden = (numbers: number, difference: number, bound: number): void => {
  const task = TestRunner.getCurrentTest()
  const trace = suite.exec(task?.suite?.name ?? '')?.[1]
  const engine = test.exec(task?.name ?? '')?.[1]
  if (task === undefined || trace === undefined || engine === undefined) return
  const { worst = {} } = task.meta.golden ?? {}
  const before = worst[bound] ?? { numbers: 0, difference: 0 }
  const now = { numbers: before.numbers + numbers, difference: Math.max(before.difference, difference) }
  task.meta.golden = { trace, engine, worst: { ...worst, [bound]: now } }
}

const worstText = ([bound, { numbers, difference }]: readonly [string, Worst]): string =>
  `${difference.toExponential(1)} of ${Number(bound).toExponential()} (${numbers})`

/** The lines of the table, in the order of the traces' names; none without rows. */
export const goldenTable = (rows: readonly GoldenRow[]): readonly string[] => {
  const cells = rows
    .map(({ trace, engine, worst }) => [
      trace,
      engine,
      Object.entries(worst)
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(worstText)
        .join(', '),
    ])
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
  if (cells.length === 0) return []
  const all = [['trace', 'engine', 'worst difference, of its bound (numbers compared)'], ...cells]
  const widths = [0, 1].map((column) => Math.max(...all.map((row) => row[column].length)))
  return [
    '\nPublished traces:',
    ...all.map(([trace, engine, worst]) => `  ${trace.padEnd(widths[0])}  ${engine.padEnd(widths[1])}  ${worst}`),
  ]
}
