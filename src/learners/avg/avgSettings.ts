/** What AVG is told: its published settings, every switch of its cases, and its two random number generators. */
import { described } from '../../restored.js'
import { LARGEST } from '../../failure.js'
import type { KernelsName } from '../../kernels/kernels.js'
import { checkRandom } from '../../random.js'
import type { Random, Vector } from '../../types.js'
import { LEAST_NORMAL } from '../parts/adamReach.js'
import type { AvgHyperparameters } from './publishedSettings.js'

/** Shapes that a learner needs of a world; a driver's `spec` is one. */
export interface LearnerSpec {
  /** `names`, one a component, are told with a component that is refused. */
  readonly observation: { readonly size: number; readonly names?: readonly string[] }
  readonly action: {
    readonly size: number
    readonly low?: Vector
    readonly high?: Vector
    readonly names?: readonly string[]
  }
}

/** The cases of AVG; every default is what was published. */
export interface AvgSwitches {
  /** Decay of Adam's second moment, in [0, 1). */
  readonly adamBeta2: number
  readonly adamEpsilon: number
  /** Divide the last hidden vector by its norm, in the actor and the critic. */
  readonly normalizePenultimate: boolean
  /** Divide TD errors by σ. */
  readonly scaleTdError: boolean
  /** Which step closes the return that σ knows of: a terminated one alone (published), or a truncated one as well. */
  readonly returnEndsAt: 'termination' | 'episode'
  /** What the actor's second head is the logarithm of: a variance (published code), or a deviation (textbook). */
  readonly logStdReading: 'covariance' | 'deviation'
  /** Reuse `sample`'s forward pass in the update of the same action; changes no bit. */
  readonly forwardCache: boolean
}

/** The published switches. */
export const publishedSwitches: AvgSwitches = {
  adamBeta2: 0.999,
  adamEpsilon: 1e-8,
  normalizePenultimate: true,
  scaleTdError: true,
  returnEndsAt: 'termination',
  logStdReading: 'covariance',
  forwardCache: true,
}

/** Everything that `avg` takes beside the world's shapes. */
export type AvgSettings = AvgHyperparameters &
  Partial<AvgSwitches> & {
    /** What computes: by default WebAssembly where the platform has SIMD, else TypeScript; each reproduces its own bits. */
    readonly kernels?: KernelsName
    /**
     * With 2, a second thread moves the critic's weights while the caller's goes on; the same bits as 1, the default. Needs the
     * kernels in WebAssembly and Node's threads.
     */
    readonly threads?: 1 | 2
    /** Draws the noise of actions: once in `sample`, once in `update`. */
    readonly random: Random
    /** Draws the first weights. */
    readonly initialization: Random
  }

const require = (name: string, expected: string, got: unknown, holds: boolean): void => {
  if (!holds) throw new RangeError(`avg: ${name} must be ${expected}, got ${String(got)}`)
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0

/** Throws a RangeError that names the first setting out of its range, and a TypeError for no spec or no random number generator. */
export const checkAvg = (spec: LearnerSpec, settings: AvgSettings & AvgSwitches): void => {
  // Not so by its type, but JavaScript passes what a world that was not awaited has: nothing.
  const { observation, action } = (spec as LearnerSpec | undefined) ?? {}
  if (observation === undefined || action === undefined) {
    throw new TypeError(
      `avg: expected the spec of a world, such as world.spec, got ${described(spec)}; ` +
        'a world of simulate has one once it was awaited: const world = await simulate(...)',
    )
  }
  checkRandom('avg', 'random', settings.random, 'policy')
  checkRandom('avg', 'initialization', settings.initialization)
  require('observation.size', 'a positive integer', spec.observation.size, isCount(spec.observation.size))
  require('action.size', 'a positive integer', spec.action.size, isCount(spec.action.size))
  const { hidden, discount, adamBeta2 } = settings
  require('hidden', 'one or more positive integers', hidden, hidden?.length > 0 && hidden.every(isCount))
  for (const name of ['adamBeta1', 'adamBeta2'] as const) {
    require(name, 'a number from 0 to below 1', settings[name], settings[name] >= 0 && settings[name] < 1)
  }
  // Adam multiplies both by √(1 - β2^t), which is least in the first step, and keeps the products as float32.
  const least = LEAST_NORMAL / Math.sqrt(1 - adamBeta2)
  for (const name of ['actorStepSize', 'criticStepSize', 'adamEpsilon'] as const) {
    const value = settings[name]
    require(name, 'a positive number', value, value > 0 && value < Infinity)
    require(name, `${least.toPrecision(3)} or more, so that float32 does not make 0 of it`, value, value >= least)
  }
  require('adamEpsilon', '1e18 or less', settings.adamEpsilon, settings.adamEpsilon <= LARGEST)
  const eta = settings.entropyCoefficient
  require('entropyCoefficient', 'a number from 0', eta, eta >= 0 && eta < Infinity)
  require('discount', 'a number from 0 to 1', discount, discount >= 0 && discount <= 1)
  require('returnEndsAt', "'termination' or 'episode'", settings.returnEndsAt, ['termination', 'episode'].includes(
    settings.returnEndsAt,
  ))
  require('logStdReading', "'covariance' or 'deviation'", settings.logStdReading, ['covariance', 'deviation'].includes(
    settings.logStdReading,
  ))
  const { kernels = 'webassembly', threads = 1 } = settings
  require('kernels', "'webassembly' or 'typescript'", kernels, ['webassembly', 'typescript'].includes(kernels))
  require('threads', '1 or 2', threads, threads === 1 || threads === 2)
  require('threads', '1 with the kernels in TypeScript', threads, threads === 1 || kernels === 'webassembly')
}
