/** A worker thread of Node that starts independently of the process's flags, and whose end a blocked caller can detect. */

type Threads = NonNullable<ReturnType<typeof threads>>
type Port = InstanceType<Threads['MessageChannel']>['port1']

/** A running thread. */
export interface BlockableWorker {
  /** The reason why the thread ended, or null while it runs. It can be called while the event loop is blocked. */
  end(): string | null
  /** Ends the thread; does nothing if it has ended. */
  terminate(): void
}

/** Options of `startWorker`. */
export interface WorkerOptions {
  readonly data: Readonly<Record<string, unknown>>
  /** Text that the thread runs after its program returned or threw. */
  readonly onEnd: string
  /** Called on the caller's thread when the event loop detects that the thread has ended, for any reason. */
  readonly onExit: () => void
}

/** Node's threads, or null on another platform. */
const threads = () => globalThis.process?.getBuiltinModule?.('node:worker_threads') ?? null

/**
 * The program with code around it: it posts an error of the program, and then runs `onEnd`. `getBuiltinModule` works in a script and in
 * a module, so that it does not matter as which Node runs the text.
 */
const programWith = (body: string, onEnd: string): string => `
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
 * Starts a thread that runs the text of a program, which reads `data`, and `onEnd` when it returned or threw. The thread does not keep
 * the process alive.
 *
 * The thread gets none of the process's flags and environment variables: under `--input-type=module` the text would be another kind
 * of program, and a file that `--import` or `NODE_OPTIONS` preloads would run a second time beside it.
 * Fails: TypeError on a platform without threads, and, with Node's reason, if no thread can be started.
 */
export const startWorker = (body: string, { data, onEnd, onExit }: WorkerOptions): BlockableWorker => {
  const platform = threads()
  if (platform === null) throw new TypeError('a second thread needs worker_threads of Node (20.16 or later)')
  const channel = new platform.MessageChannel()
  let worker: InstanceType<Threads['Worker']>
  try {
    worker = new platform.Worker(programWith(body, onEnd), {
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
  /**
   * Whether the other end of the link exists. A port without one cannot be transferred, and before the event loop runs there is no
   * other sign of it.
   */
  const isAlive = (): boolean => {
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
  const receiveReason = (): void => {
    const message = platform.receiveMessageOnPort(link)
    if (message !== undefined) ended ??= String(message.message)
  }
  worker.on('error', (error) => (ended ??= `it failed: ${error.message}`))
  worker.on('exit', (code) => {
    receiveReason()
    ended ??= `it ended with code ${code}`
    onExit()
  })

  return {
    end: () => {
      receiveReason()
      return (ended ??= isAlive() ? null : 'it ended')
    },
    terminate: () => void worker.terminate(),
  }
}
