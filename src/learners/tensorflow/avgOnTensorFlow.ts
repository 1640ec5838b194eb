/**
 * Action Value Gradient (Vasan et al. 2024, algorithm 1) on TensorFlow.js: `avg` by automatic differentiation, for networks of
 * one's own, and a witness for the hand-derived gradients. `docs/avg.md` numbers the details, `docs/engines.md` tells of both.
 */
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core'
import { LARGEST, NotFiniteError } from '../../failure.js'
import { isSeeded } from '../../random.js'
import { checkSize, finite, sized } from '../../checks.js'
import type { Learner, Transition, Vector } from '../../types.js'
import { entropyReward as entropyRewardOf } from '../equations/entropyReward.js'
import { reparameterizedLoss } from '../equations/reparameterizedLoss.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { softValue } from '../equations/softValue.js'
import { tdTarget } from '../equations/tdTarget.js'
import { ADAM_DOUBLES } from '../parts/adam.js'
import { isReached, reachOf, stepFailure } from '../parts/adamReach.js'
import type { AvgReport } from '../avg/avg.js'
import type { SquashedAction } from '../parts/squashedPolicy.js'
import { checkBytes, tensorFlowBytes } from '../avg/avgBytes.js'
import { checkAvg, publishedSwitches, type AvgSettings, type LearnerSpec } from '../avg/avgSettings.js'
import { componentFailure, type InputSpec } from '../parts/input.js'
import { noiseOf } from '../parts/noise.js'
import { SCALE, scaleTdError, SCALER_DOUBLES } from '../parts/tdErrorScaler.js'
import { loadBackend } from './backend.js'
import { defaultBackend, type BackendName } from './backendName.js'
import type { NamedNumbers, OwnNetwork } from './ownNetwork.js'
import { squash } from './policy.js'
import { drawPublished } from './publishedNetworks.js'
import { tensorAdam } from './tensorAdam.js'
import { ownNetwork, type NetworkShape, type TensorNetwork } from './tensorNetwork.js'
import { checkGradients, readVariables, writeVariables } from './tensorNumbers.js'
import { checkTensorSnapshot, type TensorFlowAvgSnapshot } from './tensorSnapshot.js'

/** The settings of `avg` but for what only the fused engine knows; `hidden` and `normalizePenultimate` are the published networks'. */
export type TensorFlowAvgSettings = Omit<AvgSettings, 'kernels' | 'threads'>

/** What computes, and on which networks. */
export interface TensorFlowOptions {
  /** From an observation to [μ | c], shape `[2 action.size]`, c being the logarithm that `logStdReading` reads; by default the published one. */
  readonly actor?: OwnNetwork
  /** From an observation and, behind it, an action to Q, shape `[1]`; by default the published one. */
  readonly critic?: OwnNetwork
  /** By default `wasm`, or `cpu` on a big-endian machine. */
  readonly backend?: BackendName
}

/** An AVG learner on TensorFlow.js. */
export interface TensorFlowAvgLearner extends Learner<SquashedAction, AvgReport> {
  /** What it computes on: each backend reproduces its own bits at most. */
  readonly backend: BackendName
  /**
   * The weights under their names, to read and to write. A tensor cannot be seen through an array: getting this property reads
   * the weights into arrays that are always the same ones, and the next call of the learner takes over what was written to them.
   * Arrays that are held across an update are stale until the property is got again.
   */
  readonly parameters: NamedNumbers
  snapshot(): TensorFlowAvgSnapshot
  restore(state: TensorFlowAvgSnapshot): void
  /** Frees every tensor that the learner made, which then throws when it is used; variables that the caller brought stay. */
  close(): void
}

/**
 * Makes an AVG learner on TensorFlow.js for a world's shapes. TensorFlow.js is loaded by this call and not before.
 *
 * Memory: weights and Adam's moments in variables, its clock and the TD-error scaler's statistics in doubles; `update` advances
 * them in place. No tensor outlives a call but these.
 * Numbers: `update` is the function of the transition's values that `avg` computes, to the rounding of floats in another order;
 * both losses are built and differentiated before either network moves. With both networks left out the first weights are
 * those of `avg`, bit for bit. `forwardCache` changes nothing here.
 * Random numbers: `sample` and `update` each call `random.normal` once, for an action-sized vector.
 * Fails: rejects with a RangeError for a setting out of range, with one line for a backend that is unknown or does not load, and
 * with a TypeError for a network that does not fit; NotFiniteError for a number that is not finite or would not be once it is
 * squared and stored, before weights, statistics or the place in the random number generator have changed; RangeError for a snapshot that
 * is none of this learner's, before anything is restored.
 */
