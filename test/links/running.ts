/** What the tests start outside of themselves: it runs until it is stopped, and is waited for. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Server, Socket } from 'node:net'

/** Something that runs until it is stopped. */
export interface Running {
  stop(): Promise<void>
}

/** Waits. */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Blocks the event loop, as a long computation does. */
export const block = (milliseconds: number): void => {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

/** Waits, in short naps, until a condition of the world outside is met. */
export const until = async (awaited: string, met: () => boolean | Promise<boolean>, within = 8000): Promise<void> => {
  const end = Date.now() + within
  while (!(await met())) {
    if (Date.now() > end) throw new Error(`${awaited}: nothing of the kind within ${within} ms`)
    await pause(2)
  }
}

/** Ends a process, unless it has ended. */
export const ended = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

/** Listens, and when stopped cuts every connection without a word. */
export const listening = async (server: Server, port: number): Promise<Running> => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
