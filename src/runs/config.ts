/** A run's config: all that is needed to repeat the run, with one codec for `config.json`, the command line and programs. */
import {
  type Fields,
  closed,
  nonNegativeInteger,
  numberIn,
  oneBy,
  oneOf,
  oneOfNumbers,
  only,
  listOf,
  positiveInteger,
  positiveNumber,
  text,
  yesOrNo,
} from '../edge/codecs.js'
import type { TypeOf } from 'io-ts'
import { taskIds } from '../environments/tasks.js'
import { defaultHome } from '../kernels/home.js'
import { publishedSwitches } from '../learners/avg/avgSettings.js'
import { hyperparametersFor, hasPublishedSettings } from '../learners/avg/publishedSettings.js'
import { backendNames, defaultBackend } from '../learners/tensorflow/backendName.js'

/** A codec for each of AVG's settings, by name. */
export const avgFields = {
  hidden: listOf(positiveInteger, 'positive integers'),
  actorStepSize: positiveNumber,
  criticStepSize: positiveNumber,
  entropyCoefficient: numberIn({ from: 0 }),
  discount: numberIn({ from: 0, to: 1 }),
  adamBeta1: numberIn({ from: 0, below: 1 }),
  adamBeta2: numberIn({ from: 0, below: 1 }),
  adamEpsilon: positiveNumber,
  normalizePenultimate: yesOrNo,
  scaleTdError: yesOrNo,
  returnEndsAt: oneOf(['termination', 'episode']),
  logStdReading: oneOf(['covariance', 'deviation']),
}

/** A codec for each of a run's own settings, by name; `settings` are its algorithm's. */
export const runFields = {
  algorithm: oneOf(['avg']),
  task: oneOf(taskIds),
  /** Actions to execute. */
  steps: positiveInteger,
  seed: nonNegativeInteger,
  /** How the policy's (-1, 1) meets the world's bounds: cut off at them, or stretched to them. */
  actionRange: oneOf(['clip', 'rescale']),
  normalizeObservation: yesOrNo,
  settings: closed(avgFields),
}

/** Codecs for what a run may be told beside, by name. */
export const optionalRunFields = {
  /** The file or directory of the weights that the agent begins with; without, it draws them. */
  weights: text,
}

/** What computes, by engine, with a codec for each setting that the engine has of its own. */
export const engineFields = {
  /** Gradients derived by hand; each home of the kernels reproduces its own bits, on one thread or two. */
  fused: { kernels: oneOf(['webassembly', 'typescript']), threads: oneOfNumbers([1, 2]) },
  /** Automatic differentiation by TensorFlow.js. */
  tfjs: { backend: oneOf(backendNames) },
}

/** A codec of the name of an engine. */
export const engineName = oneOf(['fused', 'tfjs'])

/** What computes where nothing else is said: a machine on which WebAssembly cannot compute has defaults that do without. */
export const engineDefaults = {
  fused: { engine: 'fused', kernels: defaultHome(), threads: 1 },
  tfjs: { engine: 'tfjs', backend: defaultBackend() },
} as const

/** The codec of a run, with what else is told of it: an engine's settings stand beside its name, and no other's. */
const runWith = <Told extends Fields>(told: Told) =>
  oneBy('engine', {
    fused: closed({ engine: only('fused'), ...engineFields.fused, ...runFields, ...told }, optionalRunFields),
    tfjs: closed({ engine: only('tfjs'), ...engineFields.tfjs, ...runFields, ...told }, optionalRunFields),
  })

/** The codec of everything that was chosen for a run. */
export const runSettings = runWith({})

/** Everything that was chosen for a run. */
export type RunSettings = TypeOf<typeof runSettings>

/** AVG's settings in a run, every one of them stated. */
export type AvgRunSettings = RunSettings['settings']

/** The codec of `config.json`: what was chosen, and what it ran on. */
export const runConfig = runWith({
  versions: closed({ rivulet: text, mujoco: text, node: text }, { tensorflow: text }),
  platform: text,
  architecture: text,
})

/** What `config.json` holds. */
export type RunConfig = TypeOf<typeof runConfig>

/** Steps and seed of a run that states none. */
export const defaultLength = { steps: 100_000, seed: 1 }

/**
 * What a run of a task is set to where nothing else is said.
 *
 * A task that AVG was published on has the paper's settings and, as there, its actions clipped; for any other one the
 * settings are `defaultHyperparameters` and actions are stretched to the task's bounds, since a policy in (-1, 1) that is
 * clipped could not reach Pendulum's ±2.
 */
export const defaultsFor = (task: RunSettings['task']): Extract<RunSettings, { engine: 'fused' }> => ({
  algorithm: 'avg',
  task,
  ...defaultLength,
  actionRange: hasPublishedSettings(task) ? 'clip' : 'rescale',
  normalizeObservation: true,
  ...engineDefaults.fused,
  settings: avgDefaultsFor(task),
})

const avgDefaultsFor = (task: string): AvgRunSettings => {
  const { forwardCache: _changesNoBit, ...switches } = publishedSwitches
  return { ...hyperparametersFor(task), ...switches }
}
