/** A learner that notices when its learning goes wrong, and stops or goes back. */
import { DivergenceError, NotFiniteError } from '../failure.js'
import { plainFormat } from '../state/formats.js'
import { restorable, tryRestore } from '../state/restorable.js'
import { restorables } from '../state/restorables.js'
import type { SampledAction, Transition, Vector } from '../types.js'
import { type GuardOptions, wholeGuardOptions } from './guardOptions.js'
import type { Guardable, GuardedLearner, SafeAction } from './guardedLearner.js'
import { checkGuardMemory, type GoodState, type GuardMemory, type GuardState } from './guardState.js'
import { transitionFailure, vectorFailure } from './inputs.js'
import { policyWatch } from './policyWatch.js'
import type { Fault } from './trip.js'
import { weightWatch } from './weightWatch.js'

const isSafe = (sampled: SampledAction): sampled is SafeAction => 'safe' in sampled && sampled.safe === true

const failureOf = (fault: Fault): DivergenceError => new DivergenceError(fault.reason)

/**
 * Puts a learner under guard.
 *
 * It watches for inputs and weights that are not finite, for numbers that the learner refuses with a NotFiniteError, for weights that move too
 * far, for actions at their bounds and for hidden units that are not active. On a trip the next action is the safe one. `docs/guard.md` says
 * when each watch looks, and what is done.
 *
 * Memory: the learner's; with `rollback` and `stop` alike a good snapshot, without a replay buffer, and a copy of the weights. All of it is
 * part of `snapshot`, so that a run goes on exactly.
 * Numbers: those of the learner, bit for bit, as long as the guard does not trip.
 * Fails: RangeError for an option, and TypeError for `rollback` with smaller steps of a learner that has no `scaleStepSizes`. With `stop`,
 * and after `mostTrips` trips, `sample` and `update` throw: the NotFiniteError of the number, or a DivergenceError with the reason. An error
 * of another kind is passed on. Before the first decision the size of an action is not known, so that a trip there throws unless
 * `safeAction` is given.
 */
