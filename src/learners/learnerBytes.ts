/** How much memory a learner may take. Loads no kernel, since the command asks as well. */
import { type Memory, excessOf } from './algorithm.js'

/** Bytes that a learner may take: what one memory of WebAssembly, one array, and the heap of TensorFlow.js's WebAssembly hold. */
export const memoryLimit = 4294967296

/** The memory of a learner, by the setting that decides it. */
export const widthsOf = (bytes: number): readonly Memory[] => [
  { setting: 'hidden', what: 'widths of a learner', bytes, limit: memoryLimit },
]

/** Throws a RangeError that names the widths of a learner that takes more memory than one may, and how much. */
export const checkBytes = (owner: string, hidden: readonly number[], bytes: number): void => {
  for (const { path, expected, got } of excessOf(widthsOf(bytes), { hidden })) {
    throw new RangeError(`${owner}: ${path} must be ${expected}, got ${got}`)
  }
}
