/** What is around the charts of a picture: its title, its legend, and a line that says what is shown. */
import { INK } from './axes.js'
import { legend, type LegendEntry } from './legend.js'
import { element, moved, picture, text } from './svg.js'

/** The free space around a picture. */
export const MARGIN = 16

/** What is around the charts. */
export interface Frame {
  /** A line above the picture; null for none. */
  readonly title: string | null
  /** What the picture shows, in a phrase, for readers who do not see it. */
  readonly name: string
  /** What the picture shows, in full sentences, for readers who do not see it. */
  readonly description: string
  /** None for a picture whose rows have names. */
  readonly entries: readonly LegendEntry[]
  /** A line below the charts. */
  readonly caption: string
  /** The size of the charts, without the margins. */
  readonly width: number
  readonly height: number
}

/** The name of a chart, above its area. */
export const chartName = (name: string): string => text(name, { x: 0, y: -10, 'font-size': 13, 'font-weight': 600 })

/** A picture of charts, which are drawn from the upper left corner of their own space. */
export const framed = (
  { title, name, description, entries, caption, width, height }: Frame,
  charts: readonly string[],
): string => {
  const drawn = entries.length === 0 ? { drawn: '', height: 0 } : legend(entries, width)
  const titleHeight = title === null ? 0 : 28
  const top = MARGIN + titleHeight + drawn.height + (drawn.height > 0 ? 10 : 0)
  const whole = { width: width + 2 * MARGIN, height: top + height + 24 + MARGIN }
  return picture(
    { ...whole, title: title ?? name, description },
    title === null ? '' : text(title, { x: MARGIN, y: MARGIN + 14, 'font-size': 16, 'font-weight': 600 }),
    moved(MARGIN, MARGIN + titleHeight, drawn.drawn),
    element('g', { transform: `translate(${MARGIN},${top})` }, ...charts),
    text(caption, { x: MARGIN, y: top + height + 24, fill: INK, 'font-size': 11 }),
  )
}
