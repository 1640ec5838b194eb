/** The two sides of a loop and its world: what the loop calls, what the world reports, and the decisions between them. */
import type { MissedBeat, ScheduledWorld } from '../time/schedule.js'
import type { SampledAction, TimeStep, Vector } from '../types.js'

/** The answer to a step: what the world does next. */
export type Decision =
  { readonly kind: 'act'; readonly command: Vector; readonly sampled: SampledAction } | { readonly kind: 'begin' }

/** What a world can report about its run. After the end of the run these calls change nothing. */
export interface RunControl {
  /** The world is ready for the next step: beats begin. Called once in a run, and once after each `pause`. */
  ready(): void
  /** The world is not ready: no beat is due until the next `ready`. */
  pause(): void
  /** The world failed: the run ends with this error. */
  fail(error: unknown): void
}

/** What a loop calls of its world. */
export interface LoopWorld<T extends TimeStep> extends Pick<ScheduledWorld, 'ages'> {
  /** A run begins. Its first decision is a `begin`, unless a saved decision was restored. */
  open(control: RunControl): void
  /** An answer was given; the step that follows it is not due yet. */
  answered?(decision: Decision): void
  /** Returns the step with this index, which follows an answer. An error that it throws ends the run. */
  follow(decision: Decision, index: number): T
  /** A beat is missed; `decision` is the answer that was given so far, or null. An error that it throws ends the run. */
  miss(missed: MissedBeat, decision: Decision | null): void
  /** The run is over. Called before its subscriber is notified. */
  runEnded?(): void
}
