/** The description of SAC-1. Loads no learner before one is opened. */
import type { Spec } from '../../types.js'
import type { Algorithm, LearnerRandom } from '../algorithm.js'
import { type FusedOptions, fused } from '../engines.js'
import { widthsOf } from '../learnerBytes.js'
import type { SquashedAction } from '../parts/squashedPolicy.js'
import type { Sac1Report } from './sac1.js'
import { program, sac1Fields } from './sac1Fields.js'
import { publishedSac1, sac1Conflicts, sac1Defaults, type Sac1Hyperparameters } from './sac1Settings.js'

const originOf = (task: string): string => {
  if (publishedSac1(task) === undefined) return 'program'
  return task.endsWith('-v5') ? 'paper (v4)' : 'paper'
}

/** Incremental SAC: `sac1` on our own kernels. */
export const sac1Algorithm: Algorithm<typeof sac1Fields, SquashedAction, Sac1Report> = {
  name: 'sac-1',
  about:
    'incremental SAC (Vasan et al. 2024): twin critics, targets and a learnt temperature, from each transition as it comes',
  fields: sac1Fields,
  defaultsFor: ({ name }) => ({
    settings: publishedSac1(name) ?? sac1Defaults,
    ...(publishedSac1(name) === undefined ? {} : { actionRange: 'clip' }),
    origin: originOf(name),
  }),
  // A policy in (-1, 1) that is clipped, as published, could not reach bounds such as Pendulum's ±2.
  actionRange: { default: 'rescale', byTask: 'clip, as published, for the tasks of the paper', origin: 'Rivulet' },
  // A flag of the published program, which the paper's SAC-1 has off, as both other stabilizers.
  normalizeObservation: { default: false, origin: program },
  conflicts: sac1Conflicts,
  networks: ({ normalizePenultimate }) => ({ normalizePenultimate }),
  engines: {
    fused: {
      ...fused,
      memory: async (spec, settings) => {
        const { sac1Bytes } = await import('./sac1Layout.js')
        return widthsOf(sac1Bytes(spec, settings))
      },
      open: async (spec: Spec, settings: Sac1Hyperparameters, options: FusedOptions, random: LearnerRandom) => {
        const { sac1 } = await import('./sac1.js')
        return sac1(spec, { ...settings, ...options, ...random })
      },
    },
  },
  scalars: (report) => ({ ...report }),
}
