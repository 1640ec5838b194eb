/** Pairs of serial ports that are wired to one another: the same tests run on each kind. */
import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { SerialPort, SerialPortMock } from 'serialport'
import { describe } from 'vitest'
import { needs, programOf } from '../absent.js'
import { type Running, ended, until } from './running.js'

/** Two serial ports by their paths. */
interface Ports {
  readonly ours: string
  readonly theirs: string
}

/** Two serial ports, wired to one another until they are stopped, which pulls the cable: both files are gone. */
export interface Wire extends Running, Ports {
  /** Says something at the other end, in one piece. */
  readonly say: (text: string) => void
  /** Says more at the other end than the wire holds, and does not wait. */
  readonly flood: (text: string) => void
  /** How often this process has our port open. */
  readonly openings: () => number
}

/** Wires two ports, new ones or those that were unplugged. */
export type WireUp = (ports?: Ports) => Promise<Wire>

const newPaths = (): Ports => {
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-ports-'))
  return { ours: join(folder, 'ours'), theirs: join(folder, 'theirs') }
}

const socat = process.platform === 'linux' ? programOf('socat') : null

/** Serialport's mock of a port has no other end: here what is written to one is read from the other. */
type MockPort = Awaited<ReturnType<typeof SerialPortMock.binding.open>>
const wires = new Map<string, string>()
const ports = new Map<string, MockPort>()

const arrive = (path: string, bytes: string | Buffer): void => {
  const port = ports.get(path)
  if (port?.isOpen === true) port.emitData(bytes)
}

const wire = (ours: string, theirs: string): void => {
  for (const [path, other] of [
    [ours, theirs],
    [theirs, ours],
  ]) {
    SerialPortMock.binding.createPort(path)
    wires.set(path, other)
  }
}

/** As when a cable is pulled: what is read from the port fails. */
const unplug = (path: string): void => {
  const port = ports.get(path) as { readonly pendingRead?: ((error: Error) => void) | null } | undefined
  port?.pendingRead?.(Object.assign(new Error('the device was unplugged'), { disconnect: true }))
  ports.delete(path)
}

/** The part of a binding that is used here; those of the systems differ only in their types. */
interface Binding {
  open(options: Parameters<typeof SerialPortMock.binding.open>[0]): Promise<unknown>
}

const binding: Binding = SerialPort.binding as unknown as Binding
const openReal = binding.open.bind(binding)
binding.open = async (options) => {
  const other = wires.get(options.path)
  if (other === undefined) return openReal(options)
  if (!existsSync(options.path)) throw new Error(`No such file or directory, cannot open ${options.path}`)
  const port = await SerialPortMock.binding.open(options)
  const write = port.write.bind(port)
  port.write = async (bytes) => {
    await write(bytes)
    arrive(other, bytes)
  }
  ports.set(options.path, port)
  return port
}

const terminals: WireUp = async ({ ours, theirs } = newPaths()) => {
  mkdirSync(dirname(ours), { recursive: true })
  const words = [`pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`]
  const child = spawn(socat ?? 'socat', words, { stdio: 'ignore' })
  const failure: unknown[] = []
  child.once('error', (error) => failure.push(error))
  await until('two ports of socat', () => failure.length > 0 || (existsSync(ours) && existsSync(theirs)))
  if (failure.length > 0) throw failure[0]
  return {
    ours,
    theirs,
    say: (text) => {
      const file = openSync(theirs, 'w')
      writeSync(file, text)
      closeSync(file)
    },
    flood: (text) => {
      const file = join(dirname(ours), 'flood')
      writeFileSync(file, text)
      spawn('sh', ['-c', `cat ${file} > ${theirs}`], { stdio: 'ignore' })
    },
    openings: () => {
      const device = realpathSync(ours)
      return readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`) === device
        } catch {
          return false
        }
      }).length
    },
    stop: async () => {
      // First of all, since another process may get the terminal's number at once, and would then be found under our path.
      rmSync(dirname(ours), { recursive: true, force: true })
      await ended(child, 'SIGKILL')
    },
  }
}

const mocked: WireUp = ({ ours, theirs } = newPaths()) => {
  // The device's file, which goes with its cable.
  mkdirSync(dirname(ours), { recursive: true })
  for (const path of [ours, theirs]) writeFileSync(path, '')
  wire(ours, theirs)
  return Promise.resolve({
    ours,
    theirs,
    say: (text) => arrive(ours, text),
    flood: (text) => arrive(ours, text),
    openings: () => (ports.get(ours)?.isOpen === true ? 1 : 0),
    stop: () => {
      rmSync(dirname(ours), { recursive: true, force: true })
      unplug(ours)
      unplug(theirs)
      return Promise.resolve()
    },
  })
}

const needed = 'socat, which is not installed (apt-get install socat), on Linux'

/** Describes tests of wires that another program has a part in: on a pair of terminals, where socat is installed. */
export const onTerminals = (tests: (wired: WireUp) => void): void => {
  describe('a pair of terminals', () => {
    needs(needed, socat !== null)
    tests(terminals)
  })
}

/** Describes tests of wires twice: on serialport's own mock everywhere, and on a pair of terminals where socat is installed. */
export const onEachWire = (tests: (wired: WireUp) => void): void => {
  describe("serialport's mock", () => {
    tests(mocked)
  })
  onTerminals(tests)
}
