/** A diagram drawn for a page. */
import { type Diagram, type Lane, diagramText } from './diagram.js'
import { parseMarbles } from './marbles.js'

const column = 16
const radius = 10
/** The distance between marbles of the same frame. */
const apart = 2 * radius + 2
const padding = 16
const row = 44
const noteRow = 26
/** The greatest width of a letter in the drawing's fonts. */
const letterWidth = 7.6

// Each card has a background of its own, so that it is readable also if the page's theme is not the one that the browser prefers.
const style = `
.card{fill:#fff;stroke:#d0d7de}.line,.bar{stroke:#57606a}.name,.note{fill:#57606a}
.step{fill:#ddf4ff;stroke:#0969da}.changed{fill:#0969da;stroke:#0a3069}.letter{fill:#0a3069}.inverse{fill:#fff}
.terminated,.truncated{fill:#fff1e5;stroke:#bc4c00}.changed.terminated,.changed.truncated{fill:#bc4c00;stroke:#5c2200}
.error{stroke:#cf222e}.box{fill:#f6f8fa;stroke:#8c959f}.title{fill:#24292f}
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;text-anchor:middle}
.name{text-anchor:start}.note{font-size:12px}.title{font-weight:600}
.line,.bar,.error,.step,.changed,.terminated,.truncated{stroke-width:1.5}.truncated{stroke-dasharray:3 2}.bar,.error{stroke-width:2.5}
@media(prefers-color-scheme:dark){
.card{fill:#0d1117;stroke:#30363d}.line,.bar{stroke:#8b949e}.name,.note{fill:#9198a1}
.step{fill:#0c2d6b;stroke:#58a6ff}.changed{fill:#58a6ff;stroke:#cae8ff}.letter{fill:#cae8ff}.inverse{fill:#0d1117}
.terminated,.truncated{fill:#5a1e02;stroke:#f0883e}.changed.terminated,.changed.truncated{fill:#f0883e;stroke:#ffdfb6}
.error{stroke:#ff7b72}.box{fill:#161b22;stroke:#6e7681}.title{fill:#e6edf3}
}`.replaceAll('\n', '')

/**
 * Draws a diagram as an SVG document, for light and dark pages alike. The same diagram gives the same bytes.
 *
 * `t` is terminated and has a border of another color, `u` is truncated and has a dashed border, a capital letter is a record that was
 * changed and is filled, `.` is a dot; `|` completes, `#` fails, and several `|` are beats. The operator's output is below a box with its
 * name. The description of the image contains the timelines as text.
 *
 * Fails: throws on wrong marbles.
 */
export const marbleSvg = (diagram: Diagram): string => {
  const { title, lanes } = diagram
  const boxed = lanes.findIndex(({ name }) => name === title)
  const names = lanes.filter((_, place) => place !== boxed).map(({ name }) => name.length)
  const left = padding + Math.ceil(Math.max(0, ...names) * letterWidth) + 2 * radius
  const frames = Math.max(...lanes.map(columnsOf))
  const end = left + frames * column + column
  const width = Math.ceil(Math.max(end, left + title.length * letterWidth) + padding)

  const drawn: string[] = []
  let y = padding
  for (const [place, lane] of lanes.entries()) {
    if (place === boxed) {
      const middle = (left - radius + end) / 2
      drawn.push(
        `<rect class="box" x="${rounded(left - radius)}" y="${rounded(y)}" width="${rounded(end - left + radius)}" height="32" rx="6"/>`,
        `<text class="title" x="${rounded(middle)}" y="${rounded(y + 21)}">${escapedXml(title)}</text>`,
      )
      y += 32
    }
    const height = lane.marbles === undefined ? noteRow : row
    const middle = y + height / 2
    if (place !== boxed) {
      drawn.push(`<text class="name" x="${padding}" y="${rounded(middle + 4.5)}">${escapedXml(lane.name)}</text>`)
    }
    drawn.push(...(lane.marbles === undefined ? notes(lane, left, middle) : timeline(lane.marbles, left, middle, end)))
    y += height
  }
  const height = y + padding
  const label = `${title}: a marble diagram`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escapedXml(label)}</title>`,
    `<desc>${escapedXml(diagramText(diagram))}</desc>`,
    `<style>${style}</style>`,
    `<rect class="card" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...drawn,
    `</svg>\n`,
  ].join('\n')
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10)

const escapedXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** The columns of a lane; marbles of one frame are drawn beside one another. */
const columnsOf = ({ marbles, notes: laneNotes = [] }: Lane): number => {
  if (marbles === undefined) return Math.max(0, ...laneNotes.map(({ frame, text }) => frame + text.length / 4))
  const notifications = parseMarbles(marbles)
  const last = notifications.at(-1)?.frame ?? 0
  const others = notifications.filter(({ frame }) => frame === last).length - 1
  return Math.max(marbles.replaceAll(/ \d+ms |[()]/g, '').length, last + (others * apart) / column + 1)
}

const notes = ({ notes: laneNotes = [] }: Lane, left: number, y: number): readonly string[] =>
  laneNotes.map(
    ({ frame, text }) =>
      `<text class="note" x="${rounded(left + frame * column)}" y="${rounded(y + 4)}">${escapedXml(text)}</text>`,
  )

const timeline = (marbles: string, left: number, y: number, end: number): readonly string[] => {
  const drawn: string[] = []
  let frame = -1
  let x = 0
  let endings = 0
  for (const notified of parseMarbles(marbles)) {
    x = notified.frame === frame ? x + apart : left + notified.frame * column
    frame = notified.frame
    if (notified.notification.kind !== 'N') endings++
    drawn.push(
      notified.notification.kind === 'N'
        ? marble(notified.notification.value, x, y)
        : ending(notified.notification.kind, x, y),
    )
  }
  // A lane with several ends is not a stream but a row of beats.
  const isOpen = endings !== 1
  const until = isOpen ? end : x
  const arrow = isOpen ? [`<path class="line" fill="none" d="m${rounded(end - 6)} ${rounded(y - 4)}l6 4l-6 4"/>`] : []
  const line = `<path class="line" d="M${rounded(left - radius)} ${rounded(y)}H${rounded(until)}"/>`
  return [line, ...arrow, ...drawn]
}

const ending = (kind: 'C' | 'E', x: number, y: number): string =>
  kind === 'C'
    ? `<path class="bar" d="M${rounded(x)} ${rounded(y - 12)}v24"/>`
    : `<path class="error" d="m${rounded(x - 8)} ${rounded(y - 8)}l16 16m0-16l-16 16"/>`

const marble = (letter: string, x: number, y: number): string => {
  const at = `cx="${rounded(x)}" cy="${rounded(y)}"`
  if (letter === '.') return `<circle class="step" ${at} r="4"/>`
  const changed = letter !== letter.toLowerCase()
  const end = { t: 'terminated', u: 'truncated' }[letter.toLowerCase()]
  const classes = [changed ? 'changed' : 'step', ...(end === undefined ? [] : [end])].join(' ')
  const written = `<text class="${changed ? 'inverse' : 'letter'}" x="${rounded(x)}" y="${rounded(y + 4.5)}">`
  return `<circle class="${classes}" ${at} r="${radius}"/>${written}${escapedXml(letter)}</text>`
}
