/** The options of the two engines, for every algorithm that has them. This file loads neither engine. */
import { oneOf, oneOfNumbers } from '../edge/codecs.js'
import type { Failure } from '../edge/decode.js'
import { type ValuesOf, field } from '../edge/settings.js'
import { byteOrder, defaultHome, unfitHome } from '../kernels/home.js'
import { conflict } from './algorithm.js'
import { type BackendName, backendNames, defaultBackend } from './tensorflow/backendName.js'

const origin = 'Rivulet'

const fusedOptions = {
  /**
   * The home of the kernels: WebAssembly or TypeScript; each reproduces its own bits. The default is WebAssembly if the platform has
   * its SIMD, else TypeScript.
   */
  kernels: field(oneOf(['webassembly', 'typescript']), {
    default: defaultHome(),
    about: 'where the kernels are: webassembly, or typescript; each reproduces its own bits',
    origin,
  }),
  /**
   * With 2, a second thread moves the critic's weights while the caller's thread continues, and computes the same bits. It needs the
   * kernels in WebAssembly and Node's threads. The default is 1.
   */
  threads: field(oneOfNumbers([1, 2]), {
    default: 1,
    about: '1, or 2, which is faster where a core is free for each, and slower where not; 2 needs webassembly',
    origin,
  }),
}

/** Values of the options of the engine `fused`. */
export type FusedOptions = ValuesOf<typeof fusedOptions>

/** Refuses a second thread for kernels in TypeScript. */
export const threadConflicts = ({ kernels, threads }: Partial<FusedOptions>): readonly Failure[] =>
  threads === 2 && kernels === 'typescript' ? [conflict('threads', '1 with the kernels in TypeScript', threads)] : []

/** Gradients derived by hand, on our kernels; each home of the kernels reproduces its own bits, on one thread or two. */
export const fused = {
  about: 'gradients derived by hand, on our own kernels',
  options: fusedOptions,
  optionConflicts: (written: Partial<FusedOptions>): readonly Failure[] => {
    const unfit = unfitHome(written)
    return unfit === null ? threadConflicts(written) : [conflict(unfit.name, unfit.expected, unfit.got)]
  },
}

const tfjsOptions = {
  /** The backend of TensorFlow.js. The default is `wasm`, or `cpu` on a big-endian machine. */
  backend: field(oneOf(backendNames), {
    default: defaultBackend(),
    about: 'what TensorFlow.js computes on: tensorflow, wasm, or cpu, each with packages to install',
    origin,
  }),
}

/** Values of the options of the engine `tfjs`. */
export type TfjsOptions = ValuesOf<typeof tfjsOptions>

const tensorFlowPackage = (backend: BackendName): string =>
  backend === 'tensorflow' ? '@tensorflow/tfjs-node' : '@tensorflow/tfjs-core'

/** Automatic differentiation by TensorFlow.js. */
export const tfjs = {
  about: 'automatic differentiation by TensorFlow.js',
  options: tfjsOptions,
  optionConflicts: ({ backend }: Partial<TfjsOptions>): readonly Failure[] =>
    backend === 'wasm' && byteOrder() === 'big' ? [conflict('backend', 'cpu on a big-endian machine', backend)] : [],
  packages: ({ backend }: TfjsOptions) => ({ tensorflow: tensorFlowPackage(backend) }),
}
