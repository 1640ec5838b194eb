/** What TensorFlow.js computes on, by name; apart from what loads it, so that the names cost nothing. */

/** The backends: TensorFlow's own library by `@tensorflow/tfjs-node`, WebAssembly, and plain JavaScript. */
export const backendNames = ['tensorflow', 'wasm', 'cpu'] as const

/** What TensorFlow.js computes on. */
export type BackendName = (typeof backendNames)[number]

/** The backend of whoever names none: the fastest at one sample a time, with nothing native to install. */
export const defaultBackend: BackendName = 'wasm'
