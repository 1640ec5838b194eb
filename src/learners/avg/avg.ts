/**
 * Action Value Gradient (Vasan et al. 2024, algorithm 1): one actor step and one critic step from each transition, as it comes.
 * The published code's order and cases are kept; `docs/avg.md` numbers every detail with its origin.
 */
import { isSized } from '../../checks.js'
import { NotFiniteError } from '../../failure.js'
import { AdamScalar, type KernelsName } from '../../kernels/kernels.js'
import { isSeeded } from '../../random.js'
import type { Learner, SampledAction, Transition, Vector } from '../../types.js'
import { entropyReward as entropyRewardOf } from '../equations/entropyReward.js'
import { reparameterizedLoss } from '../equations/reparameterizedLoss.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { softValue } from '../equations/softValue.js'
import { tdTarget } from '../equations/tdTarget.js'
import { checkStep, reachOf, setAdam, stepAdam, tickAdam } from '../parts/adam.js'
import { avgMemory, CriticJob } from './avgMemory.js'
import { checkAvg, publishedSwitches, type AvgSettings, type LearnerSpec } from './avgSettings.js'
import { type AvgSnapshot, checkAvgSnapshot } from './avgSnapshot.js'
import { writeInput } from '../parts/input.js'
import { backward, forward, measure } from '../parts/network.js'
import { noiseOf } from '../parts/noise.js'
import { SCALE, scaleTdError } from '../parts/tdErrorScaler.js'

/** A decision of AVG: arrays of shape `[action.size]`. */
export interface AvgSampledAction extends SampledAction {
  readonly action: Float32Array
  /** ε, the standard normal draw behind the action. */
  readonly noise: Float32Array
  /** log π(A|o) at the weights that chose it. */
  readonly logProbability: number
}

/** What one update saw; all of it from before the weights moved. */
export interface AvgReport {
  /** Q(o, A) of the action that was taken. */
  readonly actionValue: number
  /** R + γ (Q(o', A') - η log π(A'|o')), or R where the task ended. */
  readonly target: number
  /** δ = target - actionValue, before scaling. */
  readonly tdError: number
  /** σ, by which δ is divided; 1 where scaling is off. */
  readonly scale: number
  /** -log π(A|o) by the weights that were just about to move: one draw's worth of entropy. */
  readonly entropy: number
  /** η log π(A|o) - Q(o, A), of the action that those weights take with the same noise. */
  readonly actorLoss: number
  /** (δ / σ)². */
  readonly criticLoss: number
}

/** An AVG learner. */
export interface AvgLearner extends Learner<AvgSampledAction, AvgReport> {
  /** Which kernels run: each reproduces its own bits. */
  readonly kernels: KernelsName
  readonly threads: 1 | 2
  snapshot(): AvgSnapshot
  restore(state: AvgSnapshot): void
  /** Ends the second thread, where there is one; `update` then throws. */
  close(): void
}

/**
 * Makes an AVG learner for a world's shapes.
 *
 * Memory: weights, Adam's moments and clock, and the TD-error scaler's statistics, in one arena that `update` advances in
 * place. `sample` and `update` allocate nothing but the record that they return (`rivulet bench` counts bytes). With two threads
 * both work on the arena; what touches the critic's weights is the second one's (`avgMemory.ts`).
 * Numbers: `update` is a function of the transition's values: the actor's loss takes the action anew from the transition's
 * observation and noise with the present weights, while Q and the TD error see the action that was taken and the scaler its
 * log-probability. Both losses are built before either network moves. Weights are floats, statistics doubles.
 * Random numbers: `sample` and `update` each call `random.normal` once, for an action-sized vector.
 * Fails: RangeError for a setting out of range, TypeError for a second thread where there is none; NotFiniteError for a number that
 * is not finite or would not be once it is squared and stored, before weights, statistics or the place in the random number generator have
 * changed; RangeError for a snapshot that is none of this learner's, before anything is restored; Error when the second thread has
 * ended.
 */
