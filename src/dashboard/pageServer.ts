/** A server of HTTP for a page, on this machine alone. */
import type { IncomingMessage, ServerResponse, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { httpServers } from '#host'
import { refusalOf } from './refusal.js'

/** The document of a page, and what holds it to itself. */
export interface PageDocument {
  readonly content: string | Uint8Array
  /** How the content is compressed; left out for text as it is. */
  readonly encoding?: 'gzip'
  /** Its content security policy. */
  readonly policy: string
}

/** Options of `pageServer`. */
export interface PageServerOptions {
  /** Begins the messages of errors. */
  readonly owner: string
  /** The port on 127.0.0.1, from 0 to 65535; 0 for any free one. */
  readonly port: number
  readonly page: PageDocument
  /** The paths that `answer` has, for refusals; `has` says whether there is one. */
  readonly paths: readonly string[]
  /** Whether there is something at a path beside `/`. */
  has(url: string): boolean
  /** Answers a request for something that there is. */
  answer(url: string, response: ServerResponse): void
  /** Whether the process goes on while the server is open. */
  readonly keepsProcess: boolean
}

/** A server that is open. */
export interface PageServer {
  /** `http://127.0.0.1:<port>/`. */
  readonly url: string
  /** Accepts no connection any more, calls `end`, cuts all connections, and resolves when the port is free. */
  close(end: () => Promise<void>): Promise<void>
}

const headers = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      // A connection that could not be accepted, as where there are no more file descriptors, is not the run's failure.
      server.on('error', () => undefined)
      resolve((server.address() as AddressInfo).port)
    })
  })

/** Answers with a status and a line. */
export const refuse = (response: ServerResponse, status: number, line: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${line}\n`)
}

/**
 * Serves a page. It answers no request with another host or from another origin, and sends nothing that another page could read.
 *
 * Fails: rejects with the system's error if the port is not free, and with a RangeError if it is no port.
 */
export const pageServer = async (options: PageServerOptions): Promise<PageServer> => {
  const { owner, port, page, paths, has, answer, keepsProcess } = options
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new RangeError(`${owner}: port: expected an integer from 0 to 65535, got ${port}`)
  }
  const { createServer } = await httpServers()
  let ownPort = port
  const server = createServer((request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    const refusal = refusalOf(request, ownPort, { paths: ['/', ...paths], has: (url) => url === '/' || has(url) })
    if (refusal !== null) return refuse(response, refusal.status, refusal.line)
    const url = request.url ?? '/'
    if (url !== '/') return answer(url, response)
    response.setHeader('content-security-policy', page.policy)
    if (page.encoding !== undefined) response.setHeader('content-encoding', page.encoding)
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', connection: 'close' }).end(page.content)
  })
  if (!keepsProcess) server.on('connection', (socket) => socket.unref())
  ownPort = await listen(server, port)
  if (!keepsProcess) server.unref()
  return {
    url: `http://127.0.0.1:${ownPort}/`,
    close: async (end) => {
      const freed = new Promise<void>((resolve) => void server.close(() => resolve()))
      await end()
      server.closeAllConnections()
      await freed
    },
  }
}
