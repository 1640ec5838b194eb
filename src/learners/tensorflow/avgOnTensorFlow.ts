/**
 * Action Value Gradient (Vasan et al. 2024, algorithm 1) on TensorFlow.js: `avg` by automatic differentiation, for your own networks,
 * and as a check of the hand-derived gradients. `docs/avg.md` numbers the details, `docs/engines.md` describes both engines.
 */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { checkSize, finite, sized } from '../../checks.js'
import { LARGEST, NotFiniteError } from '../../failure.js'
import { isSeeded } from '../../random.js'
import type { Transition, Vector } from '../../types.js'
import type { AvgReport } from '../avg/avg.js'
import { tensorFlowBytes } from '../avg/avgBytes.js'
import { checkAvg, publishedSwitches } from '../avg/avgSettings.js'
import { entropyReward as entropyRewardOf } from '../equations/entropyReward.js'
import { reparameterizedLoss } from '../equations/reparameterizedLoss.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { softValue } from '../equations/softValue.js'
import { tdTarget } from '../equations/tdTarget.js'
import { checkBytes } from '../learnerBytes.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { checkStepSizeFactor } from '../parts/arenaLearner.js'
import { ADAM_DOUBLES } from '../parts/adam.js'
import { isReached, reachOf, stepFailure } from '../parts/adamReach.js'
import { componentFailure, type InputSpec } from '../parts/input.js'
import { drawsOf } from '../parts/draws.js'
import type { SquashedAction } from '../parts/squashedPolicy.js'
import { SCALE, scaleTdError, SCALER_DOUBLES } from '../parts/tdErrorScaler.js'
import { loadBackend } from './backend.js'
import { defaultBackend } from './backendName.js'
import { logDensity, squash } from './policy.js'
import type { TensorFlowAvgLearner, TensorFlowAvgSettings, TensorFlowOptions } from './tensorLearner.js'
import { checkGradients, readVariables, writeVariables } from './tensorNumbers.js'
import { checkTensorSnapshot } from './tensorSnapshot.js'
import type { TensorNetwork } from './tensorNetwork.js'
import { trainedNetworks } from './trainedNetworks.js'

