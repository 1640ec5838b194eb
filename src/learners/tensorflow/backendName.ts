/** The names of TensorFlow.js's backends, in a file that does not load TensorFlow.js. */

import { type ByteOrder, byteOrder } from '../../kernels/home.js'

/** The backends: TensorFlow's own library by `@tensorflow/tfjs-node`, WebAssembly, and plain JavaScript. */
export const backendNames = ['tensorflow', 'wasm', 'cpu'] as const

/** The name of a backend. */
export type BackendName = (typeof backendNames)[number]

/** The default backend: `wasm`, the fastest one for single samples without native code; `cpu` on big-endian machines, which cannot use `wasm`. */
export const defaultBackend = (order: ByteOrder = byteOrder()): BackendName => (order === 'little' ? 'wasm' : 'cpu')
