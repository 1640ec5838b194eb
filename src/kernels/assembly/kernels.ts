/**
 * The kernels of `../kernels.ts` in AssemblyScript, four floats at a time (WebAssembly SIMD, 128 bits, not relaxed).
 *
 * Arguments are offsets in elements, as there. Nothing here allocates, and there is no state but where floats begin.
 */
export { bind } from './memory'
export { dense, denseBackward } from './dense'
export { leakyRelu, leakyReluBackward, normalize, normalizeBackward } from './activation'
export { largest } from './largest'
export { squash, squashBackward } from './squashedGaussian'
export { denseAdam } from './adam'
export { takeProjections } from './projections'