export const avgOnTensorFlow = async (
  spec: LearnerSpec,
  settings: TensorFlowAvgSettings,
  options: TensorFlowOptions = {},
): Promise<TensorFlowAvgLearner> => {
  const all = { ...publishedSwitches, ...settings }
  checkAvg(spec, all)
  checkBytes('avgOnTensorFlow', all.hidden, tensorFlowBytes(spec, all))
  const { name: backend, tf, run } = await loadBackend('avgOnTensorFlow', options.backend ?? defaultBackend())
  const { discount, entropyCoefficient, random, adamBeta1: beta1, adamBeta2: beta2, adamEpsilon: epsilon } = all
  const k = all.logStdReading === 'covariance' ? 0.5 : 1
  const observations = spec.observation.size
  const actions = spec.action.size
  const noiseSpec = { size: actions }
  const draws = noiseOf(random, actions)
  const reach = reachOf({ beta1, beta2 })

  const { actor, critic } = run(() => {
    // Drawn in any case, so that a network that is left out has the same weights whoever brought the other.
    const published = drawPublished(spec, all)
    const brought = (shape: NetworkShape, own: OwnNetwork | undefined): TensorNetwork | null =>
      own === undefined ? null : ownNetwork(tf, shape, own)
    // What may be refused comes before anything that would have to be freed.
    const own = {
      actor: brought({ name: 'actor', inputs: observations, outputs: 2 * actions }, options.actor),
      critic: brought({ name: 'critic', inputs: observations + actions, outputs: 1 }, options.critic),
    }
    return { actor: own.actor ?? published.actor(tf), critic: own.critic ?? published.critic(tf) }
  })
  const variables: Readonly<Record<string, Variable>> = { ...actor.variables, ...critic.variables }
  const optimized = ({ moved }: TensorNetwork, stepSize: number) => {
    const [names, weights] = [Object.keys(moved), Object.values(moved)]
    return { names, weights, adam: run(() => tensorAdam(tf, weights, { stepSize, beta1, beta2, epsilon })) }
  }
  const acting = optimized(actor, all.actorStepSize)
  const judging = optimized(critic, all.criticStepSize)
  const momentsOf = (kind: 'first' | 'second'): Readonly<Record<string, Variable>> =>
    Object.fromEntries(
      [acting, judging].flatMap(({ adam, names }) => adam[kind].map((moment, i) => [names[i], moment])),
    )
  const first = momentsOf('first')
  const second = momentsOf('second')

  const doubles = new Float64Array(ADAM_DOUBLES + SCALER_DOUBLES)
  doubles.fill(1, 0, ADAM_DOUBLES)
  /** A copy that an update advances, and that takes their place when nothing was refused. */
  const trial = doubles.slice()
  const nextNoise = new Float32Array(actions)
  const host = run(() => readVariables(variables))
  /** Whether the host's arrays were handed out since the variables last took them over. */
  let handedOut = false
  let closed = false

  /** Computes on the backend, at the weights that the caller may have written. */
  const compute = <T>(body: () => T): T =>
    run(() => {
      if (closed) throw new Error('avgOnTensorFlow: the learner is closed')
      if (handedOut) writeVariables(tf, variables, host)
      handedOut = false
      return body()
    })

  /** A vector as a tensor of shape `[1, size]`; throws on a wrong size and on the first component above `LARGEST` in size. */
  const row = (quantity: string, values: Vector, of: InputSpec): Tensor2D => {
    checkSize('avgOnTensorFlow', quantity, values, of.size)
    for (let i = 0; i < of.size; i++) {
      if (!(Math.abs(values[i]) <= LARGEST)) throw componentFailure(quantity, of, i, values[i])
    }
    return tf.tensor2d(Float32Array.from(values), [1, of.size])
  }
  const actionValueOf = (observation: Tensor2D, action: Tensor2D): Tensor2D =>
    critic.apply(tf.concat([observation, action], 1))
  const numbersOf = (...tensors: readonly Tensor[]): ArrayLike<number> => tf.concat([...tensors], 1).dataSync()

  const sample = (observation: Vector, sampling?: { readonly deterministic?: boolean }): SquashedAction =>
    compute(() => {
      const input = row('observation', observation, spec.observation)
      const noise = new Float32Array(actions)
      const isDrawn = sampling?.deterministic !== true
      if (isDrawn) draws.draw(noise)
      const sampled = squash(tf, actor.apply(input), row('noise', noise, noiseSpec), k)
      const numbers = numbersOf(sampled.action, sampled.logProbability)
      const logProbability = numbers[actions]
      if (!(Math.abs(logProbability) <= LARGEST)) {
        if (isDrawn) draws.takeBack()
        throw new NotFiniteError('logProbability', null, logProbability)
      }
      return { action: Float32Array.from(numbers).subarray(0, actions).slice(), noise, logProbability }
    })

  const learnFrom = (transition: Transition<SquashedAction>): AvgReport => {
    const { sampled, terminated, truncated } = transition
    const reward = sized('reward', transition.reward)
    const takenLogProbability = sized('logProbability', sampled.logProbability)
    const observation = row('observation', transition.observation, spec.observation)
    const noise = row('noise', sampled.noise, noiseSpec)
    const nextObservation = row('nextObservation', transition.nextObservation, spec.observation)
    const action = row('action', sampled.action, spec.action)

    // The TD error of the action that was executed, and ∇Q there.
    const judged = tf.valueAndGrads(() => actionValueOf(observation, action))(judging.weights)
    const actionValue = finite('actionValue', judged.value.dataSync()[0])
    let nextValue = 0
    if (!terminated) {
      const next = squash(tf, actor.apply(nextObservation), row('nextNoise', nextNoise, noiseSpec), k)
      const numbers = numbersOf(actionValueOf(nextObservation, next.action), next.logProbability)
      const nextActionValue = finite('nextActionValue', numbers[0])
      nextValue = softValue(nextActionValue, entropyCoefficient, finite('nextLogProbability', numbers[1]))
    }
    const stepDiscount = terminated ? 0 : discount
    const target = tdTarget(reward, stepDiscount, nextValue)
    const tdError = sized('tdError', target - actionValue)

    // η log π(A|o) - Q(o, A), through the action that the present weights take with the noise of the one that was executed.
    const acted = tf.valueAndGrads(() => {
      const chosen = squash(tf, actor.apply(observation), noise, k)
      return tf.concat([chosen.logProbability, actionValueOf(observation, chosen.action)], 1)
    })(acting.weights, tf.tensor2d([entropyCoefficient, -1], [1, 2]))
    const [logProbability, chosenValue] = Array.from(acted.value.dataSync())
    sized('logProbability', logProbability)
    const actorLoss = finite('actorLoss', reparameterizedLoss(entropyCoefficient, logProbability, chosenValue))

    // Clock and statistics move on a copy of them first.
    trial.set(doubles)
    const closes = terminated || (truncated && all.returnEndsAt === 'episode')
    const entropyReward = sized('entropyReward', entropyRewardOf(reward, entropyCoefficient, takenLogProbability))
    if (all.scaleTdError) scaleTdError(trial, ADAM_DOUBLES, entropyReward, stepDiscount, closes)
    const scale = all.scaleTdError ? sized('scale', trial[ADAM_DOUBLES + SCALE]) : 1
    trial[0] *= beta1
    trial[1] *= beta2
    const factor = scaledSquareSlope(tdError, scale)
    checkGradients(tf, 'actor', acting.names, acted.grads, 1)
    checkGradients(tf, 'critic', judging.names, judged.grads, factor)
    const root = Math.sqrt(1 - trial[1])
    for (const [network, stepSize] of [
      ['actor', all.actorStepSize],
      ['critic', all.criticStepSize],
    ] as const) {
      const step = (stepSize * root) / (1 - trial[0])
      if (!isReached(step, epsilon * root, reach)) throw stepFailure(network, step, epsilon * root, reach)
    }

    // Everything is known and finite, and will be once it is stored; only now does anything move, the actor's weights first.
    doubles.set(trial)
    acting.adam.step(acted.grads, 1, doubles[0], doubles[1])
    judging.adam.step(judged.grads, factor, doubles[0], doubles[1])

    const criticLoss = scaledSquare(tdError, scale)
    return { actionValue, target, tdError, scale, entropy: -logProbability, actorLoss, criticLoss }
  }

  const update = (transition: Transition<SquashedAction>): AvgReport =>
    compute(() => {
      draws.draw(nextNoise)
      try {
        return learnFrom(transition)
      } catch (error) {
        draws.takeBack()
        throw error
      }
    })

  return {
    actionBounds: { low: -1, high: 1 },
    sample,
    update,
    backend,
    get parameters() {
      compute(() => {
        for (const [name, variable] of Object.entries(variables)) host[name].set(variable.dataSync())
      })
      handedOut = true
      return host
    },
    snapshot: () =>
      compute(() => ({
        parameters: readVariables(variables),
        first: readVariables(first),
        second: readVariables(second),
        doubles: doubles.slice(),
        random: isSeeded(random) ? random.snapshot() : null,
      })),
    restore: (state) => {
      compute(() => {
        checkTensorSnapshot({ variables, first, second, doubles }, state)
        if (state.random !== null && isSeeded(random)) random.restore(state.random)
        writeVariables(tf, variables, state.parameters)
        writeVariables(tf, first, state.first)
        writeVariables(tf, second, state.second)
        doubles.set(state.doubles)
      })
    },
    close: () => {
      if (closed) return
      closed = true
      run(() => [actor, critic, acting.adam, judging.adam].forEach((part) => part.dispose()))
    },
  }
}
