/** The axes of a chart: its grid, its ticks and their numbers. */
import type { ScaleLinear } from 'd3-scale'
import { element, text } from './svg.js'

/** The color of axes and of their numbers. */
export const INK = '#57606a'
const GRID = '#e6e9ed'

/** A chart's area in pixels. */
export interface Area {
  readonly width: number
  readonly height: number
}

/** A scale with the numbers at its ticks. */
export interface Axis {
  readonly scale: ScaleLinear<number, number>
  readonly ticks: readonly number[]
  readonly format: (value: number) => string
}

/** An axis with about `count` ticks. Their numbers have the same digits and unit; `format` is a specifier of d3-format. */
export const axisOf = (scale: Axis['scale'], count: number, format: string): Axis => {
  const written = scale.tickFormat(count, format)
  return { scale, ticks: scale.ticks(count), format: (value) => (value === 0 ? '0' : written(value)) }
}

/** An axis along the bottom of an area, with the lines of its grid if `grid` is true, which it is not by default. */
export const bottomAxis = (
  { scale, ticks, format }: Axis,
  { width, height }: Area,
  { grid = false }: { readonly grid?: boolean } = {},
): string =>
  element(
    'g',
    { class: 'x axis' },
    ...ticks.flatMap((tick) => {
      const x = scale(tick)
      return [
        grid ? element('line', { x1: x, x2: x, y1: 0, y2: height, stroke: GRID }) : '',
        element('line', { x1: x, x2: x, y1: height, y2: height + 4, stroke: INK }),
        text(format(tick), { x, y: height + 17, 'text-anchor': 'middle', fill: INK }),
      ]
    }),
    element('line', { x1: 0, x2: width, y1: height, y2: height, stroke: INK }),
  )

/** An axis along the left side of an area, with the lines of its grid. */
export const leftAxis = ({ scale, ticks, format }: Axis, { width }: Area): string =>
  element(
    'g',
    { class: 'y axis' },
    ...ticks.flatMap((tick) => {
      const y = scale(tick)
      return [
        element('line', { x1: 0, x2: width, y1: y, y2: y, stroke: GRID }),
        text(format(tick), { x: -7, y: y + 4, 'text-anchor': 'end', fill: INK }),
      ]
    }),
  )

/** The name of an axis along the bottom. */
export const bottomName = (name: string, { width, height }: Area): string =>
  text(name, { x: width / 2, y: height + 36, 'text-anchor': 'middle', fill: INK })

/** The name of an axis along the left side, `left` pixels from it. */
export const leftName = (name: string, { height }: Area, left: number): string =>
  text(name, { transform: `translate(${-left},${height / 2}) rotate(-90)`, 'text-anchor': 'middle', fill: INK })
