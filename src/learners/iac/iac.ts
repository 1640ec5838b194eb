/**
 * One-step incremental actor-critic (IAC of Vasan et al. 2024; Sutton and Barto 2018, section 13.5): one actor step and one critic step
 * from each transition, as it comes. The published code's order and cases are kept; `docs/iac.md` numbers every detail with its origin.
 */
import { finite, sized } from '../../checks.js'
import { bindKernels } from '../../kernels/bindKernels.js'
import { kernelsHome } from '../../kernels/home.js'
import { AdamScalar } from '../../kernels/kernels.js'
import type { Transition } from '../../types.js'
import { entropyReward } from '../equations/entropyReward.js'
import { likelihoodRatioLoss } from '../equations/likelihoodRatioLoss.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { tdTarget } from '../equations/tdTarget.js'
import { checkBytes } from '../learnerBytes.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { readyFused, takeFused, tick } from '../parts/adam.js'
import { type ArenaLearner, arenaLearner } from '../parts/arenaLearner.js'
import { describeSquashed } from '../parts/squashedActor.js'
import { drawsOf } from '../parts/draws.js'
import { drawWeights } from '../parts/initialization.js'
import { writeInput } from '../parts/input.js'
import { measure } from '../parts/layerGradients.js'
import { namedJobs } from '../parts/namedJobs.js'
import { parameterViews } from '../parts/parameterViews.js'
import { forward } from '../parts/passes.js'
import { plannedArena, plannedBytes } from '../parts/plan.js'
import { likelihoodRatio, measureEntropy } from '../parts/score.js'
import { type SquashedAction, squashedPolicy } from '../parts/squashedPolicy.js'
import { commit, stage } from '../parts/staged.js'
import { SCALE, scaleTdError } from '../parts/tdErrorScaler.js'
import { criticJobs } from './iacCritic.js'
import { iacLayout, startIac } from './iacLayout.js'
import { checkIac, iacDefaults, type IacSettings } from './iacSettings.js'
import { checkClockAndScaler } from '../parts/clockAndScaler.js'

/** What one update saw; all of it from before the weights moved. */
export interface IacReport {
  /** V(o). */
  readonly value: number
  /** R + γ V(o'), or R where the task ended; with the sample's entropy rewarded, R - η log π(A|o) is in the place of R. */
  readonly target: number
  /** δ = target - value, before scaling. */
  readonly tdError: number
  /** σ, by which δ is divided; 1 where scaling is off. */
  readonly scale: number
  /** -log π(A|o) by the weights that were just about to move: one draw's worth of entropy. */
  readonly entropy: number
  /** -(δ/σ log π(A|o) + η H), H being the entropy of the normal distribution before it is squashed. */
  readonly actorLoss: number
  /** (δ / σ)². */
  readonly criticLoss: number
}

/** An IAC learner. */
export interface IacLearner extends ArenaLearner<SquashedAction, IacReport> {}

/**
 * Makes an IAC learner for a world's shapes.
 *
 * Memory: weights, Adam's moments and clock, and the TD-error scaler's statistics, in one arena that `update` advances in
 * place. `sample` and `update` allocate nothing but the record that they return. With two threads both work on the arena: the second one
 * takes the critic's gradients and its step (`iacCritic.ts`).
 * Numbers: `update` is a function of the transition's values: the actor's loss takes the action anew from the transition's
 * observation and noise with the present weights, and holds it still. Both losses are built before either network moves. Weights are
 * floats, statistics doubles.
 * Random numbers: `sample` calls `random.normal` once, for an action-sized vector; `update` draws none.
 * Fails: RangeError for a setting out of range, TypeError for a second thread where there is none; NotFiniteError for a number that
 * is not finite or would not be once it is squared and stored, before weights or statistics have changed; RangeError for a snapshot that
 * is none of this learner's, before anything is restored; Error when the second thread has ended.
 */
