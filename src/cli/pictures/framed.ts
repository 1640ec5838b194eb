/** What is around the charts of a picture: its title, its legend, and a line that says what is shown. */
import { INK } from './axes.js'
import { legend, legendColumn, type LegendEntry } from './legend.js'
import { type Attributes, moved, picture, text, wrapped } from './svg.js'

/** The free space around a picture. */
const MARGIN = 16
/** Sizes of letters. */
const [TITLE, CAPTION] = [16, 11]

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

/** Lines of text below each other; `size` is that of its letters. */
const textLines = (lines: readonly string[], y: number, size: number, attributes: Attributes): string =>
  lines.map((line, i) => text(line, { x: MARGIN, y: y + i * 1.4 * size, 'font-size': size, ...attributes })).join('')

/**
 * A picture of charts, which are drawn from the upper left corner of their own space. It is wider than they are if an entry of the legend is
 * wider; title and caption take as many lines as they need.
 */
export const framed = (
  { title, name, description, entries, caption, width, height }: Frame,
  charts: readonly string[],
): string => {
  const inner = entries.length === 0 ? width : Math.max(width, legendColumn(entries))
  const drawn = entries.length === 0 ? { drawn: '', height: 0 } : legend(entries, inner)
  const titleLines = title === null ? [] : wrapped(title, TITLE, inner)
  const titleHeight = titleLines.length === 0 ? 0 : 28 + (titleLines.length - 1) * 1.4 * TITLE
  const captionLines = wrapped(caption, CAPTION, inner)
  const top = MARGIN + titleHeight + drawn.height + (drawn.height > 0 ? 10 : 0)
  const captionTop = top + height + 24
  const whole = { width: inner + 2 * MARGIN, height: captionTop + (captionLines.length - 1) * 1.4 * CAPTION + MARGIN }
  return picture(
    { ...whole, title: title ?? name, description },
    textLines(titleLines, MARGIN + 14, TITLE, { 'font-weight': 600 }),
    moved(MARGIN, MARGIN + titleHeight, drawn.drawn),
    moved(MARGIN, top, ...charts),
    textLines(captionLines, captionTop, CAPTION, { fill: INK }),
  )
}