/**
 * Makes an AVG learner on TensorFlow.js for a world's shapes. This call loads TensorFlow.js.
 *
 * Memory: weights and Adam's moments in variables, its clock and the TD-error scaler's statistics in doubles; `update` advances them in
 * place. Only these tensors outlive a call.
 * Numbers: `update` is the function of the transition's values that `avg` computes, to the rounding of floats in another order; both
 * losses are built and differentiated before either network moves. Without networks of the caller the first weights are those of
 * `avg`, bit for bit. `forwardCache` has no effect here.
 * Random numbers: `sample` and `update` each call `random.normal` once, for an action-sized vector.
 * Fails: rejects with a RangeError for a setting out of range, with an error of one line for a backend that is unknown or does not
 * load, and with a TypeError for a network that does not fit. NotFiniteError for a number that is not finite, or whose square could not
 * be stored, before weights, statistics or the place in the random number generator have changed; RangeError for a snapshot of another
 * learner, before anything is restored.
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
  const actions = spec.action.size
  const noiseSpec = { size: actions }
  const draws = drawsOf(random)
  const reach = reachOf({ beta1, beta2 })

  const networks = trainedNetworks({ tf, run }, spec, all, options)
  const { actor, critic, target: slow, variables, first, second } = networks

  const doubles = new Float64Array(ADAM_DOUBLES + SCALER_DOUBLES)
  doubles.fill(1, 0, ADAM_DOUBLES)
  /** A copy that an update advances; it replaces `doubles` after all checks have passed. */
  const trial = doubles.slice()
  const nextNoise = new Float32Array(actions)
  const host = run(() => readVariables(variables))
  /** Whether `parameters` was read since its arrays were last written to the variables. */
  let isLent = false
  /** By what the step sizes are multiplied. */
  let stepSizeScale = 1
  let closed = false

  /** Computes on the backend, with weights that the caller may have written. */
  const compute = <T>(body: () => T): T =>
    run(() => {
      if (closed) throw new Error('avgOnTensorFlow: the learner is closed')
      if (isLent) writeVariables(tf, variables, host)
      isLent = false
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
  const actionValueOf = (
    observation: Tensor2D,
    action: Tensor2D,
    by: Pick<TensorNetwork, 'apply'> = critic.network,
  ): Tensor2D => by.apply(tf.concat([observation, action], 1))
  const numbersOf = (...tensors: readonly Tensor[]): ArrayLike<number> => tf.concat([...tensors], 1).dataSync()

  const sample = (observation: Vector, sampling?: { readonly deterministic?: boolean }): SquashedAction =>
    compute(() => {
      const input = row('observation', observation, spec.observation)
      const noise = new Float32Array(actions)
      const isDrawn = sampling?.deterministic !== true
      if (isDrawn) {
        draws.begin()
        draws.normal(noise)
      }
      const sampled = squash(tf, actor.network.apply(input), row('noise', noise, noiseSpec), k)
      const numbers = numbersOf(sampled.action, sampled.logProbability)
      const logProbability = numbers[actions]
      if (!(Math.abs(logProbability) <= LARGEST)) {
        if (isDrawn) draws.takeBack()
        throw new NotFiniteError('logProbability', null, logProbability)
      }
      return { action: Float32Array.from(numbers).subarray(0, actions).slice(), noise, logProbability }
    })

  /** An action of the present weights and its value, and the gradients of the actor's loss through the action. */
  const throughAction = (observation: Tensor2D, noise: Tensor2D) => {
    const { value, grads } = tf.valueAndGrads(() => {
      const chosen = squash(tf, actor.network.apply(observation), noise, k)
      return tf.concat([chosen.logProbability, actionValueOf(observation, chosen.action)], 1)
    })(actor.weights, tf.tensor2d([entropyCoefficient, -1], [1, 2]))
    const [logProbability, chosenValue] = Array.from(value.dataSync())
    return { logProbability: sized('logProbability', logProbability), chosenValue, grads }
  }

  /** The same action and value, and the likelihood-ratio gradients: the action and the factor of its score are held still. */
  const byScore = (observation: Tensor2D, noise: Tensor2D) => {
    const drawnBy = actor.network.apply(observation)
    const chosen = squash(tf, drawnBy, noise, k)
    const numbers = numbersOf(chosen.logProbability, actionValueOf(observation, chosen.action))
    const logProbability = sized('logProbability', numbers[0])
    const weight = sized('softValue', softValue(numbers[1], entropyCoefficient, logProbability))
    const density = () => logDensity(tf, actor.network.apply(observation), drawnBy, noise, k)
    const { grads } = tf.valueAndGrads(density)(actor.weights, tf.tensor2d([-weight], [1, 1]))
    return { logProbability, chosenValue: numbers[1], grads }
  }

  const learnFrom = (transition: Transition<SquashedAction>): AvgReport => {
    const { sampled, terminated, truncated } = transition
    const reward = sized('reward', transition.reward)
    const takenLogProbability = sized('logProbability', sampled.logProbability)
    const observation = row('observation', transition.observation, spec.observation)
    const noise = row('noise', sampled.noise, noiseSpec)
    const nextObservation = row('nextObservation', transition.nextObservation, spec.observation)
    const action = row('action', sampled.action, spec.action)

    // The TD error of the executed action, and ∇Q there.
    const judged = tf.valueAndGrads(() => actionValueOf(observation, action))(critic.weights)
    const actionValue = finite('actionValue', judged.value.dataSync()[0])
    let nextValue = 0
    if (!terminated) {
      const next = squash(tf, actor.network.apply(nextObservation), row('nextNoise', nextNoise, noiseSpec), k)
      const nextActionValueOf = actionValueOf(nextObservation, next.action, slow ?? critic.network)
      const numbers = numbersOf(nextActionValueOf, next.logProbability)
      const nextActionValue = finite('nextActionValue', numbers[0])
      nextValue = softValue(nextActionValue, entropyCoefficient, finite('nextLogProbability', numbers[1]))
    }
    const stepDiscount = terminated ? 0 : discount
    const target = tdTarget(reward, stepDiscount, nextValue)
    const tdError = sized('tdError', target - actionValue)

    // η log π(A|o) - Q(o, A), of the action of the present weights with the noise of the executed action.
    const acted =
      all.gradient === 'reparameterization' ? throughAction(observation, noise) : byScore(observation, noise)
    const { logProbability, chosenValue } = acted
    const actorLoss = finite('actorLoss', reparameterizedLoss(entropyCoefficient, logProbability, chosenValue))

    // Clock and statistics advance on a copy first.
    trial.set(doubles)
    const closes = terminated || (truncated && all.returnEndsAt === 'episode')
    const entropyReward = sized('entropyReward', entropyRewardOf(reward, entropyCoefficient, takenLogProbability))
    if (all.scaleTdError) scaleTdError(trial, ADAM_DOUBLES, entropyReward, stepDiscount, 1, closes)
    const scale = all.scaleTdError ? sized('scale', trial[ADAM_DOUBLES + SCALE]) : 1
    trial[0] *= beta1
    trial[1] *= beta2
    const factor = scaledSquareSlope(tdError, scale)
    checkGradients(tf, 'actor', actor.names, acted.grads, 1)
    checkGradients(tf, 'critic', critic.names, judged.grads, factor)
    const root = Math.sqrt(1 - trial[1])
    for (const [network, stepSize] of [
      ['actor', all.actorStepSize],
      ['critic', all.criticStepSize],
    ] as const) {
      const step = (stepSize * stepSizeScale * root) / (1 - trial[0])
      if (!isReached(step, epsilon * root, reach)) throw stepFailure(network, step, epsilon * root, reach)
    }

    // All numbers are finite, and stay so when they are stored. Only now the weights move, the actor's first.
    doubles.set(trial)
    actor.adam.step(acted.grads, 1, doubles[0], doubles[1], stepSizeScale)
    critic.adam.step(judged.grads, factor, doubles[0], doubles[1], stepSizeScale)
    slow?.follow()

    const criticLoss = scaledSquare(tdError, scale)
    return { actionValue, target, tdError, scale, entropy: -logProbability, actorLoss, criticLoss }
  }

  const update = (transition: Transition<SquashedAction>): AvgReport =>
    compute(() => {
      draws.begin()
      try {
        draws.normal(nextNoise)
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
      isLent = true
      return host
    },
    scaleStepSizes: (factor) => {
      checkStepSizeFactor('avgOnTensorFlow', factor)
      stepSizeScale *= factor
    },
    snapshot: (options) =>
      compute(() => {
        const isAll = options?.of !== 'learnt'
        return {
          parameters: readVariables(variables),
          first: readVariables(first),
          second: readVariables(second),
          doubles: doubles.slice(),
          random: isAll && isSeeded(random) ? random.snapshot() : null,
          ...(isAll && stepSizeScale !== 1 ? { stepSizeScale } : {}),
        }
      }),
    restore: (state, options) => {
      compute(() => {
        checkTensorSnapshot({ variables, first, second, doubles }, state)
        if (state.random !== null && isSeeded(random)) random.restore(state.random)
        writeVariables(tf, variables, state.parameters)
        writeVariables(tf, first, state.first)
        writeVariables(tf, second, state.second)
        doubles.set(state.doubles)
        if (options?.of !== 'learnt') stepSizeScale = state.stepSizeScale ?? 1
      })
    },
    close: () => {
      if (closed) return
      closed = true
      networks.dispose()
    },
  }
}
