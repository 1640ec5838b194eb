/** One of Node's worker threads, started the same way however the process was, and whose end is seen by a caller that blocks. */

type Threads = NonNullable<ReturnType<typeof threads>>
type Port = InstanceType<Threads['MessageChannel']>['port1']

/** A thread under way. */
export interface BlockableWorker {
  /** Why the thread ended, or null while it lives. May be asked while the event loop stands still. */
  end(): string | null
  /** Ends the thread; does nothing where it has ended. */
  terminate(): void
}

/** What a thread is started with. */
export interface WorkerOptions {
  readonly data: Readonly<Record<string, unknown>>
  /** Text that the thread runs behind its program, which returned or threw. */
  readonly onEnd: string
  /** Called here when the event loop finds that the thread has ended, whatever ended it. */
  readonly onExit: () => void
}

/** Node's threads, or null on a platform without. */
const threads = () => globalThis.process?.getBuiltinModule?.('node:worker_threads') ?? null

/**
 * What runs around a program: its failure is posted, and then `onEnd` runs. `getBuiltinModule` works in a script and in a module,
 * whichever of them Node takes the text for.
 */
const wrapped = (body: string, onEnd: string): string => `
const { workerData } = process.getBuiltinModule('node:worker_threads')
const { port, ...data } = workerData
try {
  ${body}
} catch (error) {
  port.postMessage('it failed: ' + String((error && error.message) || error))
} finally {
  ${onEnd}
}
`

/**
 * Starts a thread that runs the text of a program, which reads `data`, and `onEnd` when it returned or threw. It never keeps the
 * process alive.
 *
 * The thread gets none of the process's flags and environment variables: under `--input-type=module` the text would be another kind
 * of program, and a file that `--import` or `NODE_OPTIONS` preloads would run a second time beside it.
 * Fails: TypeError where there are no threads, or where none can be started, with Node's reason.
 */
export const startWorker = (body: string, { data, onEnd, onExit }: WorkerOptions): BlockableWorker => {
  const platform = threads()
  if (platform === null) throw new TypeError('a second thread needs worker_threads of Node (20.16 or later)')
  const channel = new platform.MessageChannel()
  let worker: InstanceType<Threads['Worker']>
  try {
    worker = new platform.Worker(wrapped(body, onEnd), {
      eval: true,
      execArgv: [],
      env: {},
      workerData: { ...data, port: channel.port2 },
      transferList: [channel.port2],
    })
  } catch (error) {
    throw new TypeError(
      `the second thread of a learner cannot be started: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  worker.unref()

  let link: Port = channel.port1
  let ended: string | null = null
  /** Whether the other end of the link exists. A port without one cannot be moved, and nothing else tells so before the event loop turns. */
  const lives = (): boolean => {
    const { port1, port2 } = new platform.MessageChannel()
    try {
      port1.postMessage(link, [link])
      link = platform.receiveMessageOnPort(port2)!.message as Port
      return true
    } catch {
      return false
    } finally {
      port1.close()
    }
  }
  const hear = (): void => {
    const said = platform.receiveMessageOnPort(link)
    if (said !== undefined) ended ??= String(said.message)
  }
  worker.on('error', (error) => (ended ??= `it failed: ${error.message}`))
  worker.on('exit', (code) => {
    hear()
    ended ??= `it ended with code ${code}`
    onExit()
  })

  return {
    end: () => {
      hear()
      return (ended ??= lives() ? null : 'it ended')
    },
    terminate: () => void worker.terminate(),
  }
}
