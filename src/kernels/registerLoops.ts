/** The fastest multiplications and additions in WebAssembly: loops on registers, which read and write no memory. */
import { registerLoopsBinary } from './binary.js'
import { platform } from './platform.js'
import { decoded } from './webassembly.js'

/** A loop of x ← a x + b on some vectors of four floats. */
export interface RegisterLoop {
  /** The number of vectors, which do not depend on each other. */
  readonly chains: number
  /** Floating-point operations of one pass: two multiplications and two additions of four floats for each vector. */
  readonly operations: number
  /** Runs this number of passes. */
  run(passes: number): void
}

/**
 * Loops with several numbers of chains. The fastest one shows the limit of the processor: with fewer chains it waits, and more of them
 * do not fit into its registers.
 *
 * Fails: TypeError without WebAssembly; the platform's error if it has no SIMD.
 */
export const registerLoops = (): readonly RegisterLoop[] => {
  if (platform === undefined) throw new TypeError('registerLoops: this platform has no WebAssembly')
  const memory = new platform.Memory({ initial: 1, maximum: 1, shared: false })
  const { exports } = new platform.Instance(new platform.Module(decoded(registerLoopsBinary)), { env: { memory } })
  return Object.entries(exports as Readonly<Record<string, unknown>>).flatMap(([name, run]) => {
    if (typeof run !== 'function') return []
    const chains = Number(name.slice('chains'.length))
    return [{ chains, operations: 16 * chains, run: (passes: number) => void run(passes, 0.5, 0.25) }]
  })
}
