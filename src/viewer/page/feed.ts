/** Asks the server for clips. */
import type { ClipMessage, SceneMessage } from '../messages.js'
import { type LoadedClip, loadedClip } from './loadedClip.js'

/** Seconds after a failure until the next attempt. */
const AGAIN = 2

/** The clips that come. */
export interface Feed {
  /** The clip that came and was not taken yet. */
  readonly next: LoadedClip | null
  /** What keeps the next clip away, in words; empty if nothing does. */
  readonly trouble: string
  /** Asks for what comes after a clip, unless it was asked for already; `now` is in seconds. */
  ask(number: number, now: number): void
  take(): LoadedClip | null
}

/** The scene; null while the simulation is not open yet. Rejects if there is no server. */
export const askForScene = async (): Promise<SceneMessage | null> => {
  const response = await fetch('/scene')
  return response.ok ? ((await response.json()) as SceneMessage) : null
}

/** A feed that has not asked yet. */
export const feed = (): Feed => {
  let next: LoadedClip | null = null
  let trouble = ''
  let isAsking = false
  let againAt = -Infinity
  const fetched = async (number: number): Promise<void> => {
    const response = await fetch(`/clips/${number}`)
    if (response.status === 204) return
    if (!response.ok) throw new Error((await response.text()).trim())
    next = loadedClip((await response.json()) as ClipMessage)
    trouble = ''
  }
  return {
    get next() {
      return next
    },
    get trouble() {
      return trouble
    },
    ask: (number, now) => {
      if (isAsking || next !== null || now < againAt) return
      isAsking = true
      fetched(number)
        .catch((error: unknown) => {
          // The browser's own error of a server that is gone says nothing to the reader.
          trouble = error instanceof TypeError ? 'connection lost: the process has ended' : String(error)
          againAt = now + AGAIN
        })
        .finally(() => {
          isAsking = false
        })
    },
    take: () => {
      const taken = next
      next = null
      return taken
    },
  }
}
