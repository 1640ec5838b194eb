/**
 * What flows through a pipeline, and the contracts of what stands at its ends. Types only; no code lives here.
 *
 * Every record and every array in one is an immutable value: nobody writes to it after it was emitted, so that
 * `pairwise`, `toArray` and `delay` mean what they say.
 */
import type { Observable } from 'rxjs'

/** A vector that nobody may write to: a typed array or a plain one, shape `[size]`. */
export type Vector = ArrayLike<number> & Iterable<number>

/** What the sensors show, shape `[spec.observation.size]`. */
export type Observation = Vector

/** The policy's own choice, shape `[spec.action.size]`, before any clipping or rescaling. */
export type Action = Vector

/** Something whose state can be taken out and put back; `state` is plain data that `structuredClone` copies. */
export interface Snapshots<State> {
  /** A copy of the whole state; later changes do not reach it. */
  snapshot(): State
  /** Puts a state back, bit for bit. */
  restore(state: State): void
}

/** A piece of a state in JSON: finite numbers, texts, booleans, null, and arrays and objects of such. */
export interface JsonPart {
  /** A path within the state, unique in it, such as `learner/actor`. */
  readonly name: string
  /** Version of the format that it is written in, from 1 up. */
  readonly version: number
  readonly json: unknown
}

/** A piece of a state in bytes, numbers lowest byte first. */
export interface BytesPart extends Omit<JsonPart, 'json'> {
  readonly bytes: Uint8Array
}

/** One piece of a state. */
export type Part = JsonPart | BytesPart

/** Something whose state can be taken out and put back in parts, so that one which is too large to be copied can be saved. */
export interface Restorable {
  /**
   * The parts, each made when it is asked for. Bytes may be a view of memory in use: they are valid until the next part is asked for.
   * The parts belong to one moment if nothing moves until the last one was taken.
   */
  parts(): Iterable<Part>
  /**
   * Reads and checks every part and changes nothing. The function that it returns puts the state back; it is given the same parts once
   * more, since not all may be kept.
   *
   * Fails: throws a RestoreError that names the part.
   */
  prepare(parts: Iterable<Part>): (again: Iterable<Part>) => void
  /** Checks every part as `prepare` does, and puts the state back, bit for bit. Reads the parts twice. */
  restore(parts: Iterable<Part>): void
}

/**
 * A decision of a policy. An algorithm adds what its update needs (AVG: `noise` and `logProbability`); the driver hands
 * the whole record back as `previousAction` of the step that it led to.
 */
export interface SampledAction {
  readonly action: Action
}

/** Where in an episode a time step stands: `first` has no action before it, `last` has none after it. */
export type StepKind = 'first' | 'mid' | 'last'

/** What the world shows at one moment (dm_env's word). The end of an episode is such a value, never a notification. */
export interface TimeStep {
  readonly kind: StepKind
  readonly observation: Observation
  /** Of the action that led here; 0 on a first step. */
  readonly reward: number
  /** The task ended here: there is nothing to bootstrap from. */
  readonly terminated: boolean
  /** We stopped watching here: the task itself would have gone on. */
  readonly truncated: boolean
  /** The decision that led here; null on a first step. */
  readonly previousAction: SampledAction | null
  /** Counts every step of the run, first ones included, from 0. */
  readonly index: number
  /** Seconds of the driver's own clock: simulated time under lockstep, never the wall's. */
  readonly time: number
}

/** A time step that has not been paired or acted upon yet: what operators that change a step ask for. */
export type Unpaired = TimeStep & { readonly transition?: never; readonly sampled?: never }

/** What a learner consumes: two successive observations and what lay between them. Made by `transitions()` alone. */
export interface Transition<S extends SampledAction = SampledAction> {
  readonly observation: Observation
  readonly sampled: S
  readonly reward: number
  readonly nextObservation: Observation
  readonly terminated: boolean
  readonly truncated: boolean
}

/**
 * A random number generator. `seeded(seed)(name)` makes them; anything of this shape may stand in.
 *
 * Learners draw with `normal` alone, an action-sized vector a call.
 */
export interface Random {
  /** Fills `out` with independent draws from the standard normal distribution. */
  normal(out: Float32Array): void
  /** One draw, uniform in [0, 1). */
  uniform(): number
}

