/** The policy of a run, as it is saved at its end. */
import { policyOf, type SavedPolicy } from '../learners/policy/savedPolicy.js'
import type { Spec } from '../types.js'
import type { RunSettings } from './config.js'
import { type Agent, engineOf } from './train.js'
import { provenance } from './versions.js'

/** What a run was so far: its agent, the spec of its world, and the actions that it has executed. */
export interface RunSoFar {
  readonly settings: RunSettings
  readonly spec: Spec
  readonly agent: Pick<Agent, 'learner' | 'moments'>
  readonly steps: number
}

/**
 * The policy of a run with what stands around its learner; null if its learner does not say what its actor is made of.
 *
 * Fails: NotFiniteError for a weight that is not finite; throws if the version of a package cannot be read.
 */
export const runPolicy = ({ settings: run, spec, agent, steps }: RunSoFar): SavedPolicy | null => {
  const { learner, moments } = agent
  if (learner.actor === undefined || learner.actor === null) return null
  const { engine, options } = engineOf(run)
  const { algorithm, engine: engineName, settings, seed, actionRange, clipObservation, appendTime } = run
  return policyOf({
    spec,
    learner,
    actionRange,
    appendTime,
    ...(run.normalizeObservation ? { moments } : {}),
    ...(clipObservation === 'none' ? {} : { clipObservation }),
    provenance: {
      algorithm,
      engine: engineName,
      options,
      settings: { ...settings },
      seed,
      steps,
      ...provenance(engine.packages?.(options)),
    },
  })
}
