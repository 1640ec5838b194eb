/**
 * Action Value Gradient (Vasan et al. 2024, algorithm 1): one actor step and one critic step from each transition, as it comes.
 * The published code's order and cases are kept; `docs/avg.md` numbers every detail with its origin.
 */
import { NotFiniteError } from '../failure.js'
import type { KernelsName } from '../kernels/kernels.js'
import { squash, squashBackward } from '../kernels/squashedGaussian.js'
import { isSeeded, type RandomState } from '../random.js'
import type { Learner, SampledAction, Transition, Vector } from '../types.js'
import { setAdam, stepAdam, tickAdam } from './adam.js'
import { avgMemory } from './avgMemory.js'
import { checkAvg, publishedSwitches, type AvgSettings, type LearnerSpec } from './avgSettings.js'
import { backward, backwardToInput, forward } from './network.js'
import { scaleTdError } from './tdErrorScaler.js'

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
  snapshot(): AvgSnapshot
  restore(state: AvgSnapshot): void
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
 * place. `sample` and `update` allocate no array but those of the record that they return (test/bench/learner.mjs counts bytes).
 * Numbers: `update` is a function of the transition's values: the actor's loss takes the action anew from the transition's
 * observation and noise with the present weights, while Q and the TD error see the action that was taken and the scaler its
 * log-probability. Both losses are built before either network moves. Weights are floats, statistics doubles.
 * Chance: `sample` and `update` each call `random.normal` once, for an action-sized vector.
 * Fails: RangeError for a setting out of range; NotFiniteError, before any weight moves, for a number that is not finite.
 */
