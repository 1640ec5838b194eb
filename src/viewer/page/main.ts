/** The page of a viewer: asks for clips, plays them, and listens to the reader. */
import { byId, element, setText } from '../../dashboard/page/elements.js'
import { countText, numberText } from '../../dashboard/page/text.js'
import type { SceneMessage } from '../messages.js'
import { askForScene, feed } from './feed.js'
import type { LoadedClip } from './loadedClip.js'
import { player, speeds } from './player.js'
import { type Stage, stageOf } from './stage.js'

/** Real seconds before the end of a clip of a run from which on the next one is asked for, so that it is a new one. */
const SOON = 1.5
/** The most real seconds that pass between two frames of the browser: a page in the background stands still. */
const LONGEST = 0.25
/** Seconds between two attempts to reach the server. */
const AGAIN = 2

const playing = player()
const clips = feed()
let scene: SceneMessage | null = null
let stage: Stage | null = null
let clip: LoadedClip | null = null
let drawnAt: number | null = null
let wantsNext = false
let askedAt = -Infinity
let trouble = ''

const pressed = (id: string): boolean => byId(id).getAttribute('aria-pressed') === 'true'
const toggle = (id: string): boolean => {
  const now = !pressed(id)
  byId(id).setAttribute('aria-pressed', String(now))
  return now
}

const showState = (): void => {
  const waits = clip === null ? (scene?.isLive === true ? 'waiting for the end of an episode' : 'loading') : ''
  const text = [trouble, clips.trouble].find((each) => each !== '') ?? ''
  setText(byId('state'), text === '' ? waits : text)
  byId('state').className = text === '' ? '' : 'lost'
}

const showNumbers = (): void => {
  setText(byId('pause'), playing.isPaused ? 'Play' : 'Pause')
  byId('pause').setAttribute('aria-label', playing.isPaused ? 'Play' : 'Pause')
  byId<HTMLSelectElement>('speed').value = String(playing.speed)
  showState()
  if (clip === null || scene === null) return
  const { frame } = playing
  const last = clip.length - 1
  setText(byId('about'), clip.about)
  setText(byId('step'), `${countText(frame)} of ${countText(last)}${frame === last ? `, ${clip.ending}` : ''}`)
  setText(byId('time'), `${(frame * scene.stepSeconds).toFixed(2)} s`)
  setText(byId('reward'), frame === 0 ? '–' : numberText(clip.rewards[frame]))
  setText(byId('return'), numberText(clip.returns[frame]))
  const place = byId<HTMLInputElement>('place')
  place.max = String(last)
  place.value = String(frame)
}

const begin = (next: LoadedClip): void => {
  clip = next
  wantsNext = false
  if (scene !== null) playing.begin(next.length, scene.stepSeconds)
}

/** Begins the next clip where there is one; at the end without one, the present clip again. */
const goOn = (now: number): void => {
  if (scene === null) return
  const isNear = clip === null || wantsNext || !scene.isLive || playing.secondsLeft < SOON
  if (isNear) clips.ask(clip?.number ?? 0, now)
  if (clip !== null && !wantsNext && !playing.isOver) return
  const next = clips.take()
  if (next !== null) begin(next)
  else if (clip !== null && playing.isOver) playing.begin(clip.length, scene.stepSeconds)
}

const connect = (now: number): void => {
  if (scene !== null || now - askedAt < AGAIN) return
  askedAt = now
  askForScene().then(
    (message) => {
      if (message === null) return
      scene = message
      setText(byId('title'), message.title)
      document.title = message.title
      try {
        stage = stageOf(byId<HTMLCanvasElement>('stage'), message)
        trouble = ''
      } catch (error) {
        trouble = `this browser cannot draw the scene: ${error instanceof Error ? error.message : String(error)}`
      }
    },
    () => {
      trouble = 'connection lost: the process has ended'
    },
  )
}

const draw = (time: number): void => {
  const now = time / 1000
  playing.pass(Math.min(LONGEST, now - (drawnAt ?? now)))
  drawnAt = now
  connect(now)
  goOn(now)
  if (clip !== null) stage?.show(clip, playing.frame)
  stage?.draw()
  showNumbers()
  requestAnimationFrame(draw)
}

const step = (by: 1 | -1): void => {
  playing.setPaused(true)
  playing.seek(playing.frame + by)
}
const actions: Readonly<Record<string, () => void>> = {
  pause: () => playing.setPaused(!playing.isPaused),
  back: () => step(-1),
  forward: () => step(1),
  next: () => {
    wantsNext = true
    playing.setPaused(false)
  },
  follow: () => stage?.setFollowing(toggle('follow')),
  reset: () => stage?.resetCamera(),
  contacts: () => stage?.setContacts(toggle('contacts')),
}
for (const [id, action] of Object.entries(actions)) byId(id).addEventListener('click', action)
const keys: Readonly<Record<string, () => void>> = {
  ' ': actions['pause'],
  ArrowLeft: actions['back'],
  ArrowRight: actions['forward'],
  n: actions['next'],
  f: actions['follow'],
  r: actions['reset'],
  c: actions['contacts'],
  '+': () => playing.changeSpeed(1),
  '-': () => playing.changeSpeed(-1),
}
addEventListener('keydown', (event) => {
  const { target, key } = event
  // Buttons and lists have keys of their own.
  const isOwn = target instanceof HTMLButtonElement || target instanceof HTMLSelectElement
  if (event.ctrlKey || event.altKey || event.metaKey || (isOwn && (key === ' ' || key.startsWith('Arrow')))) return
  const action = keys[key.length === 1 ? key.toLowerCase() : key]
  if (action === undefined) return
  event.preventDefault()
  action()
})
const choice = byId<HTMLSelectElement>('speed')
choice.append(
  ...speeds.map((speed) => {
    const option = element('option', '', `${speed}×`)
    option.value = String(speed)
    return option
  }),
)
choice.addEventListener('change', () => playing.setSpeed(Number(choice.value)))
const place = byId<HTMLInputElement>('place')
place.addEventListener('input', () => {
  playing.setPaused(true)
  playing.seek(Number(place.value))
})
requestAnimationFrame(draw)
