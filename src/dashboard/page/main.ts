/** The page of a dashboard: receives the frames of its server and shows them. */
import type { History, Update } from '../frames.js'
import { chartsOf } from './charts.js'
import { byId, element, setText } from './elements.js'
import { type Plot, plotOf } from './plot.js'
import { frames } from './seen.js'
import { countText, settingLines } from './text.js'
import { showTiles } from './tiles.js'

/** Milliseconds between two drawings of the charts, at least. */
const DRAWING = 250

const received = frames()
const plots = new Map<string, Plot>()
let isLost = false
let chartsAreOld = false
let drawnAt = -Infinity
let isAsked = false

const stateOf = (): string => {
  const { ending, progress } = received.seen.status
  if (ending !== null) return ending.outcome
  if (isLost) return 'lost'
  return progress === null ? 'starting' : 'running'
}

const showHead = (): void => {
  const { run, status } = received.seen
  const state = stateOf()
  const { ending, progress } = status
  const share = progress === null || progress.total === null ? null : progress.steps / progress.total
  setText(byId('title'), run.title)
  setText(byId('state'), state === 'lost' ? 'connection lost' : state)
  byId('state').className = `state ${state}`
  document.title =
    share === null || ending !== null ? `${state}: ${run.title}` : `${Math.floor(share * 100)} %: ${run.title}`
  byId('progress').hidden = share === null
  if (share !== null) byId<HTMLProgressElement>('progress').value = share
  const lines =
    state === 'lost'
      ? ['The page has no connection to the run, and tries again. The process may have ended.']
      : (ending?.lines ?? [])
  byId('lines').hidden = lines.length === 0
  byId('lines').replaceChildren(...lines.map((line) => element('li', '', line)))
}

const showSettings = (): void => {
  const lines = settingLines(received.seen.run.settings)
  byId('settings').hidden = lines.length === 0
  byId('settings')
    .querySelector('dl')
    ?.replaceChildren(
      ...lines.map(([name, value]) => element('div', '', element('dt', '', name), element('dd', '', value))),
    )
}

const showCharts = (): void => {
  const { seen } = received
  const charts = chartsOf(seen)
  const ids = charts.map(({ id, series }) => `${id} ${series.length}`)
  for (const [id, plot] of plots) {
    if (ids.includes(id)) continue
    plot.remove()
    plots.delete(id)
  }
  charts.forEach((chart, i) => {
    const id = ids[i]
    const plot = plots.get(id) ?? plotOf(chart, 'run')
    plots.set(id, plot)
    const main = byId('charts')
    if (main.children[i] !== plot.figure) main.insertBefore(plot.figure, main.children[i] ?? null)
    plot.show(seen)
  })
  const { episodes, windows } = seen
  const spans = [
    ...(episodes.span > 1
      ? [`A point of the learning curve is ${countText(episodes.span)} episodes, its band their lowest and highest.`]
      : []),
    ...(windows.span > 1 ? [`A point of the other charts is ${countText(windows.span)} windows.`] : []),
  ]
  setText(
    byId('refresh'),
    [
      'The numbers at the top are refreshed ten times a second, the learning curve when an episode ends, the other charts when a window of metrics does.',
      ...spans,
    ].join(' '),
  )
}

/** Draws when the browser does, charts at most four times a second, and nothing on a page that is not seen. */
const drawSoon = (): void => {
  if (isAsked) return
  isAsked = true
  requestAnimationFrame((now) => {
    isAsked = false
    showHead()
    showTiles(received.seen.status)
    if (!chartsAreOld) return
    if (now - drawnAt < DRAWING) return drawSoon()
    drawnAt = now
    chartsAreOld = false
    showCharts()
  })
}

const events = new EventSource('/events')
events.addEventListener('history', ({ data }: MessageEvent<string>) => {
  received.history(JSON.parse(data) as History)
  isLost = false
  chartsAreOld = true
  showSettings()
  drawSoon()
})
events.addEventListener('update', ({ data }: MessageEvent<string>) => {
  const update = JSON.parse(data) as Update
  received.update(update)
  if (update.episodes.length + update.windows.length > 0) chartsAreOld = true
  drawSoon()
})
events.addEventListener('error', () => {
  // A run that has ended has no server any more.
  if (received.seen.status.ending !== null) events.close()
  else isLost = true
  drawSoon()
})
for (const query of ['(prefers-color-scheme: dark)', '(resolution: 1dppx)']) {
  matchMedia(query).addEventListener('change', () => plots.forEach((plot) => plot.redraw()))
}
