/**
 * Action Value Gradient (Vasan et al. 2024, algorithm 1) on TensorFlow.js: `avg` by automatic differentiation, for your own networks,
 * and as a check of the hand-derived gradients. `docs/avg.md` numbers the details, `docs/engines.md` describes both engines.
 */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { finite, sized } from '../../checks.js'
import type { Transition } from '../../types.js'
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
import type { Draws } from '../parts/draws.js'
import type { SquashedAction } from '../parts/squashedPolicy.js'
import { loadBackend } from './backend.js'
import { defaultBackend } from './backendName.js'
import { learnerOnTensors } from './learnerOnTensors.js'
import { logDensity, squash } from './policy.js'
import { actorShape, describePublished } from './publishedNetworks.js'
import { stagedState } from './stagedState.js'
import { targetNetwork } from './targetNetwork.js'
import type { TensorFlowAvgLearner, TensorFlowAvgSettings, TensorFlowOptions } from './tensorLearner.js'
import type { TensorNetwork } from './tensorNetwork.js'
import { tensorRow } from './tensorRow.js'
import { readySteps, takeSteps } from './tensorSteps.js'
import { trainedNetworks } from './trainedNetworks.js'

const owner = 'avgOnTensorFlow'

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
  checkBytes(owner, all.hidden, tensorFlowBytes(spec, all))
  const backend = await loadBackend(owner, options.backend ?? defaultBackend())
  const { tf, run } = backend
  const { discount, entropyCoefficient, random } = all
  const k = all.logStdReading === 'covariance' ? 0.5 : 1
  const actions = spec.action.size
  const noiseSpec = { size: actions }

  const criticShape = { name: 'critic', inputs: spec.observation.size + actions, heads: { q: 1 } } as const
  const asked = [
    { ...actorShape(spec), own: options.actor, stepSize: all.actorStepSize },
    { ...criticShape, own: options.critic, stepSize: all.criticStepSize },
  ]
  const networks = trainedNetworks(backend, owner, asked, all)
  const [actor, critic] = networks
  const slow = all.targetPolyak > 0 ? run(() => targetNetwork(tf, critic, all.targetPolyak)) : null
  const state = stagedState(all)
  const row = tensorRow(tf, owner)
  const nextNoise = new Float32Array(actions)

  const actionValueOf = (
    observation: Tensor2D,
    action: Tensor2D,
    by: Pick<TensorNetwork, 'apply'> = critic.network,
  ): Tensor2D => by.apply(tf.concat([observation, action], 1))
  const numbersOf = (...tensors: readonly Tensor[]): ArrayLike<number> => tf.concat([...tensors], 1).dataSync()

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

  const learn = (transition: Transition<SquashedAction>, draws: Draws): AvgReport => {
    draws.normal(nextNoise)
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
    state.stage()
    const closes = terminated || (truncated && all.returnEndsAt === 'episode')
    const entropyReward = sized('entropyReward', entropyRewardOf(reward, entropyCoefficient, takenLogProbability))
    const scale = state.scale(entropyReward, stepDiscount, 1, closes)
    const scalars = state.tick()
    const steps = [
      { of: actor, gradients: acted.grads, factor: 1 },
      { of: critic, gradients: judged.grads, factor: scaledSquareSlope(tdError, scale) },
    ]
    readySteps(tf, steps, scalars)

    // All numbers are finite, and stay so when they are stored. Only now the weights move, the actor's first.
    state.commit()
    takeSteps(steps, scalars)
    slow?.follow()

    const criticLoss = scaledSquare(tdError, scale)
    return { actionValue, target, tdError, scale, entropy: -logProbability, actorLoss, criticLoss }
  }

  return learnerOnTensors({
    owner,
    backend,
    spec,
    row,
    random,
    networks,
    held: slow === null ? [] : [slow],
    state,
    k,
    actor: options.actor === undefined ? describePublished(all) : null,
    learn,
  })
}
