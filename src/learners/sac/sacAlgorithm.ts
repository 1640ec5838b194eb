/** The description of SAC. Loads no learner before one is opened. */
import type { Spec } from '../../types.js'
import type { Algorithm, LearnerRandom } from '../algorithm.js'
import { type FusedOptions, fused } from '../engines.js'
import type { SacReport } from './sac.js'
import { program, sacFields } from './sacFields.js'
import type { SacAction } from './sacPolicy.js'
import { sacConflicts, sacDefaults, type SacHyperparameters } from './sacSettings.js'

/** Soft actor-critic: `sac` on our own kernels. */
export const sacAlgorithm: Algorithm<typeof sacFields, SacAction, SacReport> = {
  name: 'sac',
  about:
    'soft actor-critic (Haarnoja et al. 2018) as the baseline of Vasan et al. 2024: minibatches from a replay buffer',
  fields: sacFields,
  defaultsFor: () => ({ settings: sacDefaults, origin: 'program' }),
  // The published program hands its action in (-1, 1) to the world as it is, which could not reach bounds such as Pendulum's ±2.
  actionRange: { default: 'rescale', origin: 'Rivulet' },
  normalizeObservation: { default: false, origin: program },
  conflicts: sacConflicts,
  networks: () => ({ normalizePenultimate: false }),
  engines: {
    fused: {
      ...fused,
      memory: async (spec, settings) => {
        const { sacMemory } = await import('./sacLayout.js')
        return sacMemory(spec, settings)
      },
      open: async (spec: Spec, settings: SacHyperparameters, options: FusedOptions, random: LearnerRandom) => {
        const { sac } = await import('./sac.js')
        return sac(spec, { ...settings, ...options, ...random })
      },
    },
  },
  // What of a report is a number: nothing before learning starts, and what is of the actor where it moved.
  scalars: (report) =>
    Object.fromEntries(Object.entries(report).filter((entry): entry is [string, number] => entry[1] !== null)),
}
