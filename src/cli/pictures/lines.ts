/** Lines with bands and markers, as learning curves and performance profiles are drawn. */
import { area, line } from 'd3-shape'
import type { Interval } from '../../runs/statistics/bootstrap.js'
import type { Axis } from './axes.js'
import type { Drawn } from './drawnGroups.js'
import { markerAt } from './look.js'
import { element, escapedXml } from './svg.js'

/** One point of a line, with the interval that its band shows. */
export interface LinePoint extends Interval {
  readonly at: number
  readonly value: number
}

/** One line. */
export interface Line extends Drawn {
  readonly points: readonly LinePoint[]
  readonly hasBand: boolean
  /** The place of its group in the order of groups: the markers of groups are at different points. */
  readonly place: number
}

/** About as many markers are on a line. */
const MARKERS = 6

const bandOf = ({ points, look: { color } }: Line, x: Axis, y: Axis, opacity: number): string => {
  const shape = area<LinePoint>(
    ({ at }) => x.scale(at),
    ({ low }) => y.scale(low),
    ({ high }) => y.scale(high),
  )
  return element('path', {
    class: 'band',
    d: shape.digits(2)([...points]),
    fill: color,
    'fill-opacity': String(opacity),
    stroke: color,
    'stroke-opacity': String(2 * opacity),
    'stroke-width': '0.75',
  })
}

const strokeOf = ({ points, look: { color, dashes } }: Line, x: Axis, y: Axis): string => {
  const shape = line<LinePoint>(
    ({ at }) => x.scale(at),
    ({ value }) => y.scale(value),
  )
  return element('path', {
    class: 'line',
    d: shape.digits(2)([...points]),
    fill: 'none',
    stroke: color,
    'stroke-width': 2,
    'stroke-linejoin': 'round',
    'stroke-dasharray': dashes,
  })
}

/** The points that have a marker, at distances that are the same on all lines. */
const markedPoints = ({ points, place }: Line, of: number, lines: number): readonly LinePoint[] => {
  const apart = Math.max(1, Math.round(of / MARKERS))
  const first = Math.round((apart * (place + 0.5)) / lines)
  return points.filter((_, i) => i >= first && (i - first) % apart === 0)
}

/** Draws lines above all of their bands. `of` is the number of points of a whole line, `groups` that of all groups. */
export const drawnLines = (
  lines: readonly Line[],
  { x, y, of, groups }: { readonly x: Axis; readonly y: Axis; readonly of: number; readonly groups: number },
): string => {
  // Bands of many groups cover each other: each is paler, so that those below it stay visible.
  const opacity = lines.length <= 3 ? 0.2 : lines.length <= 6 ? 0.12 : 0.07
  return [
    ...lines.filter(({ hasBand }) => hasBand).map((each) => bandOf(each, x, y, opacity)),
    ...lines.map((each) =>
      element(
        'g',
        { class: 'group' },
        element('title', {}, escapedXml(each.label)),
        strokeOf(each, x, y),
        ...markedPoints(each, of, groups).map(({ at, value }) => markerAt(each.look, x.scale(at), y.scale(value))),
      ),
    ),
  ].join('')
}
