/** Serves a page on this machine that shows a simulation. */
import type { ServerResponse } from 'node:http'
import { pageServer, refuse } from '../dashboard/pageServer.js'
import type { VisibleModel } from '../environments/mujoco/visibleScene.js'
import { packedScene } from './packed.js'

/** Where the episodes come from that a viewer shows. */
export interface ClipSource {
  /** The JSON of the first clip after the one of this number, 0 for any; null if there is none yet. A rejection is shown on the page. */
  after(number: number): Promise<string | null>
}

/** Options of `viewer`. */
export interface ViewerOptions {
  /** The port on 127.0.0.1, from 0 to 65535; 0 for any free one. */
  readonly port: number
  /** What the page is headed. */
  readonly title: string
  /** Whether the clips are those of a run while it learns. */
  readonly isLive: boolean
  readonly clips: ClipSource
  /** Whether the process goes on while the viewer is open. */
  readonly keepsProcess: boolean
}

/** A viewer that is open. */
export interface Viewer {
  /** Where the page is: `http://127.0.0.1:<port>/`. */
  readonly url: string
  /** Tells pages what they show; until then they wait. */
  show(model: VisibleModel, stepSeconds: number): void
  /** Ends the connections to all pages and frees the port. */
  close(): Promise<void>
}

const SCENE = '/scene'
const CLIPS = /^\/clips\/(\d{1,15})$/

const sendJson = (response: ServerResponse, json: string): void => {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', connection: 'close' }).end(json)
}

/**
 * Serves a page that shows a simulation: it loads the scene once, and then one clip after another, which it plays by its own clock. So pages are
 * independent of each other, and of the pace of the simulation.
 *
 * The server listens on 127.0.0.1 alone and answers no request with another host or from another origin; the page asks for nothing else, which its
 * content security policy holds.
 *
 * Fails: rejects as `pageServer` does.
 */
export const viewer = async ({ port, title, isLive, clips, keepsProcess }: ViewerOptions): Promise<Viewer> => {
  const { pageGzip, pagePolicy } = await import('./pageText.js')
  let scene: string | null = null
  const sendClip = async (response: ServerResponse, number: number): Promise<void> => {
    try {
      const clip = await clips.after(number)
      if (clip === null) response.writeHead(204, { connection: 'close' }).end()
      else sendJson(response, clip)
    } catch (error) {
      refuse(response, 500, error instanceof Error ? error.message : String(error))
    }
  }
  const server = await pageServer({
    owner: 'viewer',
    port,
    page: {
      content: Uint8Array.from(atob(pageGzip), (character) => character.charCodeAt(0)),
      encoding: 'gzip',
      policy: pagePolicy,
    },
    paths: [SCENE, '/clips/<number>'],
    has: (url) => url === SCENE || CLIPS.test(url),
    answer: (url, response) => {
      const number = CLIPS.exec(url)?.[1]
      if (number !== undefined) return void sendClip(response, Number(number))
      return scene === null ? refuse(response, 503, 'the simulation is not open yet') : sendJson(response, scene)
    },
    keepsProcess,
  })
  let closing: Promise<void> | null = null
  return {
    url: server.url,
    show: (model, stepSeconds) => {
      scene = JSON.stringify(packedScene(model, { title, stepSeconds, isLive }))
    },
    close: () => (closing ??= server.close(async () => undefined)),
  }
}
