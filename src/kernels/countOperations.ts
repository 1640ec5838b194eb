/** Counts the floating-point operations of the kernels that run. */
import type { Arena } from './arena.js'
import { type KernelOperations, kernelOperations } from './kernelOperations.js'
import { type KernelName, kernelNames } from './kernelTable.js'
import type { Kernels } from './kernels.js'

type Kernel = (...args: readonly number[]) => void

/**
 * The floating-point operations, as `kernelOperations` has them, of all kernels of one binding that `work` calls.
 *
 * Whoever holds the binding has it counted: each kernel in it is replaced while `work` runs, and put back. What a recorded job calls on a
 * second thread is not seen.
 */
export const countOperations = (kernels: Kernels, { f64 }: Pick<Arena, 'f64'>, work: () => void): number => {
  // The contracts give each kernel as many numbers as the table says; here they are all alike.
  const bound = kernels as unknown as Record<KernelName, Kernel>
  const costs = kernelOperations as unknown as Readonly<Record<KernelName, KernelOperations>>
  const own = { ...bound }
  let operations = 0
  for (const name of kernelNames) {
    bound[name] = (...args) => {
      operations += costs[name](args as Parameters<Kernels[KernelName]>, f64)
      own[name](...args)
    }
  }
  try {
    work()
  } finally {
    Object.assign(bound, own)
  }
  return operations
}
