/**
 * Loads TensorFlow.js on one of its backends, only when a caller needs it: its packages are optional peers.
 *
 * TensorFlow.js has one engine in a process, with one current backend. Each computation here sets its backend and restores the one
 * before, so that learners on different backends can exist side by side.
 */
import { nearestName, printable, renderFailure } from '../../edge/decode.js'
import { isAbsent, unavailable } from '../../host/optionalPeer.js'
import { type ByteOrder, byteOrder } from '../../kernels/home.js'
import { backendNames, type BackendName } from './backendName.js'

/** The exports of `@tensorflow/tfjs-core`; `@tensorflow/tfjs-node` has the same and more. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core')

/** A backend that is ready. */
export interface Backend {
  readonly name: BackendName
  readonly tf: TensorFlow
  /** Computes on this backend, and frees every tensor made meanwhile, except variables and kept tensors. */
  run<T>(body: () => T): T
}

/** Each backend needs the layers package: it registers the gradients, which the core leaves out in Node. */
const separate = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers']
const packages: Readonly<Record<BackendName, readonly string[]>> = {
  tensorflow: ['@tensorflow/tfjs-node'],
  wasm: [...separate, '@tensorflow/tfjs-backend-wasm'],
  cpu: [...separate, '@tensorflow/tfjs-backend-cpu'],
}

/**
 * Each import has a literal name, so that bundlers find it, and a `catch`, so that they continue without a package that is not
 * installed. The name of tfjs-node, which cannot be bundled, is not a literal.
 */
const importers: Readonly<Record<string, () => Promise<unknown>>> = {
  '@tensorflow/tfjs-core': () => import('@tensorflow/tfjs-core').catch(unavailable),
  '@tensorflow/tfjs-layers': () => import('@tensorflow/tfjs-layers').catch(unavailable),
  '@tensorflow/tfjs-backend-wasm': () => import('@tensorflow/tfjs-backend-wasm').catch(unavailable),
  '@tensorflow/tfjs-backend-cpu': () => import('@tensorflow/tfjs-backend-cpu').catch(unavailable),
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n')[0].trim()

/** Loads one package; its error is one line with the packages to install. */
const load = async (owner: string, backend: BackendName, name: string): Promise<unknown> => {
  try {
    return await (importers[name]?.() ?? import(name))
  } catch (error) {
    const why = firstLine(error)
    const reason = isAbsent(error, name) ? `needs ${name}, which is not installed` : `cannot load ${name} (${why})`
    throw new Error(`${owner}: backend ${backend} ${reason}; npm install ${packages[backend].join(' ')}`, {
      cause: error,
    })
  }
}

/** The parts of Node that the loader changes; absent in a browser. */
interface NodeProcess {
  getBuiltinModule?(name: 'node:util'): Record<string, unknown>
  listeners(event: string): readonly unknown[]
  removeListener(event: string, listener: unknown): void
}

const node = (): NodeProcess | undefined => (globalThis as { readonly process?: NodeProcess }).process

/** tfjs-node 4.22 calls two functions of `util` that Node 23 has no more. */
const mendUtil = (): void => {
  const util = node()?.getBuiltinModule?.('node:util')
  if (util === undefined) return
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] ??= Array.isArray
}

/** The JavaScript of the WebAssembly backend throws every uncaught error again, which would change the exit code of a program from 1 to 7. */
const withoutNewHandlers = async <T>(body: () => Promise<T>): Promise<T> => {
  const events = ['uncaughtException', 'unhandledRejection']
  const before = events.map((event) => node()?.listeners(event))
  const result = await body()
  events.forEach((event, i) => {
    const added = node()
      ?.listeners(event)
      .filter((listener) => before[i]?.includes(listener) !== true)
    for (const listener of added ?? []) node()?.removeListener(event, listener)
  })
  return result
}

/**
 * Registers a backend as started. While TensorFlow.js itself waits for a backend to start, it refuses computations on all others; so a
 * backend that starts asynchronously is awaited here and then registered again, as started.
 */
const start = async (tf: TensorFlow, name: BackendName): Promise<void> => {
  const { registry, registryFactory } = tf.engine()
  if (name in registry) return
  const { priority } = registryFactory[name]
  const started = await withoutNewHandlers(async () => tf.findBackendFactory(name)())
  if (name in registry) return
  tf.removeBackend(name)
  tf.registerBackend(name, () => started, priority)
}

/** The backend in plain JavaScript prints on its first tensor the advice to use another one; this suppresses it. */
const skipGreeting = (tf: TensorFlow): void => {
  const was = tf.env().getBool('PROD')
  tf.env().set('PROD', true)
  tf.scalar(0).dispose()
  tf.env().set('PROD', was)
}

/**
 * Loads a backend and makes it ready.
 *
 * Fails: RangeError for an unknown name, with the nearest; Error in one line for WebAssembly on a big-endian machine; Error in one
 * line, with the packages to install, for a package that is absent or does not load.
 */
export const loadBackend = async (
  owner: string,
  name: BackendName,
  order: ByteOrder = byteOrder(),
): Promise<Backend> => {
  if (!backendNames.includes(name)) {
    const failure = { path: 'backend', expected: `one of ${backendNames.join(', ')}`, got: printable(name) }
    throw new RangeError(`${owner}: ${renderFailure({ ...failure, nearest: nearestName(String(name), backendNames) })}`)
  }
  // Its heap is WebAssembly's memory (see `webAssemblyObstacle`).
  if (name === 'wasm' && order === 'big') {
    throw new Error(`${owner}: backend wasm computes wrong numbers on a big-endian machine; cpu does not`)
  }
  if (name === 'tensorflow') mendUtil()
  const [first] = (await Promise.all(packages[name].map((needed) => load(owner, name, needed)))) as TensorFlow[]
  // tfjs-node has a core of its own, so computations use the module that registered the backend.
  const tf = 'default' in first ? (first.default as TensorFlow) : first
  try {
    await start(tf, name)
  } catch (error) {
    throw new Error(`${owner}: backend ${name} does not start on this machine (${firstLine(error)})`, { cause: error })
  }
  /** This has effect at once: TensorFlow.js does not wait for a backend that has started. */
  const select = (next: string): void => void tf.setBackend(next)
  const run = <T>(body: () => T): T => {
    const current = tf.getBackend()
    if (current !== name) select(name)
    tf.engine().startScope()
    try {
      return body()
    } finally {
      tf.engine().endScope()
      if (current && current !== name) select(current)
    }
  }
  if (name === 'cpu') run(() => skipGreeting(tf))
  return { name, tf, run }
}
