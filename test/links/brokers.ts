/** Brokers of MQTT: the same tests run on each. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { describe } from 'vitest'
import { needs, programOf } from '../absent.js'
import { type Running, ended, listening, pause } from './running.js'

const mosquittoPath = programOf('mosquitto')

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const tell = (is: boolean): void => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', () => tell(true)).once('error', () => tell(false))
  })

/** Whom a broker lets in. */
interface Doors {
  /** Whether clients come in without a password; there is none that would do. */
  readonly anonymous?: boolean
}

/** Starts a broker of MQTT on a port. */
export type StartBroker = (port: number, doors?: Doors) => Promise<Running>

/** The Debian package `mosquitto`, as a broker in the foreground; it is killed, and not terminated in an orderly way. */
const mosquitto: StartBroker = async (port, { anonymous = true } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-mosquitto-'))
  const config = join(folder, 'mosquitto.conf')
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous ${anonymous}\n`)
  const child = spawn(mosquittoPath ?? 'mosquitto', ['-c', config], { stdio: 'ignore' })
  const failure: unknown[] = []
  child.once('error', (error) => failure.push(error))
  for (let tries = 0; !(await answers(port)); tries++) {
    if (failure.length > 0 || child.exitCode !== null || tries > 500) {
      throw new Error(`mosquitto does not run: ${String(failure[0] ?? child.exitCode)}`)
    }
    await pause(5)
  }
  return {
    stop: async () => {
      await ended(child, 'SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The broker `aedes`, in this process. */
export const aedes = async (
  port: number,
  { anonymous = true }: Doors = {},
): Promise<Running & { readonly broker: Aedes }> => {
  const broker = await Aedes.createBroker()
  const notAuthorized = 5
  if (!anonymous) {
    broker.authenticate = (_client, _user, _password, answer) =>
      answer(Object.assign(new Error('not authorized'), { returnCode: notAuthorized }), false)
  }
  const { stop } = await listening(createServer(broker.handle), port)
  return {
    broker,
    stop: async () => {
      await stop()
      await new Promise<void>((resolve) => broker.close(() => resolve()))
    },
  }
}

/** Describes tests of MQTT twice: on `aedes` everywhere, and on Mosquitto where it is installed. */
export const onEachBroker = (tests: (start: StartBroker) => void): void => {
  describe('aedes', () => void tests(aedes))
  describe('mosquitto', () => {
    needs('mosquitto, which is not installed (apt-get install mosquitto)', mosquittoPath !== null)
    tests(mosquitto)
  })
}