/** What decides, and does not learn: all that a robot needs of an algorithm when it is deployed. A `Learner` is one as well. */
export interface Policy<S extends SampledAction = SampledAction> {
  /** Draws an action from the present weights; `deterministic` takes the policy's mode and draws no random number. */
  sample(observation: Observation, options?: SampleOptions): S
  /** Where its actions lie, such as -1 to 1 for a squashed policy; left out where they may lie anywhere. */
  readonly actionBounds?: ActionBounds
  /**
   * The weights by name, row-major, rows are outputs: arrays that are lent until the next call of a method of the policy. What is
   * written to them by then counts from that call on; afterwards they are stale or detached, and the property is read anew.
   */
  readonly parameters?: Readonly<Record<string, Float32Array>>
  /** How often the weights were changed, or lent to be changed, since the policy was made. */
  readonly version?: number
}

/** An algorithm that learns from one transition at a time. */
export interface Learner<S extends SampledAction = SampledAction, Report = unknown>
  extends Policy<S>, Snapshots<unknown> {
  /** Learns from one transition, in place, as a function of its values; throws before any weight changes if a number is not finite. */
  update(transition: Transition<S>): Report
  readonly parameters: Readonly<Record<string, Float32Array>>
}

/** Where every component of a policy's actions lies. */
export interface ActionBounds {
  readonly low: number
  readonly high: number
}

/** How `Policy.sample` decides. */
export interface SampleOptions {
  /** Take the mode of the policy instead of drawing; the default is false. */
  readonly deterministic?: boolean
}

/** One vector's shape and meaning. */
export interface VectorSpec {
  readonly size: number
  /** Lower bounds, shape `[size]`; -Infinity where there is none. */
  readonly low: Vector
  /** Upper bounds, shape `[size]`; Infinity where there is none. */
  readonly high: Vector
  /** One name a component. */
  readonly names: readonly string[]
  /** One SI unit a component, `1` where it has none. */
  readonly units: readonly string[]
}

/** A world's shapes and pace. */
export interface Spec {
  /** The task's id, such as `Hopper-v4`. */
  readonly name: string
  readonly observation: VectorSpec
  readonly action: VectorSpec
  /** Seconds from one step to the next, by the world's own clock. */
  readonly stepSeconds: number
  /** Steps after which an episode is truncated; Infinity where it never is. */
  readonly stepLimit: number
}

/** A simulator's own named figures of one step, beside the observation; Gymnasium's word. */
export type Info = Readonly<Record<string, number>>

/** What one action did to a simulator. */
export interface SimulatorStep {
  readonly observation: Observation
  readonly reward: number
  readonly terminated: boolean
  readonly truncated: boolean
  readonly info: Info
}

/** What a simulator shows after it was put somewhere. */
export interface SimulatorStart {
  readonly observation: Observation
  readonly info: Info
}

/**
 * A world without time: plain functions, no Rx.
 *
 * `drive` copies what a simulator returns and what it is given, so that a simulator may return one array again and again
 * and may write to the action that it is given.
 */
export interface Simulator extends Snapshots<unknown> {
  /** `drive` truncates an episode after `stepLimit` actions, whether or not the simulator does. */
  readonly spec: Spec
  /** Begins an episode; with a seed, the same one every time; without, the simulator's own stream of random numbers goes on. */
  reset(seed?: number): SimulatorStart
  /** Acts once; throws when the state or an output is not finite. */
  step(action: Action): SimulatorStep
  /** Frees what it holds; using it afterwards throws. */
  close(): void
}

/** A world seen from the stream: a source of time steps and a sink of actions. */
export interface Driver {
  readonly spec: Spec
  /**
   * The world's steps. Subscribing begins an episode, one turn of the event loop later; unsubscribing stops the world and
   * cancels the pending step. One subscriber at a time: a second one gets an error notification that tells of `share()`.
   */
  readonly timeSteps: Observable<TimeStep>
  /**
   * Answers step `index` with a command, shape `[spec.action.size]`, in the driver's units, and only notes it: nothing is
   * emitted from within. `sampled` is the decision behind it, handed back as the next step's `previousAction`. Throws on a
   * second or a stale answer, naming both indexes.
   */
  act(command: Vector, index: number, sampled: SampledAction): void
  /** Answers step `index` with the beginning of a new episode. Throws as `act` does. */
  begin(index: number): void
  /** Brings the world to rest, completes a running subscription, and resolves once it is still; can be subscribed to again. */
  stop(): Promise<void>
  /** Stops and frees memory and handles; `timeSteps` then fails. What can be saved of a world can be saved between the two. */
  close(): void
}
