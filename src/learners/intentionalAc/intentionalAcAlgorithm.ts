/** The description of Intentional AC. Loads no learner before one is opened. */
import type { Spec } from '../../types.js'
import type { Algorithm, LearnerRandom } from '../algorithm.js'
import { type FusedOptions, fused } from '../engines.js'
import { widthsOf } from '../learnerBytes.js'
import type { NormalAction } from '../parts/normalTape.js'
import { intentionalConflicts } from '../parts/intentionalConflicts.js'
import type { IntentionalAcReport } from './intentionalAc.js'
import { program, intentionalAcFields } from './intentionalAcFields.js'
import { intentionalAcDefaults, type IntentionalAcHyperparameters } from './intentionalAcSettings.js'

/** Intentional AC(λ): `intentionalAc` on our own kernels. */
export const intentionalAcAlgorithm: Algorithm<typeof intentionalAcFields, NormalAction, IntentionalAcReport> = {
  name: 'intentional-ac',
  about:
    'Intentional AC(λ) (Sharifnassab et al. 2026): traces and steps of an intended effect, one setting for all tasks',
  fields: intentionalAcFields,
  defaultsFor: () => ({ settings: intentionalAcDefaults, origin: 'program' }),
  // Its normal distribution has no bounds, so that actions reach those of every task.
  actionRange: { default: 'clip', origin: program },
  normalizeObservation: { default: true, origin: program },
  varianceEstimator: { default: 'sample', origin: program },
  normalizeReward: { default: 'stream-ac', origin: program },
  conflicts: intentionalConflicts,
  networks: () => ({ normalizePenultimate: false }),
  engines: {
    fused: {
      ...fused,
      memory: async (spec, settings) => {
        const { intentionalAcBytes } = await import('./intentionalAcLayout.js')
        return widthsOf(intentionalAcBytes(spec, settings))
      },
      open: async (
        spec: Spec,
        settings: IntentionalAcHyperparameters,
        options: FusedOptions,
        random: LearnerRandom,
      ) => {
        const { intentionalAc } = await import('./intentionalAc.js')
        return intentionalAc(spec, { ...settings, ...options, ...random })
      },
    },
  },
  scalars: (report) => ({ ...report }),
}
