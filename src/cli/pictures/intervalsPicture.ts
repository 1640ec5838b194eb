/** The picture of estimates with their intervals: a row for each group, or for each pair of groups. */
import { scaleLinear } from 'd3-scale'
import type { Estimate } from '../../runs/records/finalReturns.js'
import { type Area, axisOf, bottomAxis, bottomName, INK } from './axes.js'
import type { Drawn } from './drawnGroups.js'
import { chartName, framed } from './framed.js'
import { markerAt } from './look.js'
import { element, escapedXml, moved, text, textWidth } from './svg.js'

/** One row of a chart. */
export interface IntervalRow extends Drawn {
  readonly estimate: Estimate
  /** Single values behind the estimate, such as those of its runs; none if there are none to show. */
  readonly values: readonly number[]
}

/** One chart. */
export interface IntervalChart {
  /** Above the chart; null for none. */
  readonly name: string | null
  /** Below its axis. */
  readonly axisName: string
  /** The ends of the axis; null for those of the intervals and values. */
  readonly ends: readonly [number, number] | null
  /** A value that is marked by a line; null for none. */
  readonly reference: number | null
  readonly rows: readonly IntervalRow[]
}

/** A picture of such charts, side by side. */
export interface IntervalsPictureOptions {
  readonly name: string
  readonly caption: string
  readonly charts: readonly IntervalChart[]
}

const MOST_COLUMNS = 3
const [ROW, ABOVE, BELOW, BETWEEN] = [28, 26, 46, 34]
const [SINGLE, OF_SEVERAL] = [480, 270]

const endsOf = ({ ends, rows }: IntervalChart): readonly [number, number] => {
  if (ends !== null) return ends
  const all = rows.flatMap(({ estimate: { low, high }, values }) => [low, high, ...values])
  const [least, most] = [Math.min(...all), Math.max(...all)]
  return least < most ? [least, most] : [least - 1, most + 1]
}

const chartOf = (chart: IntervalChart, labels: readonly string[], width: number): string => {
  const area: Area = { width, height: labels.length * ROW }
  const scale = scaleLinear(endsOf(chart), [0, width])
  const x = axisOf(chart.ends === null ? scale.nice(4) : scale, 4, chart.ends === null ? ',f' : '.1f')
  const { reference, rows } = chart
  return element(
    'g',
    { class: 'panel' },
    chart.name === null ? '' : chartName(chart.name),
    bottomAxis(x, area, { grid: true }),
    reference === null
      ? ''
      : element('line', {
          class: 'reference',
          x1: x.scale(reference),
          x2: x.scale(reference),
          y1: 0,
          y2: area.height,
          stroke: INK,
          'stroke-dasharray': '4 3',
        }),
    ...rows.map(({ label, look, estimate: { value, low, high }, values }) => {
      const y = (labels.indexOf(label) + 0.5) * ROW
      return element(
        'g',
        { class: 'row' },
        element('title', {}, escapedXml(label)),
        element('rect', {
          class: 'interval',
          x: x.scale(low),
          y: y - 6,
          width: Math.max(1, x.scale(high) - x.scale(low)),
          height: 12,
          rx: 2,
          fill: look.color,
          'fill-opacity': '0.25',
          stroke: look.color,
          'stroke-opacity': '0.6',
        }),
        ...values.map((each) =>
          element('circle', { cx: x.scale(each), cy: y, r: 2.5, fill: '#ffffff', stroke: look.color }),
        ),
        markerAt(look, x.scale(value), y, 60),
      )
    }),
    bottomName(chart.axisName, area),
  )
}

/** Draws estimates with their intervals. Charts in one row of the picture have the same rows, whose names are at the left. */
export const intervalsPicture = ({ name, caption, charts }: IntervalsPictureOptions): string => {
  const labels = [...new Set(charts.flatMap(({ rows }) => rows.map(({ label }) => label)))]
  const width = charts.length === 1 ? SINGLE : OF_SEVERAL
  const columns = charts.length === 4 ? 2 : Math.min(charts.length, MOST_COLUMNS)
  const left = Math.max(...labels.map((label) => textWidth(label, 12))) + 14
  const down = ABOVE + labels.length * ROW + BELOW
  const names = labels.map((label, i) => text(label, { x: -10, y: (i + 0.5) * ROW + 4, 'text-anchor': 'end' }))
  const drawn = charts.map((chart, i) =>
    moved(
      left + (i % columns) * (width + BETWEEN),
      Math.floor(i / columns) * down + ABOVE,
      i % columns === 0 ? names.join('') : '',
      chartOf(chart, labels, width),
    ),
  )
  const sentences = charts.map(({ name: chartOfName, rows }) => {
    const estimates = rows.map(({ label, estimate: { value, low, high } }) => {
      const [middle, least, most] = [value, low, high].map((each) => String(Number(each.toPrecision(4))))
      return `${label} ${middle} (${least} to ${most})`
    })
    return `${chartOfName === null ? '' : `${chartOfName}: `}${estimates.join(', ')}.`
  })
  return framed(
    {
      title: null,
      name,
      description: sentences.join(' '),
      entries: [],
      caption,
      width: left + columns * (width + BETWEEN) - BETWEEN + 16,
      height: Math.ceil(charts.length / columns) * down,
    },
    drawn,
  )
}
