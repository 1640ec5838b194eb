/**
 * Action Value Gradient (Vasan et al. 2024, algorithm 1): one actor step and one critic step from each transition, as it comes.
 * The published code's order and cases are kept; `docs/avg.md` numbers every detail with its origin.
 */
import { NotFiniteError } from '../failure.js'
import { AdamScalar, type KernelsName } from '../kernels/kernels.js'
import { isSeeded, type RandomState } from '../random.js'
import type { Learner, SampledAction, Transition, Vector } from '../types.js'
import { setAdam, stepAdam, tickAdam } from './adam.js'
import { avgMemory, CriticJob } from './avgMemory.js'
import { checkAvg, publishedSwitches, type AvgSettings, type LearnerSpec } from './avgSettings.js'
import { backward, forward } from './network.js'
import { SCALE, scaleTdError } from './tdErrorScaler.js'

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

/** Everything that an AVG learner remembers. */
export interface AvgSnapshot {
  readonly floats: Float32Array
  readonly doubles: Float64Array
  /** The place in its stream of action noise; null where the source of chance given cannot tell. */
  readonly random: RandomState | null
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

/** Copies a vector into an arena as floats; throws on the first component that is not finite. */
const write = (f32: Float32Array, at: number, size: number, values: Vector, quantity: string): void => {
  if (values.length !== size) {
    throw new RangeError(`avg: ${quantity} must have ${size} components, got ${values.length}`)
  }
  for (let i = 0; i < size; i++) {
    const value = values[i]
    if (!(value - value === 0)) throw new NotFiniteError(quantity, { index: i }, value)
    f32[at + i] = value
  }
}

const finite = (quantity: string, value: number): number => {
  if (!(value - value === 0)) throw new NotFiniteError(quantity, null, value)
  return value
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
 * Chance: `sample` and `update` each call `random.normal` once, for an action-sized vector.
 * Fails: RangeError for a setting out of range, TypeError for a second thread where there is none; NotFiniteError, before any
 * weight moves, for a number that is not finite; Error when the second thread has ended.
 */
export const avg = (spec: LearnerSpec, settings: AvgSettings): AvgLearner => {
  const all = { ...publishedSwitches, ...settings }
  checkAvg(spec, all)
  const { discount, entropyCoefficient, random, scaleTdError: scales, forwardCache } = all
  const closesAtTruncation = all.returnEndsAt === 'episode'
  const k = all.logStdReading === 'covariance' ? 0.5 : 1
  const observations = spec.observation.size
  const actions = spec.action.size

  const memory = avgMemory(spec, all)
  const { arena, kernels, criticJobs, actor, moments, present, next, taken, chosen, ahead } = memory
  const { actorGradients, actionGradient, actorAdam, criticAdam, scaler } = memory
  const { f32, f64 } = arena
  const nextNoise = f32.subarray(next.noise, next.noise + actions)

  /** The action whose forward pass `present` holds at the present weights; null when they moved or may have. */
  let cached: AvgSampledAction | null = null

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
    write(f32, present.input, observations, observation, 'observation')
    const noise = new Float32Array(actions)
    if (options?.deterministic !== true) random.normal(noise)
    f32.set(noise, present.noise)
    forward(kernels, actor, present)
    kernels.squash(present.output, present.noise, actions, k, present.action, present.sample)
    const logProbability = finite('logProbability', f64[present.logProbability])
    const action = f32.slice(present.action, present.action + actions)
    const sampled = { action, noise, logProbability }
    if (forwardCache) cached = sampled
    return sampled
  }

  const update = (transition: Transition<AvgSampledAction>): AvgReport => {
    const { observation, sampled, nextObservation, terminated, truncated } = transition
    random.normal(nextNoise)
    const reward = finite('reward', transition.reward)
    const takenLogProbability = finite('logProbability', sampled.logProbability)

    // The actor at o, and the action that its present weights take with the noise of the one that was executed.
    if (!isCached(observation, sampled)) {
      write(f32, present.input, observations, observation, 'observation')
      write(f32, present.noise, actions, sampled.noise, 'noise')
      forward(kernels, actor, present)
      kernels.squash(present.output, present.noise, actions, k, present.action, present.sample)
    }
    cached = null
    const logProbability = finite('logProbability', f64[present.logProbability])

    // Q of the action that was executed; a second thread works it out while the actor looks at o'.
    write(f32, next.input, observations, nextObservation, 'nextObservation')
    criticJobs.joinAll()
    write(f32, taken.input + observations, actions, sampled.action, 'action')
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
    const actionValue = finite('actionValue', f32[taken.output])

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
    for (let i = 0; i < 2 * actions; i++) finite('actorGradient', f32[actorGradients.output + i])
    backward(kernels, actor, present, actorGradients)

    criticJobs.join(lookedAhead)
    let target = reward
    if (!terminated) {
      target += discount * (f32[ahead.output] - entropyCoefficient * f64[next.logProbability])
    }
    const tdError = finite('tdError', target - actionValue)
    const closes = terminated || (truncated && closesAtTruncation)
    const entropyReward = reward - entropyCoefficient * takenLogProbability
    if (scales) scaleTdError(f64, scaler, entropyReward, terminated ? 0 : discount, closes)
    const scale = scales ? f64[scaler + SCALE] : 1

    // Everything is known and finite; only now do the weights move.
    tickAdam(arena, actorAdam)
    setAdam(arena, actorAdam, all.actorStepSize, all.adamEpsilon)
    setAdam(arena, criticAdam, all.criticStepSize, all.adamEpsilon)
    f64[criticAdam.scalars + AdamScalar.factor] = (-2 * tdError) / (scale * scale)
    criticJobs.start(CriticJob.step)
    stepAdam(kernels, actorAdam, actor, moments, present, actorGradients)

    const scaled = tdError / scale
    const actorLoss = entropyCoefficient * logProbability - chosenValue
    return { actionValue, target, tdError, scale, entropy: -logProbability, actorLoss, criticLoss: scaled * scaled }
  }

  return {
    actionBounds: { low: -1, high: 1 },
    sample,
    update,
    kernels: kernels.name,
    threads: all.threads ?? 1,
    get parameters() {
      criticJobs.joinAll()
      // Whoever takes the views may write to them, which a pass that `sample` left would not have seen.
      cached = null
      return memory.parameters
    },
    snapshot: () => {
      criticJobs.joinAll()
      return {
        floats: f32.slice(0, memory.stateFloats),
        doubles: f64.slice(0, memory.stateDoubles),
        random: isSeeded(random) ? random.snapshot() : null,
      }
    },
    restore: ({ floats, doubles, random: state }) => {
      if (floats.length !== memory.stateFloats || doubles.length !== memory.stateDoubles) {
        throw new RangeError(
          `avg: a snapshot of ${memory.stateFloats} floats and ${memory.stateDoubles} doubles was expected, ` +
            `got ${floats.length} and ${doubles.length}: it was taken of other shapes or settings`,
        )
      }
      criticJobs.joinAll()
      cached = null
      f32.set(floats)
      f64.set(doubles)
      if (state !== null && isSeeded(random)) random.restore(state)
    },
    close: criticJobs.close,
  }
}
