/** The description of IAC. Loads no learner before one is opened. */
import type { Spec } from '../../types.js'
import type { Algorithm, LearnerRandom } from '../algorithm.js'
import { type FusedOptions, type TfjsOptions, fused, tfjs } from '../engines.js'
import { widthsOf } from '../learnerBytes.js'
import { adamConflicts } from '../parts/adamConflicts.js'
import type { SquashedAction } from '../parts/squashedPolicy.js'
import type { IacReport } from './iac.js'
import { iacFields, paper } from './iacFields.js'
import { iacDefaults, type IacHyperparameters, publishedIac } from './iacSettings.js'

const originOf = (task: string): string => {
  if (publishedIac(task) === undefined) return 'program'
  return task.endsWith('-v5') ? 'paper (v4)' : 'paper'
}

/** Incremental actor-critic: `iac` on our own kernels, `iacOnTensorFlow` by automatic differentiation. */
export const iacAlgorithm: Algorithm<typeof iacFields, SquashedAction, IacReport> = {
  name: 'iac',
  about:
    'one-step incremental actor-critic (Vasan et al. 2024): the likelihood-ratio gradient, from each transition as it comes',
  fields: iacFields,
  defaultsFor: ({ name }) => ({
    settings: publishedIac(name) ?? iacDefaults,
    ...(publishedIac(name) === undefined ? {} : { actionRange: 'clip' }),
    origin: originOf(name),
  }),
  // A policy in (-1, 1) that is clipped, as published, could not reach bounds such as Pendulum's ±2.
  actionRange: { default: 'rescale', byTask: 'clip, as published, for the tasks of the paper', origin: 'Rivulet' },
  // The published program has it as a flag that is off by default, and on in the paper's settings.
  normalizeObservation: { default: true, origin: paper },
  conflicts: adamConflicts,
  networks: ({ normalizePenultimate }) => ({ normalizePenultimate }),
  engines: {
    fused: {
      ...fused,
      memory: async (spec, settings) => {
        const { iacBytes } = await import('./iacLayout.js')
        return widthsOf(iacBytes(spec, settings))
      },
      open: async (spec: Spec, settings: IacHyperparameters, options: FusedOptions, random: LearnerRandom) => {
        const { iac } = await import('./iac.js')
        return iac(spec, { ...settings, ...options, ...random })
      },
    },
    tfjs: {
      ...tfjs,
      memory: async (spec, settings) => {
        const { iacTensorFlowBytes } = await import('./iacLayout.js')
        return widthsOf(iacTensorFlowBytes(spec, settings))
      },
      open: async (spec: Spec, settings: IacHyperparameters, options: TfjsOptions, random: LearnerRandom) => {
        const { iacOnTensorFlow } = await import('../tensorflow/iacOnTensorFlow.js')
        return iacOnTensorFlow(spec, { ...settings, ...random }, options)
      },
    },
  },
  scalars: (report) => ({ ...report }),
}