export const avg = (spec: LearnerSpec, settings: AvgSettings): AvgLearner => {
  const all = { ...publishedSwitches, ...settings }
  checkAvg(spec, all)
  const { discount, entropyCoefficient, random, scaleTdError: scales, forwardCache } = all
  const closesAtTruncation = all.returnEndsAt === 'episode'
  const k = all.logStdReading === 'covariance' ? 0.5 : 1
  const observations = spec.observation.size
  const actions = spec.action.size
  const noiseSpec = { size: actions }
  const noise = noiseOf(random, actions)
  const reach = reachOf({ beta1: all.adamBeta1, beta2: all.adamBeta2 })

  const memory = avgMemory(spec, all)
  const { arena, kernels, criticJobs, actor, moments, present, next, taken, chosen, ahead } = memory
  const { actorGradients, actionGradient, actorExtents, criticExtents } = memory
  const { actorAdam, criticAdam, scaler, trial, stateDoubles } = memory
  const { f32, f64 } = arena
  const nextNoise = f32.subarray(next.noise, next.noise + actions)

  /** The action whose forward pass `present` holds at the present weights; null when they moved or may have. */
  let cached: AvgSampledAction | null = null
  /** Whether anybody was given views of the weights, who may write to them at any time from then on. */
  let handedOut = false

  /** Whether `present` is the pass that a transition asks for; its values are compared, since a caller may have paired them anew. */
  const isCached = (observation: Vector, sampled: AvgSampledAction): boolean => {
    if (cached !== sampled || observation.length !== observations) return false
    for (let i = 0; i < observations; i++) if (f32[present.input + i] !== Math.fround(observation[i])) return false
    return true
  }

  /** Puts an observation and an action, which stand at these offsets, before the critic. */
  const ask = (on: typeof taken, observation: number, action: number): void => {
    f32.copyWithin(on.input, observation, observation + observations)
    f32.copyWithin(on.input + observations, action, action + actions)
  }

  const sample = (observation: Vector, options?: { readonly deterministic?: boolean }): AvgSampledAction => {
    cached = null
    writeInput(f32, present.input, spec.observation, observation, 'observation')
    const drawn = new Float32Array(actions)
    const draws = options?.deterministic !== true
    if (draws) noise.draw(drawn)
    f32.set(drawn, present.noise)
    forward(kernels, actor, present)
    kernels.squash(present.output, present.noise, actions, k, present.action, present.sample)
    const logProbability = f64[present.logProbability]
    if (!isSized(logProbability)) {
      if (draws) noise.takeBack()
      throw new NotFiniteError('logProbability', null, logProbability)
    }
    const action = f32.slice(present.action, present.action + actions)
    const sampled = { action, noise: drawn, logProbability }
    if (forwardCache && !handedOut) cached = sampled
    return sampled
  }

  const learnFrom = (transition: Transition<AvgSampledAction>): AvgReport => {
    const { observation, sampled, nextObservation, terminated, truncated } = transition
    const { reward } = transition
    const takenLogProbability = sampled.logProbability
    if (!isSized(reward)) throw new NotFiniteError('reward', null, reward)
    if (!isSized(takenLogProbability)) throw new NotFiniteError('logProbability', null, takenLogProbability)

    // The actor at o, and the action that its present weights take with the noise of the one that was executed.
    const isKnown = isCached(observation, sampled)
    cached = null
    if (!isKnown) {
      writeInput(f32, present.input, spec.observation, observation, 'observation')
      writeInput(f32, present.noise, noiseSpec, sampled.noise, 'noise')
      forward(kernels, actor, present)
      kernels.squash(present.output, present.noise, actions, k, present.action, present.sample)
    }
    const logProbability = f64[present.logProbability]
    if (!isSized(logProbability)) throw new NotFiniteError('logProbability', null, logProbability)

    // Q of the action that was executed; a second thread works it out while the actor looks at o'.
    writeInput(f32, next.input, spec.observation, nextObservation, 'nextObservation')
    criticJobs.joinAll()
    writeInput(f32, taken.input + observations, spec.action, sampled.action, 'action')
    ask(taken, present.input, taken.input + observations)
    const valued = criticJobs.start(CriticJob.value)
    let lookedAhead = valued
    if (!terminated) {
      forward(kernels, actor, next)
      kernels.squash(next.output, next.noise, actions, k, next.action, next.sample)
      ask(ahead, next.input, next.action)
      lookedAhead = criticJobs.start(CriticJob.lookAhead)
    }
    criticJobs.join(valued)
    const actionValue = f32[taken.output]
    if (!Number.isFinite(actionValue)) throw new NotFiniteError('actionValue', null, actionValue)

    // ∇Q where the actor stands now: the very pass above unless the weights moved between acting and learning.
    let isTaken = true
    for (let i = 0; i < actions; i++) {
      if (f32[present.action + i] !== f32[taken.input + observations + i]) isTaken = false
    }
    if (!isTaken) {
      ask(chosen, present.input, present.action)
      criticJobs.join(criticJobs.start(CriticJob.revalue))
    }
    const chosenValue = f32[isTaken ? taken.output : chosen.output]
    kernels.squashBackward(
      present.output,
      actions,
      k,
      entropyCoefficient,
      present.sample,
      actionGradient,
      actorGradients.output,
    )
    backward(kernels, actor, present, actorGradients)
    measure(kernels, actor, present, actorGradients, actorExtents)

    criticJobs.join(lookedAhead)
    let nextValue = 0
    if (!terminated) {
      const nextActionValue = f32[ahead.output]
      const nextLogProbability = f64[next.logProbability]
      if (!Number.isFinite(nextActionValue)) throw new NotFiniteError('nextActionValue', null, nextActionValue)
      if (!isSized(nextLogProbability)) throw new NotFiniteError('nextLogProbability', null, nextLogProbability)
      nextValue = softValue(nextActionValue, entropyCoefficient, nextLogProbability)
    }
    const stepDiscount = terminated ? 0 : discount
    const target = tdTarget(reward, stepDiscount, nextValue)
    const tdError = target - actionValue
    const actorLoss = reparameterizedLoss(entropyCoefficient, logProbability, chosenValue)
    if (!isSized(tdError)) throw new NotFiniteError('tdError', null, tdError)
    if (!Number.isFinite(actorLoss)) throw new NotFiniteError('actorLoss', null, actorLoss)
    const closes = terminated || (truncated && closesAtTruncation)
    const entropyReward = entropyRewardOf(reward, entropyCoefficient, takenLogProbability)
    if (!isSized(entropyReward)) throw new NotFiniteError('entropyReward', null, entropyReward)

    // Clock and statistics move on a copy of them first.
    for (let i = 0; i < stateDoubles; i++) f64[trial + i] = f64[i]
    if (scales) scaleTdError(f64, scaler, entropyReward, stepDiscount, closes)
    const scale = scales ? f64[scaler + SCALE] : 1
    if (!isSized(scale)) throw new NotFiniteError('scale', null, scale)
    tickAdam(arena, actorAdam)
    setAdam(arena, actorAdam, all.actorStepSize, all.adamEpsilon)
    setAdam(arena, criticAdam, all.criticStepSize, all.adamEpsilon)
    f64[criticAdam.scalars + AdamScalar.factor] = scaledSquareSlope(tdError, scale)
    checkStep(arena, 'actor', actorExtents, actorAdam, reach)
    checkStep(arena, 'critic', criticExtents, criticAdam, reach)

    // Everything is known and finite, and will be once it is stored; only now does anything move.
    criticJobs.start(CriticJob.step)
    for (let i = 0; i < stateDoubles; i++) f64[i] = f64[trial + i]
    stepAdam(kernels, actorAdam, actor, moments, present, actorGradients)

    const criticLoss = scaledSquare(tdError, scale)
    return { actionValue, target, tdError, scale, entropy: -logProbability, actorLoss, criticLoss }
  }

  const update = (transition: Transition<AvgSampledAction>): AvgReport => {
    noise.draw(nextNoise)
    try {
      return learnFrom(transition)
    } catch (error) {
      noise.takeBack()
      throw error
    }
  }

  return {
    actionBounds: { low: -1, high: 1 },
    sample,
    update,
    kernels: kernels.name,
    threads: all.threads ?? 1,
    get parameters() {
      criticJobs.joinAll()
      cached = null
      handedOut = true
      return memory.parameters
    },
    snapshot: () => {
      criticJobs.joinAll()
      return {
        floats: f32.slice(0, memory.stateFloats),
        doubles: f64.slice(0, stateDoubles),
        random: isSeeded(random) ? random.snapshot() : null,
      }
    },
    restore: (state) => {
      checkAvgSnapshot(memory, state)
      // First of all, since a random number generator of the caller's own may refuse its place.
      if (state.random !== null && isSeeded(random)) random.restore(state.random)
      criticJobs.joinAll()
      cached = null
      f32.set(state.floats)
      f64.set(state.doubles)
    },
    close: criticJobs.close,
  }
}