export const guard = <S extends SampledAction, Report>(
  learner: Guardable<S, Report>,
  options: GuardOptions,
): GuardedLearner<S, Report> => {
  const all = wholeGuardOptions(options)
  const { onDivergence, alongside, stepSizeFactor, mostTrips, lookEvery, snapshotEvery } = all
  if (onDivergence === 'rollback' && stepSizeFactor < 1 && learner.scaleStepSizes === undefined) {
    throw new TypeError('guard: this learner has no scaleStepSizes; stepSizeFactor: 1 keeps its step sizes')
  }
  const { actionBounds } = learner
  const middle = actionBounds === undefined ? 0 : (actionBounds.low + actionBounds.high) / 2
  const weights = weightWatch(learner, all.largestMove)
  const decisions = policyWatch(learner, all)
  let safeAction: Vector | null = options.safeAction ?? null
  let good: GoodState | null = null
  let [trips, updates, sinceLook, sinceSnapshot, stepSizeScale] = [0, 0, 0, 0, 1]
  let [isUnanswered, wasSafe] = [false, false]
  let lookedAt: Vector | null = null

  const keep = (): void => {
    good = {
      learner: learner.snapshot({ of: 'learnt' }),
      alongside: alongside.map((each) => each.snapshot()),
      updates,
    }
    sinceSnapshot = 0
  }
  /** Before the first decision: the weights that the learner begins with, which may have been read from a file after it was made. */
  const begin = (): void => {
    if (good !== null) return
    const fault = weights.notFinite()
    if (fault !== null) throw failureOf(fault)
    weights.begin()
    keep()
  }
  const goBack = ({ learner: state, alongside: others, updates: then }: GoodState): void => {
    learner.restore(state, { of: 'learnt' })
    alongside.forEach((each, i) => each.restore(others[i]))
    updates = then
    sinceLook = sinceSnapshot = 0
    weights.begin()
    decisions.begin()
  }

  /** Does what a fault asks for; throws if it ends the run. */
  const trip = (fault: Fault, error: unknown): void => {
    trips++
    const before = updates
    const isOver = onDivergence === 'stop' || trips > mostTrips || safeAction === null
    // A number may be refused because a weight is not finite, or because weights have exploded.
    const isSpoilt = fault.cause === 'weights' || fault.cause === 'explodingUpdates' || weights.look(sinceLook) !== null
    sinceLook = 0
    const returns = isSpoilt || (fault.cause !== 'input' && onDivergence === 'rollback')
    // `begin` has made the first one.
    if (returns) goBack(good!)
    if (returns && !isOver && stepSizeFactor < 1) {
      learner.scaleStepSizes?.(stepSizeFactor)
      stepSizeScale *= stepSizeFactor
    }
    const outcome = isOver ? 'stopped' : returns ? 'rolledBack' : 'refused'
    all.onTrip({ ...fault, trips, outcome, updates, updatesLost: before - updates, stepSizeScale })
    if (!isOver) return
    if (onDivergence === 'rollback' && trips > mostTrips) {
      throw new DivergenceError(`${fault.reason}; it is trip ${trips} of the guard, and ${mostTrips} are allowed`)
    }
    throw error
  }
  const safe = (): SafeAction => {
    wasSafe = true
    isUnanswered = false
    return { action: Float32Array.from(safeAction!), safe: true }
  }
  /** Looks at the weights, and keeps them if nothing is wrong and it is time. */
  const look = (isTimeToKeep: boolean): void => {
    const fault = weights.look(sinceLook)
    sinceLook = 0
    if (fault === null) {
      if (isTimeToKeep) keep()
      return
    }
    trip(fault, failureOf(fault))
    isUnanswered = true
  }

  /** Looks at an observation, unless it is the one that was looked at last: it comes in a decision and in two transitions. */
  const observationFailure = (quantity: string, observation: Vector): NotFiniteError | null => {
    if (observation === lookedAt) return null
    const failure = vectorFailure(quantity, observation)
    if (failure === null) lookedAt = observation
    return failure
  }

  const learn = (transition: Transition<S | SafeAction>): Report | null => {
    const { sampled, terminated, truncated } = transition
    begin()
    if (isSafe(sampled)) return null
    const failure = transitionFailure(transition, observationFailure)
    if (failure !== null) {
      // Where learning comes after acting, the decision on this observation has tripped the guard already.
      if (wasSafe) return null
      trip({ cause: 'input', reason: failure.message }, failure)
      isUnanswered = true
      return null
    }
    let report: Report
    try {
      report = learner.update(transition as Transition<S>)
    } catch (error) {
      if (!(error instanceof NotFiniteError)) throw error
      // Of a caller that writes to arrays after they were checked.
      const cause = transitionFailure(transition) === null ? 'notFinite' : 'input'
      trip({ cause, reason: error.message }, error)
      isUnanswered = true
      return null
    }
    updates++
    sinceLook++
    sinceSnapshot++
    const ends = terminated || truncated
    const isTimeToKeep = sinceSnapshot >= snapshotEvery && (ends || sinceSnapshot >= 2 * snapshotEvery)
    if (isTimeToKeep || sinceLook >= lookEvery) look(isTimeToKeep)
    return report
  }

  const decide: GuardedLearner<S, Report>['sample'] = (observation, sampling) => {
    begin()
    if (isUnanswered && sampling?.deterministic !== true) return safe()
    const failure = observationFailure('observation', observation)
    if (failure !== null) {
      trip({ cause: 'input', reason: failure.message }, failure)
      return safe()
    }
    let sampled: S
    try {
      sampled = learner.sample(observation, sampling)
    } catch (error) {
      if (!(error instanceof NotFiniteError)) throw error
      trip({ cause: 'notFinite', reason: error.message }, error)
      return safe()
    }
    safeAction ??= new Float32Array(sampled.action.length).fill(middle)
    wasSafe = false
    if (sampling?.deterministic === true) return sampled
    const fault = decisions.take(sampled.action)
    if (fault === null) return sampled
    trip(fault, failureOf(fault))
    return safe()
  }

  const remember = (): GuardMemory => ({
    good,
    counts: { trips, updates, sinceLook, sinceSnapshot },
    weights: weights.state(),
    window: decisions.state(),
    stepSizeScale,
    isUnanswered,
    wasSafe,
  })
  /** What a learner has learnt, as an object of its own. */
  const learnt = {
    snapshot: () => learner.snapshot({ of: 'learnt' }),
    restore: (state: unknown) => learner.restore(state, { of: 'learnt' }),
  }
  const check = (given: unknown): void => {
    checkGuardMemory(given, {
      alongside: alongside.length,
      hiddenUnits: decisions.state().active.length,
      weights: learner.parameters,
    })
    const state = (given as GuardMemory).good
    if (state === null) return
    tryRestore(learnt, state.learner)
    state.alongside.forEach((other, i) => tryRestore(alongside[i], other))
  }
  const recall = (state: GuardMemory): void => {
    good = state.good
    ;({ trips, updates, sinceLook, sinceSnapshot } = state.counts)
    ;({ stepSizeScale, isUnanswered, wasSafe } = state)
    weights.restore(state.weights)
    decisions.restore(state.window)
  }
  const own = restorable<unknown>(
    { snapshot: remember, check, restore: (state) => recall(state as GuardMemory) },
    plainFormat,
  )

  return {
    ...(actionBounds === undefined ? {} : { actionBounds }),
    ...(learner.actor === undefined ? {} : { actor: learner.actor }),
    sample: decide,
    update: learn,
    get parameters() {
      return learner.parameters
    },
    get version() {
      return learner.version
    },
    get trips() {
      return trips
    },
    state: restorables({ learner: learner.state ?? restorable(learner, plainFormat), guard: own }),
    snapshot: () => ({ learner: learner.snapshot(), ...remember() }),
    restore: (given) => {
      check(given)
      const state = given as GuardState
      learner.restore(state.learner)
      recall(state)
    },
    close: () => learner.close?.(),
  }
}
