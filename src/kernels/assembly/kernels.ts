/**
 * The kernels of `../kernels.ts` in AssemblyScript, four floats at a time (WebAssembly SIMD, 128 bits, not relaxed).
 *
 * Arguments are offsets in elements, as there. No kernel allocates, and the only state is the address of the floats. Every export of a
 * file named here is a kernel of `../kernelTable.ts`; functions that several of them use stand in files of their own.
 */
export { bind } from './memory'
export * from './dense'
export * from './densePolyak'
export * from './denseRows'
export * from './activation'
export * from './norm'
export * from './squashedGaussian'
export * from './boundedGaussian'
export * from './optimizer'
export * from './trace'
export * from './adaptiveTrace'
export * from './intentionalTrace'
export * from './vector'
export * from './projections'
