/** The TCP servers of a simulated controller. */
import { sockets } from '#host'
import { reason, SensorError } from '../../failure.js'

/** A client. */
export interface Peer {
  /** Sends bytes; a client that does not read is disconnected. */
  write(bytes: Uint8Array | string): void
  /** Ends the connection after what was sent. */
  end(): void
  /** Ends the connection at once. */
  destroy(): void
}

/** What a server does with a client. */
export interface PeerEvents {
  received(bytes: Uint8Array): void
  closed?(): void
}

/** A server that listens. */
export interface PeerServer {
  readonly port: number
  /** Clients that were disconnected since they did not read. */
  readonly dropped: number
  /** Disconnects every client. */
  disconnect(): void
  /** While it is mute nothing goes in or out, and no connection is closed: a cable that was pulled. */
  setMute(isMute: boolean): void
  close(): Promise<void>
}

/**
 * Bytes that may wait for a client that reads slowly: more than a second of samples at 500 Hz, which a simulator that was behind sends at once,
 * so that no client is disconnected that reads.
 */
const MOST_WAITING = 2_000_000
/** Characters of the longest line. */
const LONGEST_LINE = 65_536

/**
 * Listens on a port, or on a free one for port 0.
 *
 * Fails: rejects with a SensorError if the port cannot be had.
 */
export const peerServer = async (
  host: string,
  port: number,
  opened: (peer: Peer) => PeerEvents,
): Promise<PeerServer> => {
  const { createServer } = await sockets()
  const clients = new Set<{ destroy(): unknown }>()
  let isMute = false
  let dropped = 0
  const server = createServer({ noDelay: true }, (socket) => {
    clients.add(socket)
    const peer: Peer = {
      write: (bytes) => {
        if (isMute || socket.destroyed || !socket.writable) return
        if (socket.writableLength > MOST_WAITING) {
          dropped += 1
          return void socket.destroy()
        }
        socket.write(bytes)
      },
      end: () => void socket.end(),
      destroy: () => void socket.destroy(),
    }
    const events = opened(peer)
    socket.on('data', (bytes: Uint8Array) => {
      if (!isMute) events.received(bytes)
    })
    // A reset by the client: its close says so.
    socket.on('error', () => {})
    socket.on('close', () => {
      clients.delete(socket)
      events.closed?.()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new SensorError(`simulate ur5: port ${port} of ${host} cannot be had: ${reason(error)}`)),
    )
    server.listen(port, host, resolve)
  })
  const disconnect = (): void => {
    for (const client of clients) client.destroy()
  }
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    get dropped() {
      return dropped
    },
    disconnect,
    setMute: (changed) => {
      isMute = changed
    },
    close: () => {
      disconnect()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Collects bytes into lines; a line that is too long is given up. */
export const lineReader = (read: (line: string) => void): ((bytes: Uint8Array) => void) => {
  const utf8 = new TextDecoder()
  let held = ''
  return (bytes) => {
    const lines = (held + utf8.decode(bytes, { stream: true })).split('\n')
    held = (lines.pop() ?? '').slice(0, LONGEST_LINE)
    for (const line of lines) if (line.trim() !== '') read(line)
  }
}
