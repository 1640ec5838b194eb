/** The descriptions of TD3 and of TD3-1. Load no learner before one is opened. */
import type { Spec } from '../../types.js'
import { type SettingFields, type ValuesOf, defaultsOf } from '../../edge/settings.js'
import type { Algorithm, LearnerRandom } from '../algorithm.js'
import { type FusedOptions, fused } from '../engines.js'
import { widthsOf } from '../learnerBytes.js'
import type { Td3Report } from './td3.js'
import { td3Fields, td3OneFields } from './td3Fields.js'
import type { NoisyAction } from '../parts/noisyPolicy.js'
import { td3Conflicts, type Td3Hyperparameters, td3One } from './td3Settings.js'

type Described<F extends SettingFields> = Algorithm<F, NoisyAction, Td3Report>

/** What of a report is a number: nothing before learning starts, and the actor's loss where it moved. */
const scalars = (report: Td3Report): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(report).filter((entry): entry is [string, number] => entry[1] !== null))

/** A description by its own fields; `whole` makes all settings of the learner of them. */
const described = <F extends SettingFields>(
  of: Pick<Described<F>, 'name' | 'about' | 'fields'>,
  whole: (settings: ValuesOf<F>) => Td3Hyperparameters,
): Described<F> => ({
  ...of,
  defaultsFor: () => ({ settings: defaultsOf(of.fields), origin: 'program' }),
  // The published program's actor stretches its tanh to the bounds of the world.
  actionRange: { default: 'rescale', origin: "CleanRL's program of TD3" },
  normalizeObservation: { default: false, origin: "CleanRL's program of TD3" },
  conflicts: (settings) => td3Conflicts(whole(settings)),
  networks: () => ({ normalizePenultimate: false }),
  engines: {
    fused: {
      ...fused,
      memory: async (spec, settings) => {
        const { td3Memory } = await import('./td3Layout.js')
        const memory = td3Memory(spec, whole(settings))
        // TD3-1 has no setting but its widths by which it takes memory.
        return 'bufferSize' in of.fields ? memory : widthsOf(memory.reduce((sum, { bytes }) => sum + bytes, 0))
      },
      open: async (spec: Spec, settings: ValuesOf<F>, options: FusedOptions, random: LearnerRandom) => {
        const { td3 } = await import('./td3.js')
        return td3(spec, { ...whole(settings), ...options, ...random })
      },
    },
  },
  scalars,
})

/** TD3: `td3` on our own kernels. */
export const td3Algorithm: Described<typeof td3Fields> = described(
  {
    name: 'td3',
    about: 'twin delayed deterministic policy gradient (Fujimoto et al. 2018): minibatches from a replay buffer',
    fields: td3Fields,
  },
  (settings) => settings,
)

/** TD3-1: the same learner, whose buffer and batch hold one transition. */
export const td3OneAlgorithm: Described<typeof td3OneFields> = described(
  {
    name: 'td3-1',
    about: 'TD3 with a buffer and a batch of one (Vasan et al. 2024): from each transition as it comes',
    fields: td3OneFields,
  },
  (settings) => ({ ...settings, ...td3One }),
)
