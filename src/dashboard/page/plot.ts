/** A chart on the page, drawn by uPlot. */
import uPlot from 'uplot'
import { type Chart, type ChartSeries, columnsOf } from './charts.js'
import { element, setText, styleOf } from './elements.js'
import type { Seen } from './seen.js'
import { countText, tickText } from './text.js'

/** A chart that is on the page. */
export interface Plot {
  readonly figure: HTMLElement
  /** Takes the numbers to draw. */
  show(seen: Seen): void
  /** Draws it anew, in the colors of the theme. */
  redraw(): void
  remove(): void
}

/** Dots of a chart that are many. */
const MANY = 250
const HEIGHTS = { wide: 260, small: 150 }
const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3]]
const keys = ['', 'dashed', 'dotted', 'dashed']

const colorOf = ({ place }: ChartSeries): string => styleOf(`--series-${place}`)

/** Of a band: two columns that are not stroked. */
const drawnSeries = (series: ChartSeries): readonly uPlot.Series[] => {
  if (series.kind === 'band')
    return [
      { stroke: 'transparent', points: { show: false } },
      { stroke: 'transparent', points: { show: false } },
    ]
  if (series.kind === 'dots') {
    const stroke = () => colorOf(series)
    // Many dots are paler, so that the line behind them stays visible.
    const fill = (self: uPlot) => `${colorOf(series)}${self.data[0].length > MANY ? '59' : ''}`
    return [{ stroke, paths: () => null, points: { show: true, size: 5, width: 0, fill } }]
  }
  return [
    {
      stroke: () => colorOf(series),
      width: 2,
      dash: [...dashes[series.place % dashes.length]],
      spanGaps: true,
      // A line of one point would not be seen.
      points: { show: (self: uPlot) => self.data[0].length === 1, size: 6 },
    },
  ]
}

/** The bands of a chart, by the places of their columns. */
const bandsOf = (chart: Chart): uPlot.Band[] => {
  let column = 1
  return chart.series.flatMap((series) => {
    const first = column
    column += series.kind === 'band' ? 2 : 1
    return series.kind === 'band'
      ? [{ series: [first, first + 1] as [number, number], fill: () => `${colorOf(series)}3a` }]
      : []
  })
}

const padded = ({ fromZero }: Chart, low: number | null, high: number | null): [number, number] => {
  if (low === null || high === null) return [0, 1]
  const bottom = fromZero ? Math.min(0, low) : low
  const pad = (high - bottom || Math.abs(high) || 1) * 0.06
  return [fromZero && bottom === 0 ? 0 : bottom - pad, high + pad]
}

const axisOf = (values: (self: uPlot, splits: number[]) => string[], more: uPlot.Axis): uPlot.Axis => ({
  stroke: () => styleOf('--muted'),
  font: '12px system-ui, sans-serif',
  grid: { stroke: () => styleOf('--grid'), width: 1 },
  ticks: { show: false },
  values,
  ...more,
})

const optionsOf = (
  chart: Chart,
  width: number,
  sync: string,
  onCursor: (place: number | null) => void,
): uPlot.Options => ({
  width,
  height: chart.isWide ? HEIGHTS.wide : HEIGHTS.small,
  legend: { show: false },
  padding: [8, 10, 0, 0],
  cursor: { sync: { key: sync }, drag: { x: false, y: false }, points: { show: false }, y: false },
  scales: {
    x: { time: false, range: (_, low, high) => [0, high > low || high > 0 ? high : 1] },
    y: { range: (_, low, high) => padded(chart, low, high) },
  },
  axes: [
    axisOf((_, splits) => splits.map(tickText), { size: 26, gap: 4 }),
    axisOf((_, splits) => splits.map(chart.id === 'windows.memoryBytes' ? (each) => tickText(each / 1e6) : tickText), {
      size: 54,
      gap: 4,
      space: 32,
    }),
  ],
  series: [{}, ...chart.series.flatMap(drawnSeries)],
  bands: bandsOf(chart),
  hooks: { setCursor: [(self) => onCursor(self.cursor.idx ?? null)] },
})

const keyOf = (series: ChartSeries): HTMLElement => {
  const key = element('i', `key ${series.kind === 'dots' ? 'dots' : keys[series.place % keys.length]}`)
  key.style.color = `var(--series-${series.place})`
  return key
}

/** Makes a chart; it draws as soon as it has a width and numbers. `sync` is one for all charts whose cursors move together. */
export const plotOf = (chart: Chart, sync: string): Plot => {
  const shown = chart.series.filter(({ kind }) => kind !== 'band')
  const at = element('span', 'note')
  const values = shown.map(() => element('b', ''))
  const entries = shown.map((series, i) =>
    element('span', '', ...(shown.length > 1 ? [keyOf(series), `${series.label} `] : []), values[i]),
  )
  const place = element('div', 'plot wait')
  place.style.height = `${chart.isWide ? HEIGHTS.wide : HEIGHTS.small}px`
  place.append(chart.from === 'episodes' ? 'no episode has ended yet' : 'no window has ended yet')
  const figure = element(
    'figure',
    chart.isWide ? 'wide' : '',
    element('figcaption', '', element('h2', '', chart.title), element('span', 'legend', at, ...entries)),
    place,
  )
  figure.dataset['chart'] = chart.id
  let drawn: uPlot | null = null
  let seen: Seen | null = null

  /** Shows the values at the cursor, or else the newest ones. */
  const tell = (cursor: number | null): void => {
    if (seen === null) return
    const { points } = seen[chart.from]
    const point = cursor === null ? points.at(-1) : points[cursor]
    setText(at, point === undefined || cursor === null ? '' : `step ${countText(point.step)}`)
    shown.forEach(({ name }, i) => {
      const value = point?.values[name]?.[1]
      setText(values[i], value === undefined ? '' : chart.text(value))
    })
  }
  const draw = (): void => {
    if (seen === null || seen[chart.from].points.length === 0 || place.clientWidth === 0) return
    const columns = columnsOf(chart, seen) as uPlot.AlignedData
    if (drawn !== null) return drawn.setData(columns)
    place.classList.remove('wait')
    place.replaceChildren()
    drawn = new uPlot(optionsOf(chart, place.clientWidth, sync, tell), columns, place)
  }
  const resized = new ResizeObserver(() => {
    const { clientWidth: width } = place
    if (drawn === null) draw()
    else if (width > 0 && width !== drawn.width) drawn.setSize({ width, height: drawn.height })
  })
  resized.observe(place)
  return {
    figure,
    show: (now) => {
      seen = now
      draw()
      tell(drawn?.cursor.idx ?? null)
    },
    redraw: () => drawn?.redraw(false, true),
    remove: () => {
      resized.disconnect()
      drawn?.destroy()
      figure.remove()
    },
  }
}
