/** A learner without randomness or arithmetic: it does what it was told, and notes what it was asked. */
import type { Action, Learner, Observation, SampleOptions, SampledAction, Transition } from '../types.js'

/** A decision of a scripted learner. */
export interface ScriptedAction extends SampledAction {
  /** Counts its decisions, from 0. */
  readonly draw: number
}

/** What a scripted learner was asked, in the very objects that it was asked with. */
export type LearnerCall =
  | {
      readonly call: 'sample'
      readonly observation: Observation
      readonly options: SampleOptions
      readonly sampled: ScriptedAction
    }
  | { readonly call: 'update'; readonly transition: Transition<ScriptedAction> }

/** What a scripted learner will say. */
export interface LearnerScript<Report> {
  /** Its actions, in their order; asked for more than it was told, it fails. Left out: of one component, 1, 1/2, 1/3 ... */
  readonly actions?: readonly Action[]
  /** Its reports, likewise. Left out: the count of its updates, from 1. */
  readonly reports?: readonly Report[]
}

/** A learner that keeps to a script. */
export interface ScriptedLearner<Report> extends Learner<ScriptedAction, Report> {
  /** Everything that it was asked, in order. */
  readonly calls: readonly LearnerCall[]
}

/**
 * A learner that decides and reports as it was told.
 *
 *     const learner = scriptedLearner({ actions: [[0.5], [-0.5]] })
 *     ...
 *     learner.calls.map(({ call }) => call)     ['sample', 'sample', 'update']
 *
 * An action of the script is not copied, so that it can be recognized at the other end of a pipeline.
 *
 * Memory: how many actions it drew and how many updates it made, which `snapshot` holds and `parameters.counts` shows, as
 * if they were its weights; and its calls, which only grow.
 * Fails: throws when it is asked for more actions or reports than it was told.
 */
export const scriptedLearner = <Report = number>({
  actions,
  reports,
}: LearnerScript<Report> = {}): ScriptedLearner<Report> => {
  const calls: LearnerCall[] = []
  const counts = new Float32Array(2)
  return {
    calls,
    parameters: { counts },
    sample: (observation, options = {}) => {
      const draw = counts[0]
      const sampled = { action: actions === undefined ? [1 / (draw + 1)] : told('action', actions, draw), draw }
      counts[0]++
      calls.push({ call: 'sample', observation, options, sampled })
      return sampled
    },
    update: (transition) => {
      // Without reports of the caller's own, Report is the default, a number.
      const report = reports === undefined ? ((counts[1] + 1) as Report) : told('report', reports, counts[1])
      counts[1]++
      calls.push({ call: 'update', transition })
      return report
    },
    snapshot: () => counts.slice(),
    restore: (state) => counts.set(state as Float32Array),
  }
}

const told = <V>(what: string, script: readonly V[], place: number): V => {
  if (place < script.length) return script[place]
  throw new RangeError(`scriptedLearner: asked for ${what} ${place + 1}, but was told ${script.length}`)
}
