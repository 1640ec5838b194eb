/** What tests ask of pictures. */
import { expect } from 'vitest'

/** The elements of a name, as they are written, without what they contain. */
export const elementsOf = (svg: string, name: string, attributes = ''): readonly string[] =>
  [...svg.matchAll(new RegExp(`<${name}\\b[^>]*${attributes}[^>]*>`, 'g'))].map(([written]) => written)

/** The texts of a picture. */
export const textsOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, content]) => content)

/** The points of a path that has lines only. */
export const pointsOf = (path: string): readonly (readonly [number, number])[] => {
  const [, d] = /\bd="([^"]*)"/.exec(path) ?? ['', '']
  return [...d.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)])
}

/** Where an element ends up, by all translations around it and its own place. */
interface Placed {
  readonly x: number
  readonly y: number
  readonly element: string
}

/** All elements with their places on the picture. Tags are balanced, or this fails. */
export const placed = (svg: string): readonly Placed[] => {
  const open: { readonly name: string; readonly x: number; readonly y: number }[] = []
  const found: Placed[] = []
  for (const [written, close, name, self] of svg.matchAll(/<(\/?)([\w-]+)[^>]*?(\/?)>/g)) {
    if (close === '/') {
      expect(open.pop()?.name).toBe(name)
      continue
    }
    const number = (key: string): number => Number(new RegExp(`\\s${key}="(-?[\\d.]+)"`).exec(written)?.[1] ?? 0)
    const [, dx, dy] = /transform="translate\((-?[\d.]+),(-?[\d.]+)\)/.exec(written) ?? ['', '0', '0']
    const around = open.at(-1) ?? { x: 0, y: 0 }
    const [x, y] = [around.x + Number(dx), around.y + Number(dy)]
    found.push({ element: written, x: x + number('x'), y: y + number('y') })
    if (self === '') open.push({ name, x, y })
  }
  expect(open).toEqual([])
  return found
}

/** Fails unless a picture is balanced, has numbers for coordinates, and has all texts within itself, at any common font's widths. */
export const expectWhole = (svg: string): void => {
  expect(svg).not.toMatch(/NaN|undefined|Infinity|\be[+-]\d/)
  const [, width, height] = (/width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []).map(Number)
  const texts = [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)]
  const places = placed(svg).filter(({ element }) => element.startsWith('<text'))
  expect(places).toHaveLength(texts.length)
  for (const [i, [, attributes, content]] of texts.entries()) {
    const { x, y } = places[i]
    if (attributes.includes('rotate(')) {
      expect(x, content).toBeGreaterThan(10)
      continue
    }
    const size = Number(/font-size="(\d+)"/.exec(attributes)?.[1] ?? 12)
    const taken = 0.55 * size * content.length
    const before = attributes.includes('"end"') ? taken : attributes.includes('"middle"') ? taken / 2 : 0
    expect(x - before, content).toBeGreaterThanOrEqual(0)
    expect(x - before + taken, content).toBeLessThanOrEqual(width)
    expect(y, content).toBeGreaterThan(0)
    expect(y, content).toBeLessThan(height)
  }
}
