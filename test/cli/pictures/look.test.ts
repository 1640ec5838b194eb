import { describe, expect, it } from 'vitest'
import { lookAt, markerAt } from '../../../src/cli/pictures/look.js'

const looks = Array.from({ length: 168 }, (_, place) => lookAt(place))

type Triple = readonly [number, number, number]

/** Linear light of a color. */
const lightOf = (color: string): Triple => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return [r, g, b]
}
/** CIE L*a*b* of linear light. */
const labOf = ([r, g, b]: Triple): Triple => {
  const bent = (part: number): number => (part > 216 / 24389 ? Math.cbrt(part) : ((24389 / 27) * part + 16) / 116)
  const [x, y, z] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ].map(bent)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}
/** What eyes without one kind of cones see (Viénot, Brettel and Mollon 1999), in linear light. */
const eyes: Readonly<Record<string, readonly Triple[]>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red cones': [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  'no green cones': [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
}
const seenBy = (matrix: readonly Triple[], [r, g, b]: Triple): Triple => {
  const [x, y, z] = matrix.map((row) => row[0] * r + row[1] * g + row[2] * b)
  return [x, y, z]
}

describe('lookAt', () => {
  it('gives no two of 168 groups the same look', () => {
    expect(new Set(looks.map(({ color, dashes, marker }) => `${color} ${dashes} ${String(marker.draw)}`)).size).toBe(
      168,
    )
  })

  it('gives the first groups different colors, dashes and markers, each by itself', () => {
    expect(new Set(looks.slice(0, 8).map(({ color }) => color)).size).toBe(8)
    expect(new Set(looks.slice(0, 7).map(({ dashes }) => dashes)).size).toBe(7)
    expect(new Set(looks.slice(0, 6).map(({ marker }) => marker)).size).toBe(6)
  })

  it.each(Object.keys(eyes))('has eight colors that eyes with %s tell apart', (name) => {
    const seen = looks.slice(0, 8).map(({ color }) => labOf(seenBy(eyes[name], lightOf(color))))
    for (const [i, one] of seen.entries()) {
      for (const other of seen.slice(0, i)) {
        expect(Math.hypot(...one.map((part, k) => part - other[k]))).toBeGreaterThan(12)
      }
    }
  })

  it('has greys that differ between neighbors, and among the first three, and are all darker than the page', () => {
    const greys = looks.slice(0, 8).map(({ color }) => labOf(lightOf(color))[0])
    for (let i = 1; i < greys.length; i++) expect(Math.abs(greys[i] - greys[i - 1])).toBeGreaterThan(10)
    expect(Math.abs(greys[2] - greys[0])).toBeGreaterThan(15)
    for (const grey of greys) expect(grey).toBeLessThan(72)
  })
})

it('markerAt draws the marker of a look at a place', () => {
  const drawn = markerAt(lookAt(1), 10.123456, -0.001)
  expect(drawn).toMatch(/^<path transform="translate\(10.12,0\)" d="M[^"]+Z" fill="#dd9a1a" /)
})
