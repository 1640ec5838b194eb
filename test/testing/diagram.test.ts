import { describe, expect, test } from 'vitest'
import { type Diagram, diagramText } from '../../src/testing/diagram.js'
import { marbleSvg } from '../../src/testing/marbleSvg.js'

const source = { name: 'source', marbles: '--a-----b-----t--|' }
const notes = [
  { frame: 8, text: 'yes' },
  { frame: 14, text: 'yes' },
]
const diagram: Diagram = {
  title: 'update',
  lanes: [source, { name: 'update', marbles: '--a-----B-----t--|' }, { name: 'report', notes }],
}
const drawn = (marbles: string, title = 'same'): string => marbleSvg({ title, lanes: [{ name: 'lane', marbles }] })

/** Attributes of what is drawn, in order, as numbers. */
const numbers = (svg: string, tag: RegExp, attribute: string): readonly number[] =>
  [...svg.matchAll(new RegExp(`<${tag.source}[^>]* ${attribute}="([\\d.]+)"`, 'g'))].map(([, value]) => Number(value))

describe('as text', () => {
  test('lines names, marbles and notes up', () => {
    expect(diagramText(diagram).split('\n')).toEqual([
      'source  --a-----b-----t--|',
      'update  --a-----B-----t--|',
      'report          yes   yes',
    ])
  })

  test('refuses a note that runs into the next one', () => {
    const crowded = [
      { frame: 2, text: 'begin' },
      { frame: 7, text: 'act' },
    ]
    expect(() => diagramText({ title: 'a', lanes: [{ name: 'world', notes: crowded }] })).toThrow(
      'diagram: world: "begin" runs into "act" in frame 7',
    )
  })
})

describe('as SVG', () => {
  test('the same diagram is the same bytes, and another one others', () => {
    expect(marbleSvg(diagram)).toBe(marbleSvg(structuredClone(diagram)))
    expect(drawn('--a|')).not.toBe(drawn('--b|'))
    expect(drawn('--a|')).not.toBe(drawn('-a|'))
    expect(drawn('--a|')).not.toBe(drawn('--a#'))
  })

  test('what stands in one column of the text stands in one column of the drawing', () => {
    const svg = marbleSvg(diagram)
    const marbles = numbers(svg, /circle/, 'cx')
    expect(marbles).toHaveLength(6)
    expect(marbles.slice(0, 3)).toEqual(marbles.slice(3))
    expect(numbers(svg, /text class="note"/, 'x')).toEqual(marbles.slice(1, 3))
    expect(marbles[1] - marbles[0]).toBe(marbles[2] - marbles[1])
  })

  test('what comes in one frame does not overlap', () => {
    const places = numbers(drawn('--(ab)|'), /circle/, 'cx')
    const [radius] = numbers(drawn('--a|'), /circle/, 'r')
    expect(places[1] - places[0]).toBeGreaterThan(2 * radius)
  })

  test('nothing is drawn beyond its edges', () => {
    for (const marbles of ['-', '--(abcdefgh|)', `${'-'.repeat(60)}a`, 'a']) {
      for (const title of ['same', 'anOperatorOfAVeryLongName(with, options)']) {
        const svg = drawn(marbles, title)
        const [width] = numbers(svg, /svg/, 'width')
        for (const place of [...numbers(svg, /circle/, 'cx'), ...numbers(svg, /text/, 'x')]) {
          expect(place + 10).toBeLessThan(width)
        }
      }
    }
  })

  test('an end, a change and a gap are seen without their letters', () => {
    const classes = (marbles: string) =>
      [...drawn(marbles).matchAll(/<circle class="([^"]*)"/g)].map(([, names]) => names)
    expect(classes('-a-t-u-A-T-U-.')).toEqual([
      'step',
      'step terminated',
      'step truncated',
      'changed',
      'changed terminated',
      'changed truncated',
      'step',
    ])
    expect(drawn('-a|')).toContain('class="bar" d')
    expect(drawn('-a#')).toContain('class="error" d')
    expect(drawn('-a-').match(/class="line" fill="none"/g)).toHaveLength(1)
  })

  test('the lane that is named as the title stands below a box of that name', () => {
    const svg = marbleSvg(diagram)
    const [box] = numbers(svg, /rect class="box"/, 'y')
    const [above, , , below] = numbers(svg, /circle/, 'cy')
    expect(above).toBeLessThan(box)
    expect(below).toBeGreaterThan(box + 32)
    expect(svg).toContain('>update</text>')
    expect(svg.match(/class="name"/g)).toHaveLength(2)
  })

  test('letters are no markup, and letters that stand for ends are letters', () => {
    const svg = marbleSvg({ title: 'a<b & "c"', lanes: [{ name: '<x>', marbles: '-E-C-|' }] })
    expect(svg).toContain('<title>a&lt;b &amp; &quot;c&quot;: a marble diagram</title>')
    expect(svg).toContain('>&lt;x&gt;</text>')
    expect(svg).toContain('>E</text>')
    expect(svg).toContain('>C</text>')
  })

  test('has the timelines as its description, in light and in dark', () => {
    const svg = marbleSvg(diagram)
    expect(svg).toContain('role="img"')
    expect(svg).toContain(`<desc>${diagramText(diagram)}</desc>`)
    expect(svg).toContain('@media(prefers-color-scheme:dark)')
    expect(svg.length).toBeLessThan(5000)
  })
})
