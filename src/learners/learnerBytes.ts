/** How much memory a learner may take. Loads no kernel, since the command asks as well. */
import { availableMemory } from '#host'
import type { Values } from '../edge/settings.js'
import { type Memory, excessOf } from './algorithm.js'

/** Bytes that a learner may take: what one memory of WebAssembly, one array, and the heap of TensorFlow.js's WebAssembly hold. */
export const memoryLimit = 4294967296

/** The memory of a learner, by the setting that decides it. */
export const widthsOf = (bytes: number): readonly Memory[] => [
  { setting: 'hidden', what: 'widths of a learner', bytes, limit: memoryLimit },
]

/** The memory of a learner that learns from minibatches: what one row takes by its widths, and all other rows by their number. */
export const batchOf = (oneRow: number, allRows: number): readonly Memory[] => {
  // One row alone may take more than a few, where it keeps a log of its steps.
  const widths = Math.min(oneRow, allRows)
  // Widths that do not fit are refused by themselves.
  if (widths > memoryLimit) return widthsOf(widths)
  const batch = { setting: 'batchSize', what: 'a batch', bytes: allRows - widths, limit: memoryLimit - widths }
  return [...widthsOf(widths), batch]
}

/** The memory of a replay buffer, which is taken when the learner is made. */
export const bufferOf = (bytes: number): Memory => ({
  setting: 'bufferSize',
  what: 'a replay buffer',
  bytes,
  limit: availableMemory(),
})

/** Throws a RangeError that names the first setting by which a learner takes more memory than there is, and how much. */
export const checkMemory = (owner: string, memory: readonly Memory[], settings: Values): void => {
  for (const { path, expected, got } of excessOf(memory, settings)) {
    throw new RangeError(`${owner}: ${path} must be ${expected}, got ${got}`)
  }
}

/** Throws a RangeError that names the widths of a learner that takes more memory than one may, and how much. */
export const checkBytes = (owner: string, hidden: readonly number[], bytes: number): void =>
  checkMemory(owner, widthsOf(bytes), { hidden })
