/** A diagram drawn for a page. */
import { type Diagram, type Lane, diagramText } from './diagram.js'
import { heard } from './marbles.js'

const column = 16
const radius = 10
/** Between the places of what comes in one frame. */
const apart = 2 * radius + 2
const padding = 16
const row = 44
const noteRow = 26
/** What one letter of the drawing's fonts takes, at most. */
const letterWidth = 7.6

// Both cards are readable by themselves, so that a page's own theme need not be the one that the browser asks for.
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
 * Draws a diagram as an SVG document of its own, for light and dark pages alike: the same diagram, the same bytes.
 *
 * Marbles are as everywhere: `t` is terminated and has a border of another color, `u` is truncated and has a dashed one, a
 * capital is a record that was changed and is filled, `.` is a dot; `|` completes and `#` fails, and several `|` are beats. What the operator said
 * stands below a box with its name. The timelines in text are the description for whoever cannot see them.
 *
 * Fails: throws on marbles that are none.
 */
export const marbleSvg = (diagram: Diagram): string => {
  const { title, lanes } = diagram
  const boxed = lanes.findIndex(({ name }) => name === title)
  const names = lanes.filter((_, place) => place !== boxed).map(({ name }) => name.length)
  const left = padding + Math.ceil(Math.max(0, ...names) * letterWidth) + 2 * radius
  const frames = Math.max(...lanes.map(span))
  const end = left + frames * column + column
  const width = Math.ceil(Math.max(end, left + title.length * letterWidth) + padding)

  const drawn: string[] = []
  let y = padding
  for (const [place, lane] of lanes.entries()) {
    if (place === boxed) {
      const middle = (left - radius + end) / 2
      drawn.push(
        `<rect class="box" x="${short(left - radius)}" y="${short(y)}" width="${short(end - left + radius)}" height="32" rx="6"/>`,
        `<text class="title" x="${short(middle)}" y="${short(y + 21)}">${escaped(title)}</text>`,
      )
      y += 32
    }
    const height = lane.marbles === undefined ? noteRow : row
    const middle = y + height / 2
    if (place !== boxed) {
      drawn.push(`<text class="name" x="${padding}" y="${short(middle + 4.5)}">${escaped(lane.name)}</text>`)
    }
    drawn.push(...(lane.marbles === undefined ? notes(lane, left, middle) : timeline(lane.marbles, left, middle, end)))
    y += height
  }
  const height = y + padding
  const label = `${title}: a marble diagram`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(label)}</title>`,
    `<desc>${escaped(diagramText(diagram))}</desc>`,
    `<style>${style}</style>`,
    `<rect class="card" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...drawn,
    `</svg>\n`,
  ].join('\n')
}

const short = (value: number): string => String(Math.round(value * 10) / 10)

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Columns that a lane takes; those of one frame stand beside one another. */
const span = ({ marbles, notes: words = [] }: Lane): number => {
  if (marbles === undefined) return Math.max(0, ...words.map(({ frame, text }) => frame + text.length / 4))
  const cues = heard(marbles)
  const last = cues.at(-1)?.frame ?? 0
  const crowd = cues.filter(({ frame }) => frame === last).length - 1
  return Math.max(marbles.replaceAll(/ \d+ms |[()]/g, '').length, last + (crowd * apart) / column + 1)
}

const notes = ({ notes: words = [] }: Lane, left: number, y: number): readonly string[] =>
  words.map(
    ({ frame, text }) =>
      `<text class="note" x="${short(left + frame * column)}" y="${short(y + 4)}">${escaped(text)}</text>`,
  )

const timeline = (marbles: string, left: number, y: number, end: number): readonly string[] => {
  const drawn: string[] = []
  let frame = -1
  let x = 0
  let endings = 0
  for (const cue of heard(marbles)) {
    x = cue.frame === frame ? x + apart : left + cue.frame * column
    frame = cue.frame
    if (cue.notification.kind !== 'N') endings++
    drawn.push(
      cue.notification.kind === 'N' ? marble(cue.notification.value, x, y) : ending(cue.notification.kind, x, y),
    )
  }
  // What goes on after it has ended is no stream but a row of beats.
  const goesOn = endings !== 1
  const until = goesOn ? end : x
  const arrow = goesOn ? [`<path class="line" fill="none" d="m${short(end - 6)} ${short(y - 4)}l6 4l-6 4"/>`] : []
  const line = `<path class="line" d="M${short(left - radius)} ${short(y)}H${short(until)}"/>`
  return [line, ...arrow, ...drawn]
}

const ending = (kind: 'C' | 'E', x: number, y: number): string =>
  kind === 'C'
    ? `<path class="bar" d="M${short(x)} ${short(y - 12)}v24"/>`
    : `<path class="error" d="m${short(x - 8)} ${short(y - 8)}l16 16m0-16l-16 16"/>`

const marble = (letter: string, x: number, y: number): string => {
  const at = `cx="${short(x)}" cy="${short(y)}"`
  if (letter === '.') return `<circle class="step" ${at} r="4"/>`
  const changed = letter !== letter.toLowerCase()
  const end = { t: 'terminated', u: 'truncated' }[letter.toLowerCase()]
  const classes = [changed ? 'changed' : 'step', ...(end === undefined ? [] : [end])].join(' ')
  const written = `<text class="${changed ? 'inverse' : 'letter'}" x="${short(x)}" y="${short(y + 4.5)}">`
  return `<circle class="${classes}" ${at} r="${radius}"/>${written}${escaped(letter)}</text>`
}
