/** The simulator that tasks with a state of a few numbers share: those whose physics are a formula. */
import { checkAction, checkFinite } from '../../checks.js'
import { NotFiniteError } from '../../failure.js'
import { checkRestored, checkSnapshot } from '../../restored.js'
import type { Action, Random, SavableSimulator, SimulatorStart, Spec } from '../../types.js'
import { endsOf, type TimeLimit } from '../timeLimit.js'
import { checkSimulatorRandom, type SimulatorRandomState, simulatorRandom } from '../simulatorRandom.js'

/** A state: its numbers by name. */
export type ClassicState = Readonly<Record<string, number>>

/** Which values a number of a state takes. */
export interface StateNumber {
  /** What is accepted, as a phrase. */
  readonly expected: string
  holds(value: number): boolean
}

/** Any number that is finite. */
export const anyFinite: StateNumber = { expected: 'a finite number', holds: Number.isFinite }

/** The result of one action. */
export interface ClassicOutcome<State extends ClassicState> {
  readonly state: State
  readonly reward: number
  readonly terminated: boolean
}

/** A task whose state is a few numbers. Its functions keep nothing between calls. */
export interface ClassicTask<State extends ClassicState> {
  readonly spec: Spec
  /** The numbers of a state, in the order in which they are named, and which values they take. */
  readonly numbers: { readonly [Name in keyof State]: StateNumber }
  /** The state in which an episode begins. */
  begin(random: Random): State
  /** A new observation, shape `[spec.observation.size]`. */
  observe(state: State): Float64Array
  /**
   * The result of an action of the right size, all of it finite, which is not clipped. `random` is drawn from by tasks whose world moves at
   * random.
   */
  step(state: State, action: Action, random: Random): ClassicOutcome<State>
  /** How the last step within the spec's `stepLimit` is marked. The default is 'truncated', after which a learner bootstraps. */
  readonly timeLimit?: TimeLimit
}

/** Everything that determines how an episode continues; `elapsed` counts its steps and is null before the first episode began. */
export type ClassicSnapshot<State extends ClassicState> = State & {
  readonly task: string
  readonly elapsed: number | null
  readonly random: SimulatorRandomState
}

/** A task of this kind as a simulator. */
export interface ClassicSimulator<State extends ClassicState> extends SavableSimulator {
  /** Begins an episode in this state. */
  setState(state: State): SimulatorStart
  snapshot(): ClassicSnapshot<State>
  restore(state: ClassicSnapshot<State>): void
}

/**
 * Opens a task. An episode ends at the spec's limit; further steps are allowed, and are marked as the end again. `reset(seed)` switches to
 * the seed's stream of random numbers.
 *
 * Fails: RangeError for an action of another size, for a state that the task does not allow and for a snapshot of another task, NotFiniteError for
 * an action or state that is not finite or whose reward is not, each before anything has moved; Error when stepped before an episode began or used
 * after `close()`.
 */
export const classicSimulator = <State extends ClassicState>(
  task: ClassicTask<State>,
  { random }: { readonly random: Random },
): ClassicSimulator<State> => {
  const { spec, numbers, timeLimit = 'truncated' } = task
  const { name } = spec
  const names = Object.keys(numbers) as readonly (keyof State & string)[]
  const source = simulatorRandom(random)
  let state: State | null = null
  let elapsed: number | null = null
  let closed = false

  const requireOpen = (): void => {
    if (closed) throw new Error(`${name}: used after close()`)
  }
  /** The numbers of a state alone, by name. */
  const numbersOf = (given: ClassicState): State =>
    Object.fromEntries(names.map((each) => [each, given[each]])) as unknown as State
  const checkState = (given: State): void => {
    for (const each of names) {
      if (numbers[each].holds(given[each])) continue
      throw new RangeError(`${name}: ${each}: expected ${numbers[each].expected}, got ${given[each]}`)
    }
  }
  const begin = (at: State): SimulatorStart => {
    state = at
    elapsed = 0
    return { observation: task.observe(at), info: {} }
  }

  return {
    spec,
    reset: (seed) => {
      requireOpen()
      if (seed !== undefined) source.reseed(seed)
      return begin(task.begin(source.random()))
    },
    setState: (given) => {
      requireOpen()
      checkFinite(
        'state',
        names.map((each) => given[each]),
        names,
      )
      checkState(given)
      return begin(numbersOf(given))
    },
    step: (action) => {
      requireOpen()
      if (state === null || elapsed === null) {
        throw new Error(`${name}: expected reset() or setState() before the first step()`)
      }
      checkAction(name, action, spec.action)
      const next = task.step(state, action, source.random())
      if (!Number.isFinite(next.reward)) throw new NotFiniteError('reward', null, next.reward)
      checkState(next.state)
      state = next.state
      elapsed += 1
      const ends = endsOf(timeLimit, next.terminated, elapsed >= spec.stepLimit)
      return { observation: task.observe(state), reward: next.reward, ...ends, info: {} }
    },
    snapshot: () => {
      requireOpen()
      const numbersNow = state ?? numbersOf(Object.fromEntries(names.map((each) => [each, 0])))
      return { task: name, elapsed, ...numbersNow, random: source.snapshot() }
    },
    restore: (saved) => {
      requireOpen()
      checkSnapshot(name, saved)
      if (saved.task !== name) throw new RangeError(`${name}: expected a snapshot of its own, got one of ${saved.task}`)
      const isCount = saved.elapsed === null || (Number.isSafeInteger(saved.elapsed) && saved.elapsed >= 0)
      checkRestored({ owner: name, field: 'elapsed' }, saved.elapsed, 'null or an integer from 0 up', isCount)
      for (const each of names) {
        const { expected, holds } = numbers[each]
        const value: unknown = saved[each]
        checkRestored({ owner: name, field: each }, value, expected, typeof value === 'number' && holds(value))
      }
      checkSimulatorRandom(name, saved.random)
      source.restore(saved.random)
      state = numbersOf(saved)
      elapsed = saved.elapsed
    },
    close: () => {
      closed = true
    },
  }
}
