/** What AVG is told: its published settings, every switch of its cases, and its two random number generators. */
import { described } from '../../restored.js'
import { positiveInteger } from '../../edge/codecs.js'
import type { Failure } from '../../edge/decode.js'
import { type ValuesOf, checkSettings, defaultsOf } from '../../edge/settings.js'
import { LARGEST } from '../../failure.js'
import { checkRandom } from '../../random.js'
import type { Random, Vector } from '../../types.js'
import { conflict } from '../algorithm.js'
import { type FusedOptions, fused, threadConflicts } from '../engines.js'
import { LEAST_NORMAL } from '../parts/adamReach.js'
import { avgFields, avgSwitchFields } from './avgFields.js'
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
export type AvgSwitches = ValuesOf<typeof avgSwitchFields>

/** The published switches. */
export const publishedSwitches: AvgSwitches = defaultsOf(avgSwitchFields)

/** Everything that `avg` takes beside the world's shapes. */
export type AvgSettings = AvgHyperparameters &
  Partial<AvgSwitches> &
  Partial<FusedOptions> & {
    /** Whether an update reuses `sample`'s forward pass of the same action; changes no bit. The default is true. */
    readonly forwardCache?: boolean
    /** Draws the noise of actions: once in `sample`, once in `update`. */
    readonly random: Random
    /** Draws the first weights. */
    readonly initialization: Random
  }

/** Refuses settings that float32 would not hold: Adam stores its step and epsilon as such. */
export const avgConflicts = (settings: AvgHyperparameters & AvgSwitches): readonly Failure[] => {
  // Adam multiplies both by √(1 - β2^t), which is least in the first step, and keeps the products as float32.
  const least = LEAST_NORMAL / Math.sqrt(1 - settings.adamBeta2)
  const small = (['actorStepSize', 'criticStepSize', 'adamEpsilon'] as const)
    .filter((name) => settings[name] < least)
    .map((name) => [name, `${least.toPrecision(3)} or more, so that float32 does not make 0 of it`] as const)
  const large = settings.adamEpsilon > LARGEST ? ([['adamEpsilon', '1e18 or less']] as const) : []
  return [...small, ...large].map(([name, expected]) => conflict(name, expected, settings[name]))
}

const checkShape = (name: string, size: number): void => {
  if (positiveInteger.is(size)) return
  throw new RangeError(`avg: ${name} must be ${positiveInteger.name}, got ${String(size)}`)
}

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
  checkShape('observation.size', observation.size)
  checkShape('action.size', action.size)
  checkSettings('avg', avgFields, settings)
  const { kernels = fused.options.kernels.default, threads = fused.options.threads.default } = settings
  checkSettings('avg', fused.options, { kernels, threads })
  for (const { path, expected, got } of [...avgConflicts(settings), ...threadConflicts(settings)]) {
    throw new RangeError(`avg: ${path} must be ${expected}, got ${got}`)
  }
}
