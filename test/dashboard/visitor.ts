/** A page's requests, without a browser. */
import { get, request } from 'node:http'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** The whole answer to a request. */
export const asked = (url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { headers, method, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (body += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      response.on('error', reject)
    })
    sent.on('error', reject).end()
  })

export interface Frame {
  readonly event: string
  readonly data: unknown
}

const frameOf = (text: string): Frame => {
  const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(text) ?? []
  return { event, data: JSON.parse(data) }
}

/** A stream of events that is open: what has come, and when it has ended. */
export const listening = async (url: string) => {
  const frames: Frame[] = []
  let waiting: (() => void)[] = []
  const awake = (): void => {
    const woken = waiting
    waiting = []
    woken.forEach((each) => each())
  }
  let isOver = false
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    get(`${url}events`, { agent: false }, resolve).on('error', reject)
  })
  let rest = ''
  response.setEncoding('utf8')
  response.on('data', (part: string) => {
    const texts = (rest + part).split('\n\n')
    rest = texts.pop() ?? ''
    frames.push(...texts.filter((text) => text.startsWith('event:')).map(frameOf))
    awake()
  })
  response.on('close', () => {
    isOver = true
    awake()
  })
  return {
    frames,
    status: response.statusCode,
    type: response.headers['content-type'],
    get isOver() {
      return isOver
    },
    /** Resolves when this holds of what has come; rejects if the stream ends before. */
    until: async (holds: (frames: readonly Frame[]) => boolean): Promise<void> => {
      while (!holds(frames)) {
        if (isOver) throw new Error(`the stream ended after ${frames.length} frames`)
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
    ended: async (): Promise<void> => {
      while (!isOver) await new Promise<void>((resolve) => waiting.push(resolve))
    },
    leave: () => response.destroy(),
    pause: () => response.pause(),
    resume: () => response.resume(),
  }
}
