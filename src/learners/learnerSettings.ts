/** What every learner on our kernels is told beside the settings of its algorithm, and the check of all of it. */
import { positiveInteger } from '../edge/codecs.js'
import type { Failure } from '../edge/decode.js'
import { checkSettings, type SettingFields, type Values } from '../edge/settings.js'
import { checkRandom } from '../random.js'
import { described } from '../restored.js'
import type { Random, Vector } from '../types.js'
import type { LearnerRandom } from './algorithm.js'
import { type FusedOptions, fused, threadConflicts } from './engines.js'

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

/** What a learner takes beside the settings of its algorithm. */
export interface LearnerOptions extends Partial<FusedOptions> {
  /** Whether an update reuses `sample`'s forward pass of the same action; changes no bit. The default is true. */
  readonly forwardCache?: boolean
  /** Draws the noise of actions, and what an update draws. */
  readonly random: Random
  /** Draws the first weights. */
  readonly initialization: Random
}

const checkShape = (owner: string, name: string, size: number): void => {
  if (positiveInteger.is(size)) return
  throw new RangeError(`${owner}: ${name} must be ${positiveInteger.name}, got ${String(size)}`)
}

/**
 * Refuses settings out of range, in the name of the learner that was called.
 *
 * Fails: RangeError that names the first setting out of its range, or the first of `conflicts`; TypeError for no spec or no random number
 * generator.
 */
export const checkLearner = <Settings extends LearnerRandom & Partial<FusedOptions>>(
  owner: string,
  spec: LearnerSpec,
  settings: Settings,
  fields: SettingFields,
  conflicts: (settings: Settings) => readonly Failure[],
): void => {
  // Not so by its type, but JavaScript passes what a world that was not awaited has: nothing.
  const { observation, action } = (spec as LearnerSpec | undefined) ?? {}
  if (observation === undefined || action === undefined) {
    throw new TypeError(
      `${owner}: expected the spec of a world, such as world.spec, got ${described(spec)}; ` +
        'a world of simulate has one once it was awaited: const world = await simulate(...)',
    )
  }
  checkRandom(owner, 'random', settings.random, 'policy')
  checkRandom(owner, 'initialization', settings.initialization)
  checkShape(owner, 'observation.size', observation.size)
  checkShape(owner, 'action.size', action.size)
  checkSettings(owner, fields, settings as unknown as Values)
  const { kernels = fused.options.kernels.default, threads = fused.options.threads.default } = settings
  checkSettings(owner, fused.options, { kernels, threads })
  for (const { path, expected, got } of [...conflicts(settings), ...threadConflicts(settings)]) {
    throw new RangeError(`${owner}: ${path} must be ${expected}, got ${got}`)
  }
}
