/** The description of Stream AC. Loads no learner before one is opened. */
import type { Spec } from '../../types.js'
import type { Algorithm, LearnerRandom } from '../algorithm.js'
import { type FusedOptions, fused } from '../engines.js'
import { widthsOf } from '../learnerBytes.js'
import type { NormalAction } from '../parts/normalTape.js'
import { obgdConflicts } from '../parts/obgdConflicts.js'
import type { StreamAcReport } from './streamAc.js'
import { program, streamAcFields } from './streamAcFields.js'
import { streamAcDefaults, type StreamAcHyperparameters } from './streamAcSettings.js'

/** Stream AC(λ): `streamAc` on our own kernels. */
export const streamAcAlgorithm: Algorithm<typeof streamAcFields, NormalAction, StreamAcReport> = {
  name: 'stream-ac',
  about:
    'Stream AC(λ) (Elsayed et al. 2024): eligibility traces and steps that do not overshoot, with one setting for all tasks',
  fields: streamAcFields,
  defaultsFor: () => ({ settings: streamAcDefaults, origin: 'program' }),
  // Its normal distribution has no bounds, so that actions reach those of every task.
  actionRange: { default: 'clip', origin: program },
  normalizeObservation: { default: true, origin: program },
  varianceEstimator: { default: 'sample', origin: program },
  normalizeReward: { default: 'stream-ac', origin: program },
  appendTime: { default: true, origin: program },
  conflicts: obgdConflicts,
  networks: () => ({ normalizePenultimate: false }),
  engines: {
    fused: {
      ...fused,
      memory: async (spec, settings) => {
        const { streamAcBytes } = await import('./streamAcLayout.js')
        return widthsOf(streamAcBytes(spec, settings))
      },
      open: async (spec: Spec, settings: StreamAcHyperparameters, options: FusedOptions, random: LearnerRandom) => {
        const { streamAc } = await import('./streamAc.js')
        return streamAc(spec, { ...settings, ...options, ...random })
      },
    },
  },
  scalars: (report) => ({ ...report }),
}
