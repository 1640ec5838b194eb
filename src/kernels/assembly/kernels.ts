/**
 * The kernels of `../kernels.ts` in AssemblyScript, four floats at a time (WebAssembly SIMD, 128 bits, not relaxed).
 *
 * Arguments are offsets in elements, as there. Nothing here allocates, and there is no state but where floats begin. What a file
 * named here exports is a kernel of `../kernelTable.ts`; what several of them need stands in a file of its own.
 */
export { bind } from './memory'
export * from './dense'
export * from './denseRows'
export * from './activation'
export * from './norm'
export * from './squashedGaussian'
export * from './optimizer'
export * from './trace'
export * from './adaptiveTrace'
export * from './intentionalTrace'
export * from './vector'
export * from './projections'
