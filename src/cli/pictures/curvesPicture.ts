/** The picture of learning curves: a panel for each task, a line with a band for each group. */
import { scaleLinear } from 'd3-scale'
import type { Panel } from '../../runs/records/learningCurves.js'
import { countText, countWithNoun, decimalText } from '../numberText.js'
import { type Area, type Axis, axisOf, bottomAxis, bottomName, leftAxis, leftName } from './axes.js'
import type { Drawn } from './drawnGroups.js'
import { chartName, framed } from './framed.js'
import { drawnLines, type Line } from './lines.js'
import { element, moved, textWidth } from './svg.js'

/** What is drawn beside the panels. */
export interface CurvesPictureOptions {
  /** A line above the picture; null for none. */
  readonly title: string | null
  readonly bins: number
  /** How each group is drawn, by its key. */
  readonly drawn: ReadonlyMap<string, Drawn>
}

const MOST_COLUMNS = 3
/** The area of a panel in pixels: of the only one, and of one of several. */
const SINGLE: Area = { width: 560, height: 320 }
const OF_SEVERAL: Area = { width: 300, height: 220 }
/** The space around the areas: for names and numbers above, below, below the last row, between columns, and at the left. */
const [ABOVE, BELOW, BELOW_LAST, BETWEEN, NAME] = [26, 26, 44, 20, 18]

/** The range of the bands of a panel; a range of its own if they are all at one value, or if there are none. */
const returnsOf = ({ curves }: Panel): readonly [number, number] => {
  const ends = curves.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high]))
  if (ends.length === 0) return [0, 1]
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  return low < high ? [low, high] : [low - 1, high + 1]
}

interface Axes {
  readonly x: Axis
  readonly y: Axis
}

const axesOf = (panel: Panel, { width, height }: Area): Axes => ({
  x: axisOf(scaleLinear([0, panel.steps], [0, width]), 5, panel.steps < 10_000 ? ',f' : 's'),
  y: axisOf(scaleLinear(returnsOf(panel), [height, 0]).nice(6), 6, ',f'),
})

const linesOf = ({ curves }: Panel, drawn: ReadonlyMap<string, Drawn>): readonly Line[] => {
  const keys = [...drawn.keys()]
  return curves.flatMap(({ group, seeds, points }) => {
    const each = drawn.get(group.key)
    const line = {
      points: points.map(({ step, mean, ...ends }) => ({ at: step, value: mean, ...ends })),
      hasBand: seeds > 1,
    }
    return each === undefined ? [] : [{ ...each, ...line, place: keys.indexOf(group.key) }]
  })
}

const panelOf = (panel: Panel, size: Area, { x, y }: Axes, { bins, drawn }: CurvesPictureOptions): string =>
  element(
    'g',
    { class: 'panel' },
    chartName(panel.task),
    leftAxis(y, size),
    bottomAxis(x, size),
    drawnLines(linesOf(panel, drawn), { x, y, of: bins, groups: drawn.size }),
  )

/** Numbers of runs as a label has them: `1 seed`, `3 seeds`, `2 to 5 seeds`. */
const seedsText = (counts: readonly number[]): string => {
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? countWithNoun(most, 'seed') : `${least} to ${countWithNoun(most, 'seed')}`
}

const seedsOf = (panels: readonly Panel[], key: string): readonly number[] =>
  panels.flatMap(({ curves }) => curves.filter(({ group }) => group.key === key).map(({ seeds }) => seeds))

const panelText = ({ task, steps, curves }: Panel, drawn: ReadonlyMap<string, Drawn>): string => {
  const ends = curves.map(({ group, points }) => {
    const last = points.at(-1)
    const label = drawn.get(group.key)?.label ?? group.algorithm
    if (last === undefined) return `${label} has no point`
    return `${label} ends at ${decimalText(last.mean)} (${decimalText(last.low)} to ${decimalText(last.high)})`
  })
  return `${task}, ${countWithNoun(steps, 'step')}: ${ends.join(', ')}.`
}

/** Draws learning curves. The same curves give the same bytes. */
export const curvesPicture = (panels: readonly Panel[], options: CurvesPictureOptions): string => {
  const { title, bins, drawn } = options
  const size = panels.length === 1 ? SINGLE : OF_SEVERAL
  const columns = panels.length === 4 ? 2 : Math.min(panels.length, MOST_COLUMNS)
  const axes = panels.map((panel) => axesOf(panel, size))
  const numbers = Math.max(...axes.flatMap(({ y }) => y.ticks.map((tick) => textWidth(y.format(tick), 12))))
  const left = numbers + 12
  const across = left + size.width + BETWEEN
  const down = ABOVE + size.height + BELOW
  const hasBand = panels.some(({ curves }) => curves.some(({ seeds }) => seeds > 1))
  const charts = panels.map((panel, i) =>
    moved(
      NAME + (i % columns) * across + left,
      Math.floor(i / columns) * down + ABOVE,
      panelOf(panel, size, axes[i], options),
      i + columns >= panels.length ? bottomName('environment steps', size) : '',
      i % columns === 0 ? leftName('episode return (sum of rewards)', size, left + 8) : '',
    ),
  )
  return framed(
    {
      title,
      name: 'Learning curves',
      description: panels.map((panel) => panelText(panel, drawn)).join(' '),
      entries: [...drawn].map(([key, { label, look }]) => ({
        look,
        label: `${label} (${seedsText(seedsOf(panels, key))})`,
      })),
      caption:
        `Mean return of the episodes that ended in each of ${countText(bins)} bins of steps` +
        (hasBand ? ', averaged over seeds; bands: 95 % bootstrap intervals of this mean' : ''),
      // The number at the last tick is wider than the tick: half of it is to the right of the area.
      width: NAME + columns * across - BETWEEN + 12,
      height: Math.ceil(panels.length / columns) * down - BELOW + BELOW_LAST,
    },
    charts,
  )
}
