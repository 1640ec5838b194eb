/** A learner without randomness or arithmetic: it returns given actions and reports, and stores each call. */
import type { Action, Learner, Observation, SampleOptions, SampledAction, Transition } from '../types.js'

/** A decision of a scripted learner. */
export interface ScriptedAction extends SampledAction {
  /** Counts its decisions, from 0. */
  readonly draw: number
}

/** A call of a scripted learner, with the same objects that it received and returned. */
export type LearnerCall =
  | {
      readonly call: 'sample'
      readonly observation: Observation
      readonly options: SampleOptions
      readonly sampled: ScriptedAction
    }
  | { readonly call: 'update'; readonly transition: Transition<ScriptedAction> }

/** The actions and reports of a scripted learner. */
export interface LearnerScript<Report> {
  /** The actions, in their order; `sample` throws after the last one. By default actions of one component: 1, 1/2, 1/3 ... */
  readonly actions?: readonly Action[]
  /** The reports, in their order; `update` throws after the last one. By default the count of updates, from 1. */
  readonly reports?: readonly Report[]
}

/** A learner that follows a script. */
export interface ScriptedLearner<Report> extends Learner<ScriptedAction, Report> {
  /** All calls, in order. */
  readonly calls: readonly LearnerCall[]
}

/**
 * A learner that returns the given actions and reports.
 *
 *     const learner = scriptedLearner({ actions: [[0.5], [-0.5]] })
 *     ...
 *     learner.calls.map(({ call }) => call)     ['sample', 'sample', 'update']
 *
 * An action of the script is not copied, so that a test can recognize it at the other end of a pipeline.
 *
 * Memory: the counts of actions and updates, which are in `snapshot` and in `parameters.counts`, as weights would be; and the list of
 * calls, which only grows.
 * Fails: throws if the script has too few actions or reports.
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
      const sampled = { action: actions === undefined ? [1 / (draw + 1)] : scripted('action', actions, draw), draw }
      counts[0]++
      calls.push({ call: 'sample', observation, options, sampled })
      return sampled
    },
    update: (transition) => {
      // Without reports of the caller's own, Report is the default, a number.
      const report = reports === undefined ? ((counts[1] + 1) as Report) : scripted('report', reports, counts[1])
      counts[1]++
      calls.push({ call: 'update', transition })
      return report
    },
    snapshot: () => counts.slice(),
    restore: (state) => counts.set(state as Float32Array),
  }
}

const scripted = <V>(what: string, script: readonly V[], place: number): V => {
  if (place < script.length) return script[place]
  throw new RangeError(`scriptedLearner: ${what} ${place + 1} was requested, but the script has ${script.length}`)
}
