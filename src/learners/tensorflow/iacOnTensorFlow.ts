/**
 * One-step incremental actor-critic (IAC of Vasan et al. 2024; Sutton and Barto 2018, section 13.5) on TensorFlow.js: `iac` by automatic
 * differentiation, for your own networks, and as a check of the hand-derived gradients. `docs/iac.md` numbers the details,
 * `docs/engines.md` describes both engines.
 */
import { finite, sized } from '../../checks.js'
import type { Transition } from '../../types.js'
import { entropyReward } from '../equations/entropyReward.js'
import { likelihoodRatioLoss } from '../equations/likelihoodRatioLoss.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { tdTarget } from '../equations/tdTarget.js'
import type { IacReport } from '../iac/iac.js'
import { iacTensorFlowBytes } from '../iac/iacLayout.js'
import { checkIac, iacDefaults } from '../iac/iacSettings.js'
import { checkBytes } from '../learnerBytes.js'
import type { LearnerSpec } from '../learnerSettings.js'
import type { SquashedAction } from '../parts/squashedPolicy.js'
import { loadBackend } from './backend.js'
import { defaultBackend } from './backendName.js'
import { learnerOnTensors } from './learnerOnTensors.js'
import { logDensity, normalEntropy, squash } from './policy.js'
import { actorShape, describePublished } from './publishedNetworks.js'
import { stagedState } from './stagedState.js'
import type { TensorFlowIacLearner, TensorFlowIacSettings, TensorFlowOptions } from './tensorLearner.js'
import { tensorRow } from './tensorRow.js'
import { readySteps, takeSteps } from './tensorSteps.js'
import { trainedNetworks } from './trainedNetworks.js'

const owner = 'iacOnTensorFlow'

/**
 * Makes an IAC learner on TensorFlow.js for a world's shapes. This call loads TensorFlow.js.
 *
 * Memory: weights and Adam's moments in variables, its clock and the TD-error scaler's statistics in doubles; `update` advances them in
 * place. Only these tensors outlive a call.
 * Numbers: `update` is the function of the transition's values that `iac` computes, to the rounding of floats in another order; both
 * losses are built and differentiated before either network moves. Without networks of the caller the first weights are those of
 * `iac`, bit for bit. `forwardCache` has no effect here.
 * Random numbers: `sample` calls `random.normal` once, for an action-sized vector; `update` draws none.
 * Fails: rejects with a RangeError for a setting out of range, with an error of one line for a backend that is unknown or does not
 * load, and with a TypeError for a network that does not fit. NotFiniteError for a number that is not finite, or whose square could not
 * be stored, before weights or statistics have changed; RangeError for a snapshot of another learner, before anything is restored.
 */
export const iacOnTensorFlow = async (
  spec: LearnerSpec,
  settings: TensorFlowIacSettings,
  options: TensorFlowOptions = {},
): Promise<TensorFlowIacLearner> => {
  const all = { ...iacDefaults, ...settings }
  checkIac(spec, all)
  checkBytes(owner, all.hidden, iacTensorFlowBytes(spec, all))
  const backend = await loadBackend(owner, options.backend ?? defaultBackend())
  const { tf } = backend
  const { discount, entropy, entropyCoefficient, random } = all
  const rewarded = entropy === 'sample' || entropy === 'both' ? entropyCoefficient : 0
  const actorCoefficient = entropy === 'distribution' || entropy === 'both' ? entropyCoefficient : 0
  const k = all.logStdReading === 'covariance' ? 0.5 : 1
  const noiseSpec = { size: spec.action.size }

  const criticShape = { name: 'critic', inputs: spec.observation.size, heads: { value: 1 } } as const
  const asked = [
    { ...actorShape(spec), own: options.actor, stepSize: all.actorStepSize },
    { ...criticShape, own: options.critic, stepSize: all.criticStepSize },
  ]
  const networks = trainedNetworks(backend, owner, asked, all)
  const [actor, critic] = networks
  const state = stagedState(all)
  const row = tensorRow(tf, owner)

  const learn = (transition: Transition<SquashedAction>): IacReport => {
    const { sampled, terminated, truncated } = transition
    const takenLogProbability = sized('logProbability', sampled.logProbability)
    const own = sized('reward', transition.reward)
    const reward = sized('entropyReward', entropyReward(own, rewarded, takenLogProbability))
    const stepDiscount = terminated ? 0 : discount
    const observation = row('observation', transition.observation, spec.observation)
    const noise = row('noise', sampled.noise, noiseSpec)
    const nextObservation = row('nextObservation', transition.nextObservation, spec.observation)

    // The action of the present weights at o by the noise of A, and its log π(·|o).
    const drawnBy = actor.network.apply(observation)
    const logProbability = sized('logProbability', squash(tf, drawnBy, noise, k).logProbability.dataSync()[0])

    // V(o), ∇V there, and V(o').
    const judged = tf.valueAndGrads(() => critic.network.apply(observation))(critic.weights)
    const value = finite('value', judged.value.dataSync()[0])
    const nextValue = terminated ? 0 : finite('nextValue', critic.network.apply(nextObservation).dataSync()[0])

    // δ = R + γ V(o') - V(o), and σ with this step taken in, on a copy of the statistics.
    const target = tdTarget(reward, stepDiscount, nextValue)
    const tdError = sized('tdError', target - value)
    state.stage()
    const closes = terminated || (truncated && all.returnEndsAt === 'episode')
    const scale = state.scale(reward, stepDiscount, discount, closes)

    // The actor's loss is -(δ/σ log π + η H), with δ and the action held still; the critic's is (δ/σ)².
    const advantage = sized('advantage', tdError / scale)
    const acted = tf.valueAndGrads(() => {
      const head = actor.network.apply(observation)
      return tf.concat([logDensity(tf, head, drawnBy, noise, k), normalEntropy(tf, head, k)], 1)
    })(actor.weights, tf.tensor2d([-advantage, -actorCoefficient], [1, 2]))
    const spread = acted.value.dataSync()[1]
    const actorLoss = finite('actorLoss', likelihoodRatioLoss(advantage, logProbability, actorCoefficient, spread))
    const scalars = state.tick()
    const steps = [
      { of: actor, gradients: acted.grads, factor: 1 },
      { of: critic, gradients: judged.grads, factor: scaledSquareSlope(tdError, scale) },
    ]
    readySteps(tf, steps, scalars)

    // All numbers are finite, and stay so when they are stored. Only now the weights move, the actor's first.
    state.commit()
    takeSteps(steps, scalars)

    const criticLoss = scaledSquare(tdError, scale)
    return { value, target, tdError, scale, entropy: -logProbability, actorLoss, criticLoss }
  }

  const described = options.actor === undefined ? describePublished(all) : null
  return learnerOnTensors({
    owner,
    backend,
    spec,
    row,
    random,
    networks,
    state,
    k,
    actor: described,
    learn,
  })
}
