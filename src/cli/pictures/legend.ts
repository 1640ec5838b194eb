/** The legend of a picture. */
import { type Look, markerAt } from './look.js'
import { element, moved, text, textWidth } from './svg.js'

/** One entry of a legend. */
export interface LegendEntry {
  readonly label: string
  readonly look: Look
}

const SAMPLE = 38
const GAP = 22
const ROW = 20

/** The width of the columns of a legend. */
export const legendColumn = (entries: readonly LegendEntry[]): number =>
  SAMPLE + 7 + Math.max(...entries.map(({ label }) => textWidth(label, 12)))

/** A legend in columns of one width, in rows of at most some width, and its height. */
export const legend = (
  entries: readonly LegendEntry[],
  width: number,
): { readonly drawn: string; readonly height: number } => {
  const entryWidth = legendColumn(entries)
  const columns = Math.max(1, Math.floor((width + GAP) / (entryWidth + GAP)))
  const drawn = entries.map(({ label, look }, place) =>
    moved(
      (place % columns) * (entryWidth + GAP),
      Math.floor(place / columns) * ROW,
      element('line', {
        x1: 0,
        x2: SAMPLE,
        y1: ROW / 2,
        y2: ROW / 2,
        stroke: look.color,
        'stroke-width': 2,
        'stroke-dasharray': look.dashes,
      }),
      markerAt(look, SAMPLE / 2, ROW / 2),
      text(label, { x: SAMPLE + 7, y: ROW / 2 + 4 }),
    ),
  )
  return { drawn: element('g', { class: 'legend' }, ...drawn), height: Math.ceil(entries.length / columns) * ROW }
}
