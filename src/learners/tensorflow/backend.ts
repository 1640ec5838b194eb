/**
 * Loads TensorFlow.js on one of its backends, when it is asked for and not before: its packages are optional peers.
 *
 * TensorFlow.js keeps one engine a process and one current backend in it. Whoever computes here names the backend each time and
 * puts back what was current, so that learners on different backends live side by side.
 */
import { nearestName, printable, renderFailure } from '../../edge/decode.js'
import { isAbsent, unavailable } from '../../host/optionalPeer.js'
import { type ByteOrder, byteOrder } from '../../kernels/home.js'
import { backendNames, type BackendName } from './backendName.js'

/** Whatever `@tensorflow/tfjs-core` exports; `@tensorflow/tfjs-node` exports the same and more. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core')

/** A backend that is ready. */
export interface Backend {
  readonly name: BackendName
  readonly tf: TensorFlow
  /** Computes on this backend; every tensor made within is freed, but for variables and what was kept. */
  run<T>(body: () => T): T
}

/** The layers package is needed on each: it is what brings the gradients, which the core leaves out in Node. */
const separate = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers']
const packages: Readonly<Record<BackendName, readonly string[]>> = {
  tensorflow: ['@tensorflow/tfjs-node'],
  wasm: [...separate, '@tensorflow/tfjs-backend-wasm'],
  cpu: [...separate, '@tensorflow/tfjs-backend-cpu'],
}

/**
 * A literal each, so that a bundler finds them, and a `catch`, so that it goes on without one that is not installed; tfjs-node, which no
 * bundler can take, by a name that none looks for.
 */
const importers: Readonly<Record<string, () => Promise<unknown>>> = {
  '@tensorflow/tfjs-core': () => import('@tensorflow/tfjs-core').catch(unavailable),
  '@tensorflow/tfjs-layers': () => import('@tensorflow/tfjs-layers').catch(unavailable),
  '@tensorflow/tfjs-backend-wasm': () => import('@tensorflow/tfjs-backend-wasm').catch(unavailable),
  '@tensorflow/tfjs-backend-cpu': () => import('@tensorflow/tfjs-backend-cpu').catch(unavailable),
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n')[0].trim()

/** One package; what goes wrong is said in one line with what to install. */
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

/** The parts of Node that the loader mends; absent in a browser. */
interface NodeProcess {
  getBuiltinModule?(name: 'node:util'): Record<string, unknown>
  listeners(event: string): readonly unknown[]
  removeListener(event: string, listener: unknown): void
}

const node = (): NodeProcess | undefined => (globalThis as { readonly process?: NodeProcess }).process

/** tfjs-node 4.22 calls two functions of `util` that Node 23 dropped. */
const mendUtil = (): void => {
  const util = node()?.getBuiltinModule?.('node:util')
  if (util === undefined) return
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] ??= Array.isArray
}

/** The WebAssembly backend's glue rethrows whatever nobody caught, which would turn the exit code 1 of a program into 7. */
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
 * Has a backend stand ready in the registry. While TensorFlow.js itself waits for one to start, it refuses every computation on
 * every other; so one that starts later is awaited here and then registered again, as started.
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

/** The backend in plain JavaScript greets on its first tensor with advice to take another one, which the caller chose not to. */
const skipGreeting = (tf: TensorFlow): void => {
  const was = tf.env().getBool('PROD')
  tf.env().set('PROD', true)
  tf.scalar(0).dispose()
  tf.env().set('PROD', was)
}

/**
 * Loads a backend and makes it ready.
 *
 * Fails: RangeError for a name that is none, with the nearest; Error in one line for WebAssembly on a big-endian machine; Error in one line for a package that is absent or does not load,
 * with what to install.
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
  // Its heap is WebAssembly's memory, which `webAssemblyObstacle` tells of.
  if (name === 'wasm' && order === 'big') {
    throw new Error(`${owner}: backend wasm computes wrong numbers on a big-endian machine; cpu does not`)
  }
  if (name === 'tensorflow') mendUtil()
  const [first] = (await Promise.all(packages[name].map((needed) => load(owner, name, needed)))) as TensorFlow[]
  // tfjs-node brings a core of its own, so whatever computes takes it from the very module that registered the backend.
  const tf = 'default' in first ? (first.default as TensorFlow) : first
  try {
    await start(tf, name)
  } catch (error) {
    throw new Error(`${owner}: backend ${name} does not start on this machine (${firstLine(error)})`, { cause: error })
  }
  /** Takes effect at once: TensorFlow.js awaits nothing for a backend that has started. */
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
