/** Which charts a run has, and the numbers of each. */
import type { ThinnedPoint, ThinnedState } from '../thinned.js'
import { bytesText, countText, nameText, numberText, returnText } from './text.js'
import type { Seen } from './seen.js'

/** How a series is drawn. */
export type SeriesKind = 'line' | 'dots' | 'band'

/** One series of a chart: a line, dots, or a band from its low values to its high ones. */
export interface ChartSeries {
  /** The name of its values in the points. */
  readonly name: string
  readonly label: string
  readonly kind: SeriesKind
  /** The place of its color and of its dashes. */
  readonly place: number
}

/** One chart. */
export interface Chart {
  /** Stays the same while its numbers change. */
  readonly id: string
  readonly title: string
  readonly isWide: boolean
  readonly series: readonly ChartSeries[]
  /** What the axis and the legend show. */
  readonly text: (value: number) => string
  readonly from: 'episodes' | 'windows'
  /** Whether the vertical axis begins at 0. */
  readonly fromZero: boolean
}

/** A column of numbers, null where there is none. */
export type Column = (number | null)[]

const lineChart = (name: string, from: Chart['from'], parts: Partial<Chart> = {}): Chart => ({
  id: `${from}.${name}`,
  title: nameText(name),
  isWide: false,
  series: [
    { name, label: '', kind: 'band', place: 0 },
    { name, label: '', kind: 'line', place: 0 },
  ],
  text: numberText,
  from,
  fromZero: false,
  ...parts,
})

/** The learning curve. */
export const learningCurve: Chart = lineChart('return', 'episodes', {
  title: 'Learning curve',
  isWide: true,
  series: [
    { name: 'return', label: '', kind: 'band', place: 1 },
    { name: 'return', label: 'return', kind: 'dots', place: 1 },
    { name: 'meanReturn', label: 'mean of the last 10', kind: 'line', place: 0 },
  ],
  text: returnText,
})

const lengths = lineChart('length', 'episodes', { text: countText, fromZero: true })

/** Charts that stand first, and what is special about them. */
const known: Readonly<Record<string, Partial<Chart>>> = {
  tdError: {},
  scale: {},
  entropy: {},
  stepsPerSecond: { text: countText, fromZero: true },
  memoryBytes: { text: bytesText, fromZero: true },
  beatsMissed: { text: countText, fromZero: true },
}

const MOVED = 'moved.'

/** The names of the numbers in points, in the order in which they appear. */
export const namesOf = ({ points }: ThinnedState): readonly string[] => [
  ...new Set(points.flatMap(({ values }) => Object.keys(values))),
]

/** The charts of what a page has seen. */
export const chartsOf = ({ windows }: Pick<Seen, 'windows'>): readonly Chart[] => {
  const names = namesOf(windows)
  const moved = names.filter((name) => name.startsWith(MOVED))
  const others = names.filter((name) => !Object.hasOwn(known, name) && !moved.includes(name))
  return [
    learningCurve,
    ...Object.keys(known)
      .filter((name) => names.includes(name))
      .map((name) => lineChart(name, 'windows', known[name])),
    lengths,
    ...others.map((name) => lineChart(name, 'windows')),
    ...(moved.length === 0
      ? []
      : [
          lineChart('moved', 'windows', {
            title: 'Weights moved',
            fromZero: true,
            series: moved.map((name, place) => ({ name, label: name.slice(MOVED.length), kind: 'line', place })),
          }),
        ]),
  ]
}

const columnOf = (points: readonly ThinnedPoint[], name: string, part: 1 | 2 | 3): Column =>
  points.map(({ values }) => values[name]?.[part] ?? null)

/** The numbers of a chart: the steps, and for each series one column, or the high and the low one of a band, where points have more rows than one. */
export const columnsOf = ({ series, from }: Chart, seen: Pick<Seen, Chart['from']>): readonly Column[] => {
  const { points, span } = seen[from]
  return [
    points.map(({ step }) => step),
    ...series.flatMap(({ name, kind }) => {
      if (kind !== 'band') return [columnOf(points, name, 1)]
      return span === 1
        ? [points.map(() => null), points.map(() => null)]
        : [columnOf(points, name, 3), columnOf(points, name, 2)]
    }),
  ]
}
