/**
 * The records that flow through a pipeline, and the contracts of drivers, simulators, policies and learners. This file has types only.
 *
 * Every record and every array in one is an immutable value: no code writes to it after it was emitted, so that operators such as
 * `pairwise`, `toArray` and `delay` work.
 */
import type { Observable } from 'rxjs'

/** A read-only vector: a typed array or a plain one, shape `[size]`. */
export type Vector = ArrayLike<number> & Iterable<number>

/** The readings of the sensors, shape `[spec.observation.size]`. */
export type Observation = Vector

/** The policy's own choice, shape `[spec.action.size]`, before any clipping or rescaling. */
export type Action = Vector

/** Which part of a learner's state a snapshot has. */
export interface SnapshotOptions {
  /**
   * `all`; or `learnt`: what a guard goes back to, without a replay buffer, the place in the stream of random numbers, and the factor of
   * `scaleStepSizes`. `restore` of what was learnt leaves these three as they are. The default is `all`.
   */
  readonly of?: 'all' | 'learnt'
}

/** An object whose state can be saved and restored; the state is plain data that `structuredClone` copies. */
export interface Snapshots<State> {
  /** A copy of the whole state; later changes do not affect it. */
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

/** Bytes of a state that is too large to be copied at once, and to be written anew each time: its pieces are copied one by one. */
export interface PiecePart extends Omit<JsonPart, 'json'> {
  /** Bytes of the piece. */
  readonly length: number
  /** Two pieces of one name, length and revision that one object gives have the same bytes. */
  readonly revision: number
  /**
   * Keeps the bytes as they are now, and returns a function that returns them, in memory that nothing changes. `keep` is called before the
   * next part is requested, if at all, and the function at any time, once. Until then a change to the piece costs a copy of it.
   */
  keep(): () => Uint8Array
}

/** One piece of a state. */
export type Part = JsonPart | BytesPart | PiecePart

/** An object whose state can be saved and restored in parts, so that a state too large to be copied can be saved. */
export interface Restorable {
  /**
   * The parts, each made when it is requested. Bytes may be a view of memory in use: they are valid until the next part is requested.
   * The parts are consistent if the state does not change until the last one was taken.
   */
  parts(): Iterable<Part>
  /**
   * Reads and checks every part and changes nothing. The function that it returns restores the state; call it with the same parts
   * again, since it may not have kept all of them.
   *
   * Fails: throws a RestoreError that names the part.
   */
  prepare(parts: Iterable<Part>): (again: Iterable<Part>) => void
  /** Checks every part as `prepare` does, and puts the state back, bit for bit. Reads the parts twice. */
  restore(parts: Iterable<Part>): void
}

/**
 * A decision of a policy. An algorithm adds the fields that its update needs (AVG: `noise` and `logProbability`); the driver passes the
 * whole record back as `previousAction` of the step that it led to.
 */
export interface SampledAction {
  readonly action: Action
}

/** Where in an episode a time step stands: `first` has no action before it, `last` has none after it. */
export type StepKind = 'first' | 'mid' | 'last'

/** The state of the world at one moment (a word of dm_env). The end of an episode is such a value, never a notification. */
export interface TimeStep {
  readonly kind: StepKind
  readonly observation: Observation
  /** Of the action that led here; 0 on a first step. */
  readonly reward: number
  /** Whether the task ended here: there is nothing to bootstrap from. */
  readonly terminated: boolean
  /** Whether the episode was cut off here: the task itself would have gone on. */
  readonly truncated: boolean
  /** The decision that led here; null on a first step. */
  readonly previousAction: SampledAction | null
  /** Counts all steps of the run from 0, first ones included. */
  readonly index: number
  /** Seconds of the driver's own clock: under lockstep simulated time, not the time of the system. */
  readonly time: number
}

/** A time step without `transition` and `sampled`: operators that change a step take only such steps. */
export type Unpaired = TimeStep & { readonly transition?: never; readonly sampled?: never }

/** The input of a learner: two successive observations with the decision and the reward between them. Only `transitions()` makes it. */
export interface Transition<S extends SampledAction = SampledAction> {
  readonly observation: Observation
  readonly sampled: S
  readonly reward: number
  readonly nextObservation: Observation
  readonly terminated: boolean
  readonly truncated: boolean
}

/**
 * A random number generator. `seeded(seed)(name)` makes one; any object of this type can replace it.
 *
 * Learners only call `normal`, for a vector of the action's size.
 */
export interface Random {
  /** Fills `out` with independent draws from the standard normal distribution. */
  normal(out: Float32Array): void
  /** One draw, uniform in [0, 1). */
  uniform(): number
}

/** Samples actions, and does not learn: the part of an algorithm that a deployed robot needs. A `Learner` is a policy as well. */
export interface Policy<S extends SampledAction = SampledAction> {
  /** Draws an action from the present weights; `deterministic` takes the policy's mode and draws no random number. */
  sample(observation: Observation, options?: SampleOptions): S
  /** The bounds of its actions, such as -1 to 1 for a squashed policy; left out if there are none. */
  readonly actionBounds?: ActionBounds
  /**
   * The weights by name, row-major, rows are outputs. The arrays are valid until the next call of a method of the policy. Numbers
   * written to them before it count from that call on; afterwards the arrays are stale or detached, so read the property again.
   */
  readonly parameters?: Readonly<Record<string, Float32Array>>
  /** How often the weights were changed, or `parameters` was read, since the policy was made. */
  readonly version?: number | undefined
}

/** An algorithm that learns from one transition at a time. */
export interface Learner<S extends SampledAction = SampledAction, Report = unknown>
  extends Policy<S>, Snapshots<unknown> {
  /** Learns from one transition, in place, as a function of its values; throws before any weight changes if a number is not finite. */
  update(transition: Transition<S>): Report
  readonly parameters: Readonly<Record<string, Float32Array>>
  /** Its state in parts, where a copy of it would take too long or too much memory. By default it is what `snapshot` gives. */
  readonly state?: Restorable
  /** A copy of the whole state, or of what was learnt. A learner that knows no options gives the whole state. */
  snapshot(options?: SnapshotOptions): unknown
  /** Puts back what `snapshot` gave with the same options. */
  restore(state: unknown, options?: SnapshotOptions): void
  /**
   * Multiplies the sizes of all steps to come, those of the policy, of critics and of a temperature, by a factor above 0 and at most 1; a
   * second call multiplies again. It is part of the state. Left out if the learner cannot do it.
   */
  scaleStepSizes?(factor: number): void
  /** Hidden units of the policy; left out, with `markActive`, if the learner does not say which are active. */
  readonly hiddenUnits?: number
  /**
   * Sets the entry, of `hiddenUnits` ones, of each hidden unit that was active in the policy's latest decision to 1. Returns false, and sets
   * none, while actions are drawn without the network.
   */
  markActive?(active: Uint8Array): boolean
}

/** The bounds of every component of a policy's actions. */
export interface ActionBounds {
  readonly low: number
  readonly high: number
}

/** Options of `Policy.sample`. */
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

/** The shapes of a world and the length of its steps. */
export interface Spec {
  /** The task's id, such as `Hopper-v4`. */
  readonly name: string
  readonly observation: VectorSpec
  readonly action: VectorSpec
  /** Seconds from one step to the next, by the world's own clock. */
  readonly stepSeconds: number
  /** Steps after which an episode is truncated; Infinity where it never is. */
  readonly stepLimit: number
  /** The task's own options that differ from those of the published task, by name; absent where none does. */
  readonly taskOptions?: Readonly<Record<string, unknown>>
}

/** A simulator's own named numbers of one step, beside the observation (a word of Gymnasium). */
export type Info = Readonly<Record<string, number>>

/** The result of one action in a simulator. */
export interface SimulatorStep {
  readonly observation: Observation
  readonly reward: number
  readonly terminated: boolean
  readonly truncated: boolean
  readonly info: Info
}

/** The first observation of an episode of a simulator. */
export interface SimulatorStart {
  readonly observation: Observation
  readonly info: Info
}

/**
 * A world without time: plain functions, no Rx. Any object with `spec`, `reset` and `step` is one.
 *
 * `drive` copies what a simulator returns and what it is given, so that under `drive` a simulator may return one array again and again
 * and may write to the action that it is given.
 */
export interface Simulator {
  /** `drive` truncates an episode after `stepLimit` actions, whether or not the simulator does. */
  readonly spec: Spec
  /** Begins an episode: with a seed the same one every time; without, by the next numbers of the simulator's own random number generator. */
  reset(seed?: number): SimulatorStart
  /** Acts once; throws when the state or an output is not finite. */
  step(action: Action): SimulatorStep
  /** Frees what it holds; using it afterwards throws. Left out if there is nothing to free. */
  close?(): void
}

/** A simulator whose state can be saved, as that of every simulator of Rivulet's own. */
export interface SavableSimulator extends Simulator, Snapshots<unknown> {
  close(): void
}

/** A world as a stream: a source of time steps and a sink of actions. */
export interface Driver {
  readonly spec: Spec
  /**
   * The world's steps. Subscribing begins an episode, one turn of the event loop later; unsubscribing stops the world and cancels the
   * pending step. One subscriber at a time: a second one gets an error notification that names `share()`.
   */
  readonly timeSteps: Observable<TimeStep>
  /**
   * Answers step `index` with a command, shape `[spec.action.size]`, in the driver's units. It only stores the answer: it emits
   * nothing. `sampled` is the decision behind it, which the driver passes back as the next step's `previousAction`. Throws on a second
   * or a stale answer, naming both indexes.
   */
  act(command: Vector, index: number, sampled: SampledAction): void
  /** Answers step `index` with the beginning of a new episode. Throws as `act` does. */
  begin(index: number): void
  /** Brings the world to rest, completes a running subscription, and resolves when the world is still. `timeSteps` can be subscribed to again. */
  stop(): Promise<void>
  /** Stops and frees memory and handles; `timeSteps` then fails. Between `stop` and `close` the state of a world can be saved. */
  close(): void
}
