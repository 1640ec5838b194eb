/** A simulator whose actions take effect some steps after they were chosen, as those of a robot do. */
import { checkAction, checkFinite, checkSize } from '../checks.js'
import { checkRestored, checkRestoredVector, checkSnapshot } from '../restored.js'
import type { SavableSimulator, Vector } from '../types.js'
import { type DelayDistribution, delaysOf } from './delays.js'
import type { SimulatorRandomState } from './simulatorRandom.js'

/** Options of `delayActions`. */
export interface DelayOptions {
  /** What takes effect in an episode before its first action does, shape `[spec.action.size]`. The default is zeros. */
  readonly before?: Vector
}

/** An action under way. */
export interface WaitingAction {
  readonly action: Float64Array
  /** The steps after the next one until it takes effect, from 0 up. */
  readonly steps: number
}

/** All that decides how a simulator with delayed actions goes on. */
export interface DelaySnapshot {
  /** The name of its spec. */
  readonly task: string
  /** The delay of the next action, in steps; null before the first episode. */
  readonly delay: number | null
  /** What took effect last, or would have before the first action. */
  readonly inEffect: Float64Array
  /** Oldest first. */
  readonly waiting: readonly WaitingAction[]
  /** The random numbers behind the delays; null for a fixed delay. */
  readonly random: SimulatorRandomState | null
  /** The snapshot of the simulator itself. */
  readonly simulator: unknown
}

/** A simulator with delayed actions. */
export interface DelayedSimulator extends SavableSimulator {
  snapshot(): DelaySnapshot
  restore(state: DelaySnapshot): void
}

/**
 * The same simulator, with actions that take effect later: at `step` the newest action that has arrived takes effect.
 *
 *     action     a   b   c   d   e         a   b   c   d   e
 *     delay      2   2   2   2   2         0   2   0   1   0
 *     in effect  -   -   a   b   c         a   a   c   c   e
 *
 * `delay` is a number of steps, 0 for none, or a distribution of them. An action that arrives after a newer one is dropped (b in the
 * example on the right, and d), and what was in effect stays so until an action arrives (a). Actions under way at `reset` are dropped as well.
 * The spec is that of the simulator, which is called through the result alone from here on. A policy sees the actions under way with
 * `withPreviousActions`.
 *
 * Memory: the actions under way, at most as many as the longest delay; part of the snapshot, with the simulator's own.
 * Numbers: a delay is drawn at `reset` and, per step, after each `step`, from the stream of random numbers in the distribution;
 * `reset(seed)` replaces it by the stream `delays` of the seed.
 * Fails: when it is made, RangeError for a delay that is not an integer from 0 up, probabilities that are negative or do not sum to 1, a
 * `before` of another size, NotFiniteError for one that is not finite, and TypeError for a distribution without random numbers. Later as
 * the simulator does; an action of another size or one that is not finite is refused when it is given, not when it takes effect. A call
 * that throws changes nothing here. Error when stepped before an episode began; RangeError for a snapshot that is none of its own.
 */
export const delayActions = (
  simulator: SavableSimulator,
  delay: number | DelayDistribution,
  options: DelayOptions = {},
): DelayedSimulator => {
  const owner = 'delayActions'
  const { spec } = simulator
  const { size, names } = spec.action
  const delays = delaysOf(owner, delay)
  const before: Float64Array = options.before === undefined ? new Float64Array(size) : Float64Array.from(options.before)
  checkSize(owner, 'before', before, size)
  checkFinite('before', before, names)

  let next: number | null = null
  let inEffect = before
  let waiting: readonly WaitingAction[] = []

  return {
    spec,
    reset: (seed) => {
      const start = simulator.reset(seed)
      next = delays.begin(seed)
      inEffect = before
      waiting = []
      return start
    },
    step: (action) => {
      if (next === null) throw new Error(`${spec.name}: expected reset() before the first step() of delayed actions`)
      checkAction(spec.name, action, spec.action)
      const underWay = [...waiting, { action: Float64Array.from(action), steps: next }]
      const arrived = underWay.findLastIndex(({ steps }) => steps === 0)
      const now = arrived === -1 ? inEffect : underWay[arrived].action
      // A copy, since the simulator may write to it.
      const step = simulator.step(now.slice())
      inEffect = now
      waiting = underWay.slice(arrived + 1).map((each) => ({ action: each.action, steps: each.steps - 1 }))
      next = delays.follow(next)
      return step
    },
    snapshot: () => ({
      task: spec.name,
      delay: next,
      inEffect: inEffect.slice(),
      waiting: waiting.map(({ action, steps }) => ({ action: action.slice(), steps })),
      random: delays.snapshot(),
      simulator: simulator.snapshot(),
    }),
    restore: (state) => {
      checkSnapshot(owner, state)
      checkRestored({ owner, field: 'task' }, state.task, spec.name, state.task === spec.name)
      delays.check(owner, state.delay, state.random)
      checkRestoredVector({ owner, field: 'inEffect', names }, state.inEffect, size)
      checkWaiting(owner, state.waiting, spec.action.size, delays.most)
      simulator.restore(state.simulator)
      next = state.delay
      inEffect = Float64Array.from(state.inEffect)
      waiting = state.waiting.map(({ action, steps }) => ({ action: Float64Array.from(action), steps }))
      delays.restore(state.random)
    },
    close: () => simulator.close(),
  }
}

/** Refuses actions that cannot be under way: all of them arrive within `most` steps, the next of which is under way itself. */
const checkWaiting = (owner: string, waiting: unknown, size: number, most: number): void => {
  const isList = Array.isArray(waiting) && waiting.length <= most
  checkRestored({ owner, field: 'waiting' }, waiting, `an array of at most ${most}`, isList)
  for (const [k, each] of (waiting as readonly (WaitingAction | null)[]).entries()) {
    const steps = each?.steps
    const isSteps = Number.isSafeInteger(steps) && (steps as number) >= 0 && (steps as number) < most
    checkRestored({ owner, field: `waiting[${k}].steps` }, steps, `an integer from 0 to ${most - 1}`, isSteps)
    checkRestoredVector({ owner, field: `waiting[${k}].action` }, each?.action, size)
  }
}
