import { describe, expect, it } from 'vitest'
import { element, escapedXml, moved, picture, rounded, text } from '../../../src/cli/pictures/svg.js'

describe('elements', () => {
  it('have attributes and content, and leave out attributes that are not there', () => {
    expect(element('line', { x1: 1, x2: 2.345, class: null, y: undefined })).toBe('<line x1="1" x2="2.35"/>')
    expect(element('g', {}, '<a/>', '<b/>')).toBe('<g><a/><b/></g>')
    expect(moved(1.005, -2, 'x')).toBe('<g transform="translate(1,-2)">x</g>')
  })

  it('escape text, in attributes as well; a control character has no place in XML', () => {
    expect(text('a < b & "c"', { class: '<"&>' })).toBe(
      '<text class="&lt;&quot;&amp;&gt;">a &lt; b &amp; &quot;c&quot;</text>',
    )
    expect(escapedXml('a\u0000b\u001bc\n')).toBe(String.raw`a\u0000b\u001bc\u000a`)
    expect(escapedXml('x'.repeat(5000))).toHaveLength(5000)
  })

  it.each([
    [0.004, '0'],
    [-0.004, '0'],
    [1 / 3, '0.33'],
    [1e6, '1000000'],
    [-12.5, '-12.5'],
  ])('write the coordinate %f as %s', (value, written) => expect(rounded(value)).toBe(written))
})

it('a picture says what it shows to readers who do not see it', () => {
  const svg = picture({ width: 10, height: 5, title: 'A & B', description: 'Both.' }, '<g/>')
  expect(svg).toMatch(
    /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="10" height="5" viewBox="0 0 10 5" role="img" /,
  )
  expect(svg).toContain('<title>A &amp; B</title><desc>Both.</desc>')
  expect(svg).toMatch(/<g\/><\/svg>\n$/)
})
