/** What TensorFlow.js computes on, by name; apart from what loads it, so that the names cost nothing. */

import { type ByteOrder, byteOrder } from '../../kernels/home.js'

/** The backends: TensorFlow's own library by `@tensorflow/tfjs-node`, WebAssembly, and plain JavaScript. */
export const backendNames = ['tensorflow', 'wasm', 'cpu'] as const

/** What TensorFlow.js computes on. */
export type BackendName = (typeof backendNames)[number]

/** The backend where none is named: the fastest at one sample a time with nothing native to install, which big-endian machines cannot use. */
export const defaultBackend = (order: ByteOrder = byteOrder()): BackendName => (order === 'little' ? 'wasm' : 'cpu')
