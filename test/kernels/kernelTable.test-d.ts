import { expectTypeOf, test } from 'vitest'
import type { ConstantKernels } from '../../src/kernels/jobs.js'
import type { ConstantKernelName, KernelName, kernelTable } from '../../src/kernels/kernelTable.js'
import type { Kernels } from '../../src/kernels/kernels.js'

/** One number for each letter. */
type Arguments<Letters extends string> = Letters extends `${'i' | 'd'}${infer Rest}` ? [number, ...Arguments<Rest>] : []

test('the contracts agree with the table: the same names, and the same number of arguments', () => {
  expectTypeOf<Exclude<keyof Kernels, 'name'>>().toEqualTypeOf<KernelName>()
  type Contracts = { [Name in KernelName]: Parameters<Kernels[Name]>['length'] }
  type Table = { [Name in KernelName]: Arguments<(typeof kernelTable)[Name]>['length'] }
  expectTypeOf<Contracts>().toEqualTypeOf<Table>()
  expectTypeOf<Parameters<Kernels[KernelName]>[number]>().toEqualTypeOf<number>()
  expectTypeOf<ReturnType<Kernels[KernelName]>>().toEqualTypeOf<void>()
})

test('jobs call the kernels that take integers alone', () => {
  expectTypeOf<keyof ConstantKernels>().toEqualTypeOf<ConstantKernelName>()
  expectTypeOf<Exclude<KernelName, ConstantKernelName>>().toEqualTypeOf<'squash' | 'squashBackward'>()
})
