/**
 * Every kernel by name, with its arguments in order: `i` is an offset or a count, a 32-bit integer in WebAssembly; `d` is a double.
 *
 * A kernel is written down in four places: here, in its contract (`kernels.ts`), in TypeScript, and in AssemblyScript. All the rest
 * follows from this table: which exports of the compiled module are bound, which kernels a recorded job may call and by which
 * number, how many words a recorded call takes, and the code that runs one on a second thread. `assembly/build.mjs` reads this file
 * too, so it imports nothing.
 */
export const kernelTable = {
  dense: 'iiiiii',
  denseBackward: 'iiiiiii',
  densePolyak: 'iiiiiiii',
  denseRows: 'iiiiiiii',
  denseBackwardRows: 'iiiiiiiii',
  denseGradientRows: 'iiiiiiii',
  leakyRelu: 'ii',
  leakyReluBackward: 'iii',
  relu: 'ii',
  reluBackward: 'iii',
  tanh: 'ii',
  tanhBackward: 'iii',
  softplus: 'ii',
  softplusBackward: 'iii',
  normalize: 'iiii',
  normalizeBackward: 'iiiii',
  normalizeRows: 'iiiii',
  normalizeBackwardRows: 'iiiiii',
  layerNorm: 'iiiiii',
  layerNormBackward: 'iiiiii',
  largest: 'iii',
  sumOfSquares: 'iii',
  scale: 'iii',
  addScaled: 'iiii',
  clear: 'ii',
  copyRows: 'iiiiii',
  squash: 'iiidii',
  squashBackward: 'iiddiii',
  squashRows: 'iiiiiiii',
  squashBackwardRows: 'iiiiiii',
  boundedRows: 'iiiiiiii',
  boundedBackwardRows: 'iiiiiii',
  denseAdam: 'iiiiiiiii',
  adam: 'iiiiii',
  polyak: 'iiii',
  denseTrace: 'iiiiiiii',
  trace: 'iiiii',
  denseAdaptiveTrace: 'iiiiiiiiii',
  adaptiveTrace: 'iiiiiii',
  denseIntentionalTrace: 'iiiiiiiiii',
  intentionalTrace: 'iiiiiii',
  takeProjections: 'iiiiii',
} as const

/** The name of a kernel. */
export type KernelName = keyof typeof kernelTable

/** The name of a kernel that takes integers alone, so that a job may call it: a recorded call holds no doubles. */
export type ConstantKernelName = {
  [Name in KernelName]: (typeof kernelTable)[Name] extends `${string}d${string}` ? never : Name
}[KernelName]

/** Every kernel's name, in the order of the table. */
export const kernelNames = Object.keys(kernelTable) as readonly KernelName[]

/** The kernels that a job may call; a recorded call names one by its place here. */
export const constantKernelNames = kernelNames.filter(
  (name): name is ConstantKernelName => !kernelTable[name].includes('d'),
)

/** Words of one recorded call: the kernel's number, and as many arguments as any of them takes. */
export const CALL_WORDS = 1 + Math.max(...constantKernelNames.map((name) => kernelTable[name].length))
