/** A process that answers one request at a time over pipes of its own, and ends with this one. */
import type { ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { childProcesses, ownProcess } from '#host'
import { causeOf, DriverError } from '../../failure.js'
import { eventLoop } from '../../time/schedule.js'
import { HEADER, type Reply, replyCutter } from './replies.js'

/** How a process is started. */
export interface PythonOptions {
  /** Begins the messages of errors. */
  readonly owner: string
  /** The program. */
  readonly python: string
  readonly words: readonly string[]
  /** The working directory; undefined for that of this process. */
  readonly directory: string | undefined
  /** Milliseconds that a reply may take; Infinity waits for ever. */
  readonly within: number
  /** What the standard output of the process goes to. */
  readonly output: 'stdout' | 'stderr'
}

/** A request: its name in errors, its kind and its body. */
export interface Request {
  readonly what: string
  readonly kind: number
  readonly body: Uint8Array
  /** The most bytes of the reply's body. */
  readonly longest: number
}

/** A process that answers. */
export interface PythonProcess {
  /**
   * Sends a request, and reads its reply in place.
   *
   * Fails: rejects with a DriverError that begins with `what` if the process ends before, with its code or signal and the last line of its traceback;
   * if it takes too long, and is then killed; and if the reply is longer than `longest`.
   */
  ask<T>(request: Request, read: (reply: Reply) => T): Promise<T>
  /** Waits for the first reply, which needs no request. */
  first<T>(request: Omit<Request, 'kind' | 'body'>, read: (reply: Reply) => T): Promise<T>
  /** Lets a pending reply come or fail. */
  idle(): Promise<void>
  /** Asks the process to end, and kills it if it has not within ten seconds. */
  close(): void
}

/** Characters of the standard error stream that are kept. */
const MOST_ERRORS = 20_000
/** Milliseconds in which the rest of the standard error stream comes once the process has ended. */
const LAST_WORDS = 300
/** Milliseconds in which a process ends when it is asked to. */
const GRACE = 10_000
/** The request to end. */
const END = 2

/** The line that says why: of Python's last traceback the error, of a crash of the interpreter the reason, otherwise the last line. */
export const lastLineOf = (errors: string): string => {
  const fatal = /^Fatal Python error: .*$/m.exec(errors)
  if (fatal !== null) return fatal[0]
  const lines = errors.split(/\r?\n/).filter((line) => line.trim() !== '')
  const traceback = lines.findLastIndex((line) => line.startsWith('Traceback (most recent call last)'))
  const error = lines.find((line, at) => traceback >= 0 && at > traceback && /^[A-Za-z_][\w.]*(:|$)/.test(line))
  return error ?? lines.at(-1)?.trim() ?? ''
}

/** The reply that is waited for. */
interface Pending {
  readonly what: string
  readonly longest: number
  settle(reply: Reply): void
  fail(text: string): void
}

/**
 * Starts a process, whose requests go to descriptor 3 and whose replies come from descriptor 4.
 *
 * The process is the first of a group of its own, so that Ctrl-C reaches this process alone. It is waited for only while a reply is
 * pending: a program that does not close its world ends all the same, and the process with it, whose pipes are closed then.
 *
 * Memory: the end of what the process wrote to its standard error stream since the latest request; all of it is passed on.
 * Fails: rejects with a DriverError if there is no such program.
 */
export const pythonProcess = async (options: PythonOptions): Promise<PythonProcess> => {
  const { owner, python, directory, words, within, output } = options
  const { spawn } = await childProcesses()
  const { stderr } = ownProcess()
  const child: ChildProcess = spawn(python, [...words], {
    // The descriptors 1 and 2 are those of this process.
    stdio: ['ignore', output === 'stderr' ? 2 : 1, 'pipe', 'pipe', 'pipe'],
    cwd: directory,
    detached: true,
    windowsHide: true,
  })
  const requests = child.stdio[3] as Writable & Socket
  const replies = child.stdio[4] as Readable & Socket
  let errors = ''
  let pending: Pending | null = null
  let settled: Promise<unknown> = Promise.resolve()
  /** Why there are no more replies. */
  let ended: string | null = null
  /** The process has ended, and the last words of it are read. */
  let exited = false
  let closing = false

  const end = (text: string): void => {
    ended ??= text
    const failed = pending
    pending = null
    failed?.fail(text)
  }
  const kill = (text: string): void => {
    end(text)
    child.kill('SIGKILL')
  }

  const cut = replyCutter({
    longest: () => pending?.longest ?? 0,
    take: (reply) => {
      const answered = pending
      pending = null
      if (answered === null) kill('Python sent a reply without a request')
      else answered.settle(reply)
    },
    refuse: (length) => kill(`Python announced a reply of ${length} bytes, expected at most ${pending?.longest ?? 0}`),
  })
  replies.on('data', cut)
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-MOST_ERRORS)
    stderr.write(text)
  })
  // What cannot be sent has its reason in the end of the process.
  for (const pipe of [requests, replies]) pipe.on('error', () => undefined)
  const started = new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.on('error', (error) => reject(new DriverError(`${owner}: ${absent(python, error)}`)))
  })
  child.once('exit', (code, signal) => {
    exited = true
    let over = false
    const tell = (): void => {
      if (over) return
      over = true
      const how = signal === null ? `Python exited with code ${code}` : `Python was ended by ${signal}`
      const why = lastLineOf(errors)
      end(why === '' ? how : `${how}: ${why}`)
    }
    // The stream may have an end much later, where the environment has started a process itself.
    child.stderr?.once('close', tell)
    eventLoop.schedule(tell, LAST_WORDS)
  })
  const unref = (): void => {
    for (const each of [child, requests, replies, child.stderr as unknown as Socket]) each.unref()
  }

  const wait = <T>({ what, longest }: Omit<Request, 'kind' | 'body'>, read: (reply: Reply) => T): Promise<T> => {
    const asked = new Promise<T>((resolve, reject) => {
      const fail = (text: string): void => {
        timer?.unsubscribe()
        replies.unref()
        reject(new DriverError(`${owner}: ${what}: ${text}`))
      }
      const late = (): void => {
        if (exited) return
        pending = null
        fail(`no reply from Python within ${within} ms (see the option within)`)
        kill('Python was ended, since a reply took too long')
      }
      const timer = within < Infinity && ended === null ? eventLoop.schedule(late, within) : null
      const settle = (reply: Reply): void => {
        timer?.unsubscribe()
        replies.unref()
        try {
          resolve(read(reply))
        } catch (error) {
          reject(error)
        }
      }
      if (ended !== null) return fail(ended)
      // A warning of an earlier step does not say why the process ended.
      errors = ''
      pending = { what, longest, settle, fail }
      replies.ref()
    })
    settled = asked.catch(() => undefined)
    return asked
  }

  await started
  unref()
  /** A request is sent in one piece. */
  let frame = Buffer.alloc(64)
  const send = (kind: number, body: Uint8Array): void => {
    if (frame.length < HEADER + body.length) frame = Buffer.alloc(HEADER + body.length)
    frame.writeUInt32LE(body.length, 0)
    frame.writeUInt32LE(kind, 4)
    frame.set(body, HEADER)
    // The buffer is free again when the reply comes, since the process has read it.
    requests.write(frame.subarray(0, HEADER + body.length))
  }
  return {
    ask: (request, read) => {
      const reply = wait(request, read)
      if (ended === null) send(request.kind, request.body)
      return reply
    },
    first: wait,
    idle: async () => void (await settled),
    close: () => {
      if (closing) return
      closing = true
      if (ended !== null) return
      if (pending === null) send(END, new Uint8Array(0))
      end('the world is closed')
      requests.end()
      const timer = eventLoop.schedule(() => child.kill('SIGKILL'), GRACE)
      child.once('exit', () => timer.unsubscribe())
    },
  }
}

const absent = (python: string, error: Error): string =>
  'code' in error && error.code === 'ENOENT'
    ? `there is no program ${python}: install Python and its package gymnasium, or name a Python that has it (option python, or --python)`
    : `${python}: ${causeOf(error)}`
