/** Holds a directory for one process: a second sweep must not write into it. */
import { createHash } from 'node:crypto'
import { realpathSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The socket of a directory. The system closes it with its process, however that ends, so that nothing is held by a process that is gone. */
const socketOf = (directory: string): string => {
  const name = `rivulet-${createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 24)}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`)
}

/** Whether a process listens on a socket. */
const answers = (place: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(place)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

const listenOn = (place: string): Promise<() => void> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.on('error', reject)
    server.listen(place, () => {
      server.unref()
      resolve(() => void server.close())
    })
  })

/**
 * Holds a directory until the function that it returns is called, or the process ends. Null if another process on this machine holds it.
 *
 * Fails: rejects with the system's error if the directory is not there or the system gives no socket.
 */
export const holdDirectory = async (directory: string): Promise<(() => void) | null> => {
  const place = socketOf(directory)
  try {
    return await listenOn(place)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    if (await answers(place)) return null
    // Its process was killed and left the file behind.
    rmSync(place, { force: true })
    return listenOn(place)
  }
}
