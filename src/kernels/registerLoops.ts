/** The fastest that WebAssembly multiplies and adds: loops on registers alone, which read and write no memory. */
import { registerLoopsBinary } from './binary.js'
import { platform } from './platform.js'
import { decoded } from './webassembly.js'

/** A loop of x ← a x + b on some vectors of four floats. */
export interface RegisterLoop {
  /** How many vectors there are; none of them waits for another. */
  readonly chains: number
  /** Floating-point operations of one pass: two multiplications and two additions of four floats for each vector. */
  readonly operations: number
  /** Makes so many passes. */
  run(passes: number): void
}

/**
 * Loops with several numbers of chains, of which the fastest shows what a processor can do: fewer chains leave it waiting, more of them
 * do not fit into its registers.
 *
 * Fails: TypeError where there is no WebAssembly; the platform's error where it has no SIMD.
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