export const avg = (spec: LearnerSpec, settings: AvgSettings): AvgLearner => {
  const all = { ...publishedSwitches, ...settings }
  checkAvg(spec, all)
  const { discount, entropyCoefficient, random, scaleTdError: scales, forwardCache } = all
  const adam = { beta1: all.adamBeta1, beta2: all.adamBeta2, epsilon: all.adamEpsilon }
  const closesAtTruncation = all.returnEndsAt === 'episode'
  const k = all.logStdReading === 'covariance' ? 0.5 : 1
  const observations = spec.observation.size
  const actions = spec.action.size

  const memory = avgMemory(spec, all.hidden, all.normalizePenultimate, adam, all.initialization, all.kernels)
  const { arena, kernels, actor, critic, present, next, taken, chosen, ahead } = memory
  const { actorGradients, takenGradients, chosenGradients } = memory
  const { f32, f64 } = arena
  const nextNoise = f32.subarray(next.sample.noise, next.sample.noise + actions)

  /** The action whose forward pass `present` holds at the present weights; null when they moved or may have. */
  let cached: AvgSampledAction | null = null
  let cachedLogProbability = 0

  /** Whether `present` is the pass that a transition asks for; its values are compared, since a caller may have paired them anew. */
  const isCached = (observation: Vector, sampled: AvgSampledAction): boolean => {
    if (cached !== sampled || observation.length !== observations) return false
    for (let i = 0; i < observations; i++) if (f32[present.input + i] !== Math.fround(observation[i])) return false
    return true
  }

  /** Q of an observation that stands at `observation` and an action that stands at `action`. */
  const actionValueOf = (on: typeof taken, observation: number, action: number): number => {
    f32.copyWithin(on.input, observation, observation + observations)
    f32.copyWithin(on.input + observations, action, action + actions)
    forward(kernels, critic, on)
    return f32[on.output]
  }

  /** ∇Q on a critic's tape, down to the first layer's output. */
  const differentiate = (on: typeof taken, into: typeof takenGradients): void => {
    f32[into.output] = 1
    backward(kernels, critic, on, into)
  }

  const sample = (observation: Vector, options?: { readonly deterministic?: boolean }): AvgSampledAction => {
    cached = null
    write(f32, present.input, observations, observation, 'observation')
    const noise = new Float32Array(actions)
    if (options?.deterministic !== true) random.normal(noise)
    f32.set(noise, present.sample.noise)
    forward(kernels, actor, present)
    const logProbability = finite('logProbability', squash(arena, present.sample, k))
    const action = f32.slice(present.sample.action, present.sample.action + actions)
    const sampled = { action, noise, logProbability }
    if (forwardCache) {
      cached = sampled
      cachedLogProbability = logProbability
    }
    return sampled
  }

  const update = (transition: Transition<AvgSampledAction>): AvgReport => {
    const { observation, sampled, nextObservation, terminated, truncated } = transition
    random.normal(nextNoise)
    const reward = finite('reward', transition.reward)
    const takenLogProbability = finite('logProbability', sampled.logProbability)

    // The actor at o, and the action that its present weights take with the noise of the one that was executed.
    let logProbability = cachedLogProbability
    if (!isCached(observation, sampled)) {
      write(f32, present.input, observations, observation, 'observation')
      write(f32, present.sample.noise, actions, sampled.noise, 'noise')
      forward(kernels, actor, present)
      logProbability = finite('logProbability', squash(arena, present.sample, k))
    }
    cached = null

    // The TD error of the action that was executed.
    write(f32, taken.input + observations, actions, sampled.action, 'action')
    const actionValue = finite('actionValue', actionValueOf(taken, present.input, taken.input + observations))
    let target = reward
    write(f32, next.input, observations, nextObservation, 'nextObservation')
    if (!terminated) {
      forward(kernels, actor, next)
      const nextLogProbability = squash(arena, next.sample, k)
      const nextActionValue = actionValueOf(ahead, next.input, next.sample.action)
      target += discount * (nextActionValue - entropyCoefficient * nextLogProbability)
    }
    const tdError = finite('tdError', target - actionValue)

    // ∇Q where the actor stands now: the very pass above unless the weights moved between acting and learning.
    differentiate(taken, takenGradients)
    let chosenValue = actionValue
    let chosenHere = takenGradients
    for (let i = 0; i < actions; i++) {
      if (f32[present.sample.action + i] !== f32[taken.input + observations + i]) chosenHere = chosenGradients
    }
    if (chosenHere === chosenGradients) {
      chosenValue = actionValueOf(chosen, present.input, present.sample.action)
      differentiate(chosen, chosenGradients)
    }
    const { actionGradient } = memory
    backwardToInput(kernels, critic, observations, actions, chosenHere, actionGradient)
    squashBackward(arena, present.sample, k, entropyCoefficient, actionGradient, actorGradients.output)
    for (let i = 0; i < 2 * actions; i++) finite('actorGradient', f32[actorGradients.output + i])
    backward(kernels, actor, present, actorGradients)

    const closes = terminated || (truncated && closesAtTruncation)
    const entropyReward = reward - entropyCoefficient * takenLogProbability
    const scale = scales ? scaleTdError(f64, memory.scaler, entropyReward, terminated ? 0 : discount, closes) : 1

    // Everything is known and finite; only now do the weights move, the actor's first.
    const { adamAt, moments } = memory
    tickAdam(arena, adamAt)
    setAdam(arena, adamAt, 1, all.actorStepSize, adam.epsilon)
    stepAdam(kernels, adamAt, actor, moments, present, actorGradients)
    setAdam(arena, adamAt, (-2 * tdError) / (scale * scale), all.criticStepSize, adam.epsilon)
    stepAdam(kernels, adamAt, critic, moments, taken, takenGradients)

    const scaled = tdError / scale
    const actorLoss = entropyCoefficient * logProbability - chosenValue
    return { actionValue, target, tdError, scale, entropy: -logProbability, actorLoss, criticLoss: scaled * scaled }
  }

  return {
    sample,
    update,
    kernels: kernels.name,
    get parameters() {
      // Whoever takes the views may write to them, which a pass that `sample` left would not have seen.
      cached = null
      return memory.parameters
    },
    snapshot: () => ({
      floats: f32.slice(0, memory.stateFloats),
      doubles: f64.slice(0, memory.stateDoubles),
      random: isSeeded(random) ? random.snapshot() : null,
    }),
    restore: ({ floats, doubles, random: state }) => {
      if (floats.length !== memory.stateFloats || doubles.length !== memory.stateDoubles) {
        throw new RangeError(
          `avg: a snapshot of ${memory.stateFloats} floats and ${memory.stateDoubles} doubles was expected, ` +
            `got ${floats.length} and ${doubles.length}: it was taken of other shapes or settings`,
        )
      }
      cached = null
      f32.set(floats)
      f64.set(doubles)
      if (state !== null && isSeeded(random)) random.restore(state)
    },
  }
}