export const iac = (spec: LearnerSpec, settings: IacSettings): IacLearner => {
  const all = { ...iacDefaults, ...settings }
  checkIac(spec, all)
  const { discount, entropy, entropyCoefficient, random, threads = 1 } = all
  const rewarded = entropy === 'sample' || entropy === 'both' ? entropyCoefficient : 0
  const actorCoefficient = entropy === 'distribution' || entropy === 'both' ? entropyCoefficient : 0
  const bind = bindKernels[kernelsHome('iac', all)]
  const at = iacLayout(spec, all)
  checkBytes('iac', all.hidden, plannedBytes(at.plan))
  const { observations, actor, critic, score, present, here, ahead, actorStep, criticStep } = at
  const openJobs = namedJobs(at.plan, threads, criticJobs(at))

  const memory = plannedArena(at.plan, threads === 2)
  const { f32, f64 } = memory
  const kernels = bind(memory)
  const views = parameterViews(f32, [actor.net, critic])
  drawWeights(bind, memory, [actor.net, critic], all.initialization)
  startIac(memory, at, actorCoefficient)
  const { jobs, finishAll, close } = openJobs(memory, kernels)
  const draws = drawsOf(random)
  const policy = squashedPolicy({
    owner: 'iac',
    observation: spec.observation,
    memory,
    kernels,
    actor,
    on: present,
    draws,
    keepsPass: all.forwardCache ?? true,
  })

  const learn = (transition: Transition<SquashedAction>, moved: () => void): IacReport => {
    const { observation, sampled, nextObservation, terminated, truncated } = transition
    const takenLogProbability = sized('logProbability', sampled.logProbability)
    const own = sized('reward', transition.reward)
    const reward = sized('entropyReward', entropyReward(own, rewarded, takenLogProbability))
    const stepDiscount = terminated ? 0 : discount

    // The action of the present weights at o by the noise of A, and its log π(·|o): A itself, unless they moved after it was chosen.
    policy.retrace(observation, sampled)
    const logProbability = sized('logProbability', f64[present.logProbability])

    // V(o) and its gradients, by a second thread where there is one, and V(o').
    finishAll()
    writeInput('iac', f32, ahead.input, spec.observation, nextObservation, 'nextObservation')
    f32.copyWithin(here.input, present.input, present.input + observations)
    jobs.value.start()
    jobs.gradient.start()
    let nextValue = 0
    if (!terminated) {
      forward(kernels, critic, ahead)
      nextValue = finite('nextValue', f32[ahead.output])
    }
    jobs.value.finish()
    const value = finite('value', f32[here.output])

    // δ = R + γ V(o') - V(o), and σ with this step taken in.
    const target = tdTarget(reward, stepDiscount, nextValue)
    const tdError = sized('tdError', target - value)
    stage(memory, at.trial)
    const closes = terminated || (truncated && all.returnEndsAt === 'episode')
    if (all.scaleTdError) scaleTdError(f64, at.scaler, reward, stepDiscount, discount, closes)
    const scale = all.scaleTdError ? sized('scale', f64[at.scaler + SCALE]) : 1

    // The actor's loss is -(δ/σ log π + η H), the critic's (δ/σ)².
    const advantage = sized('advantage', tdError / scale)
    measureEntropy(memory, actor, present, score)
    const actorLoss = finite(
      'actorLoss',
      likelihoodRatioLoss(advantage, logProbability, actorCoefficient, f64[score.entropy]),
    )
    f64[score.advantage] = advantage
    likelihoodRatio(kernels, memory, actor, present, score, at.actorGradients)
    measure(kernels, actorStep.layers, actorStep.extents)
    f64[criticStep.scalars + AdamScalar.factor] = scaledSquareSlope(tdError, scale)
    tick(memory, actorStep)
    readyFused(memory, actorStep)
    jobs.gradient.finish()
    readyFused(memory, criticStep)

    // Everything is known and finite, and will be once it is stored; only now does anything move.
    jobs.step.start()
    commit(memory, at.trial)
    takeFused(kernels, actorStep)
    moved()

    const criticLoss = scaledSquare(tdError, scale)
    return { value, target, tdError, scale, entropy: -logProbability, actorLoss, criticLoss }
  }

  return arenaLearner({
    owner: 'iac',
    actor: describeSquashed(actor),
    at,
    memory,
    kernels,
    threads,
    views,
    random,
    draws,
    actionBounds: { low: -1, high: 1 },
    policy,
    deciding: { net: actor.net, on: present },
    learn,
    checkDoubles: checkClockAndScaler,
    finishAll,
    close,
  })
}
