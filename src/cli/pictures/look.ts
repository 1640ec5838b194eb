/** How the groups of an experiment are told apart: by color, by dashes and by markers, so that each of the three is enough. */
import {
  symbol,
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  symbolWye,
  type SymbolType,
} from 'd3-shape'
import { seriesColors as colors } from '../../palette.js'
import { element } from './svg.js'

/** How one group is drawn. */
export interface Look {
  readonly color: string
  /** The lengths of dashes and gaps; null for a solid line. */
  readonly dashes: string | null
  readonly marker: SymbolType
}

const dashes = [null, '7 3', '2.5 2.5', '9 3 2.5 3', '14 4', '9 3 2.5 3 2.5 3', '4.5 4.5']
const markers = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolStar, symbolWye]

/**
 * The look of the group at a place in the order of groups. The first eight differ in color, the first seven in dashes and the first six in
 * markers; no two of the first 168 are alike.
 */
export const lookAt = (place: number): Look => ({
  color: colors[place % colors.length],
  dashes: dashes[place % dashes.length],
  marker: markers[place % markers.length],
})

/** A marker at a place, with a white edge that sets it off from lines behind it. */
export const markerAt = ({ color, marker }: Look, x: number, y: number, area = 34): string =>
  element('path', {
    transform: `translate(${Math.round(x * 100) / 100},${Math.round(y * 100) / 100})`,
    d: symbol(marker, area).digits(2)() ?? '',
    fill: color,
    stroke: '#ffffff',
    'stroke-width': 1,
  })
