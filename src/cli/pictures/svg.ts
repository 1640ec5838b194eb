/** SVG as text. */
import { escaped } from '../../edge/escaped.js'

/** The attributes of an element; one that is null or undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | null | undefined>>

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text within an element or an attribute of SVG and HTML. What cannot be printed becomes an escape, since XML has no place for it. */
export const escapedXml = (text: string): string =>
  escaped(text, text.length).replace(/[&<>"]/g, (character) => named[character])

/** A coordinate, to a hundredth; without an exponent, and without a sign if it is 0. */
export const rounded = (value: number): string => String(Math.round(value * 100) / 100 + 0)

/** An element with the elements or the escaped text that it contains. */
export const element = (name: string, attributes: Attributes, ...children: readonly string[]): string => {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === null || value === undefined
      ? []
      : [` ${key}="${typeof value === 'number' ? rounded(value) : escapedXml(value)}"`],
  )
  const open = `<${name}${written.join('')}`
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`
}

/** A text element. */
export const text = (content: string, attributes: Attributes): string =>
  element('text', attributes, escapedXml(content))

/** Elements that are moved together. */
export const moved = (x: number, y: number, ...children: readonly string[]): string =>
  element('g', { transform: `translate(${rounded(x)},${rounded(y)})` }, ...children)

/** The font of all pictures, and those that take its place in a browser that does not have it. */
export const FONT = 'Source Sans 3'
const fonts = `'${FONT}', 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif`

/** A whole picture on white. `title` and `description` say what it shows to readers who do not see it. */
export const picture = (
  { width, height, title, description }: { width: number; height: number; title: string; description: string },
  ...children: readonly string[]
): string =>
  element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${rounded(width)} ${rounded(height)}`,
      role: 'img',
      'font-family': fonts,
      'font-size': 12,
      fill: '#24292f',
    },
    element('title', {}, escapedXml(title)),
    element('desc', {}, escapedXml(description)),
    element('rect', { width, height, fill: '#ffffff' }),
    ...children,
  ) + '\n'

/** The width that a text needs at most, in any of the fonts. */
export const textWidth = (content: string, size: number): number => 0.57 * size * content.length

/** A text in lines of at most some width, unless a word is wider. */
export const wrapped = (content: string, size: number, width: number): readonly string[] => {
  const lines: string[] = []
  for (const word of content.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines[lines.length - 1]} ${word}`
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}
