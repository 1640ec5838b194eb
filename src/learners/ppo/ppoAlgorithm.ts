/** The description of PPO. Loads no learner before one is opened. */
import type { Spec } from '../../types.js'
import type { Algorithm, LearnerRandom } from '../algorithm.js'
import { type FusedOptions, fused } from '../engines.js'
import type { NormalAction } from '../parts/normalTape.js'
import type { PpoReport } from './ppo.js'
import { ppoFields, program } from './ppoFields.js'
import { ppoConflicts, ppoDefaults, type PpoHyperparameters } from './ppoSettings.js'

/** Proximal policy optimization: `ppo` on our own kernels. */
export const ppoAlgorithm: Algorithm<typeof ppoFields, NormalAction, PpoReport> = {
  name: 'ppo',
  about: 'proximal policy optimization (Schulman et al. 2017): a batch method, from rollouts in shuffled minibatches',
  fields: ppoFields,
  defaultsFor: (_task, steps) => ({ settings: { ...ppoDefaults, annealSteps: steps ?? 'none' }, origin: 'program' }),
  actionRange: { default: 'clip', origin: program },
  normalizeObservation: { default: true, origin: program },
  clipObservation: { default: 10, origin: program },
  normalizeReward: { default: 'gymnasium', origin: program },
  clipReward: { default: 10, origin: program },
  conflicts: ppoConflicts,
  engines: {
    fused: {
      ...fused,
      memory: async (spec, settings) => {
        const { ppoMemory } = await import('./ppoLayout.js')
        return ppoMemory(spec, settings)
      },
      open: async (spec: Spec, settings: PpoHyperparameters, options: FusedOptions, random: LearnerRandom) => {
        const { ppo } = await import('./ppo.js')
        return ppo(spec, { ...settings, ...options, ...random })
      },
    },
  },
  // A step that is collected only has no losses.
  scalars: ({ value, collected, learning }) => {
    if (learning === null) return { value, collected }
    const { losses, ...numbers } = learning
    return { value, collected, ...numbers, loss: losses[losses.length - 1] }
  },
}
