/** The description of AVG. Loads no learner before one is opened. */
import type { Spec } from '../../types.js'
import type { Algorithm, LearnerRandom } from '../algorithm.js'
import { type FusedOptions, type TfjsOptions, fused, tfjs } from '../engines.js'
import { widthsOf } from '../learnerBytes.js'
import { adamConflicts } from '../parts/adamConflicts.js'
import type { SquashedAction } from '../parts/squashedPolicy.js'
import type { AvgReport } from './avg.js'
import { avgFields, paper } from './avgFields.js'
import { type AvgSwitches, publishedSwitches } from './avgSettings.js'
import { type AvgHyperparameters, hasPublishedSettings, hyperparametersFor } from './publishedSettings.js'

type Settings = AvgHyperparameters & AvgSwitches

const originOf = (task: string): string => {
  if (!hasPublishedSettings(task)) return 'Rivulet'
  return task.endsWith('-v5') ? 'paper (v4)' : 'paper'
}

/** Action Value Gradient: `avg` on our own kernels, `avgOnTensorFlow` by automatic differentiation. */
export const avgAlgorithm: Algorithm<typeof avgFields, SquashedAction, AvgReport> = {
  name: 'avg',
  about: 'Action Value Gradient (Vasan et al. 2024): one actor and one critic step from each transition, as it comes',
  fields: avgFields,
  defaultsFor: ({ name }) => ({
    settings: { ...hyperparametersFor(name), ...publishedSwitches },
    ...(hasPublishedSettings(name) ? { actionRange: 'clip' } : {}),
    origin: originOf(name),
  }),
  // A policy in (-1, 1) that is clipped, as published, could not reach bounds such as Pendulum's ±2.
  actionRange: { default: 'rescale', byTask: 'clip, as published, for the tasks of the paper', origin: 'Rivulet' },
  normalizeObservation: { default: true, origin: paper },
  conflicts: adamConflicts,
  networks: ({ normalizePenultimate }) => ({ normalizePenultimate }),
  engines: {
    fused: {
      ...fused,
      memory: async (spec, settings) => {
        const { fusedBytes } = await import('./avgBytes.js')
        return widthsOf(fusedBytes(spec, settings))
      },
      open: async (spec: Spec, settings: Settings, options: FusedOptions, random: LearnerRandom) => {
        const { avg } = await import('./avg.js')
        return avg(spec, { ...settings, ...options, ...random })
      },
    },
    tfjs: {
      ...tfjs,
      memory: async (spec, settings) => {
        const { tensorFlowBytes } = await import('./avgBytes.js')
        return widthsOf(tensorFlowBytes(spec, settings))
      },
      open: async (spec: Spec, settings: Settings, options: TfjsOptions, random: LearnerRandom) => {
        const { avgOnTensorFlow } = await import('../tensorflow/avgOnTensorFlow.js')
        return avgOnTensorFlow(spec, { ...settings, ...random }, options)
      },
    },
  },
  scalars: (report) => ({ ...report }),
}
