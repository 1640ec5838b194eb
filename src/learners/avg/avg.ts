/**
 * Action Value Gradient (Vasan et al. 2024, algorithm 1): one actor step and one critic step from each transition, as it comes.
 * The published code's order and cases are kept; `docs/avg.md` numbers every detail with its origin.
 */
import { finite, sized } from '../../checks.js'
import { bindKernels } from '../../kernels/bindKernels.js'
import { kernelsHome } from '../../kernels/home.js'
import { AdamScalar } from '../../kernels/kernels.js'
import type { Transition } from '../../types.js'
import { entropyReward } from '../equations/entropyReward.js'
import { reparameterizedLoss } from '../equations/reparameterizedLoss.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { softValue } from '../equations/softValue.js'
import { tdTarget } from '../equations/tdTarget.js'
import { checkBytes } from '../learnerBytes.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { readyFused, takeFused, tick } from '../parts/adam.js'
import { type ArenaLearner, arenaLearner } from '../parts/arenaLearner.js'
import { drawsOf } from '../parts/draws.js'
import { drawWeights } from '../parts/initialization.js'
import { writeInput } from '../parts/input.js'
import { measure } from '../parts/layerGradients.js'
import { namedJobs } from '../parts/namedJobs.js'
import { parameterViews } from '../parts/parameterViews.js'
import { plannedArena, plannedBytes } from '../parts/plan.js'
import { likelihoodRatio } from '../parts/score.js'
import { act, reparameterize, describeSquashed } from '../parts/squashedActor.js'
import { type SquashedAction, squashedPolicy } from '../parts/squashedPolicy.js'
import { commit, stage } from '../parts/staged.js'
import { SCALE, scaleTdError } from '../parts/tdErrorScaler.js'
import { criticJobs } from './avgCritic.js'
import { avgLayout, startAvg } from './avgLayout.js'
import { checkAvg, publishedSwitches, type AvgSettings } from './avgSettings.js'
import { checkClockAndScaler } from '../parts/clockAndScaler.js'

/** What one update saw; all of it from before the weights moved. */
export interface AvgReport {
  /** Q(o, A) of the action that was taken. */
  readonly actionValue: number
  /** R + γ (Q(o', A') - η log π(A'|o')), or R where the task ended; Q is the target network's where there is one. */
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
export interface AvgLearner extends ArenaLearner<SquashedAction, AvgReport> {}

/**
 * Makes an AVG learner for a world's shapes.
 *
 * Memory: weights, Adam's moments and clock, the target network where there is one, and the TD-error scaler's statistics, in one
 * arena that `update` advances in place. `sample` and `update` allocate nothing but the record that they return (`rivulet bench`
 * counts bytes). With two threads both work on the arena; what touches the critic's weights is the second one's (`avgCritic.ts`).
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
  const { discount, entropyCoefficient, targetPolyak, random, threads = 1 } = all
  const bind = bindKernels[kernelsHome('avg', all)]
  const at = avgLayout(spec, all)
  checkBytes('avg', all.hidden, plannedBytes(at.plan))
  const { observations, actions, actor, critic, target: slow, score, present, next, taken, chosen, ahead } = at
  const { actorStep, criticStep } = at
  const openJobs = namedJobs(at.plan, threads, criticJobs(at))

  const memory = plannedArena(at.plan, threads === 2)
  const { f32, f64 } = memory
  const kernels = bind(memory)
  const views = parameterViews(f32, [actor.net, critic, ...(slow === null ? [] : [slow])])
  drawWeights(bind, memory, [actor.net, critic], all.initialization)
  startAvg(memory, at, entropyCoefficient, targetPolyak)
  const { jobs, finishAll, close } = openJobs(memory, kernels)
  const draws = drawsOf(random)
  const nextNoise = f32.subarray(next.noise, next.noise + actions)
  const policy = squashedPolicy({
    owner: 'avg',
    observation: spec.observation,
    memory,
    kernels,
    actor,
    on: present,
    draws,
    keepsPass: all.forwardCache ?? true,
  })

  /** Puts an observation and an action, which stand at these offsets, before the critic. */
  const ask = (on: typeof taken, observation: number, action: number): void => {
    f32.copyWithin(on.input, observation, observation + observations)
    f32.copyWithin(on.input + observations, action, action + actions)
  }
  /** Whether the action that the present weights take is the one that was executed. */
  const isTaken = (): boolean => {
    for (let i = 0; i < actions; i++) if (f32[present.action + i] !== f32[taken.input + observations + i]) return false
    return true
  }

  const learn = (transition: Transition<SquashedAction>, moved: () => void): AvgReport => {
    const { observation, sampled, nextObservation, terminated, truncated } = transition
    const reward = sized('reward', transition.reward)
    const takenLogProbability = sized('logProbability', sampled.logProbability)
    const stepDiscount = terminated ? 0 : discount
    draws.normal(nextNoise)

    // The action of the present weights at o by the noise of A, and its log π(·|o): A itself, unless they moved after it was chosen.
    policy.retrace(observation, sampled)
    const logProbability = sized('logProbability', f64[present.logProbability])

    // Q(o, A). A second thread works it out while the actor looks at o'.
    writeInput('avg', f32, next.input, spec.observation, nextObservation, 'nextObservation')
    finishAll()
    writeInput('avg', f32, taken.input + observations, spec.action, sampled.action, 'action')
    ask(taken, present.input, taken.input + observations)
    jobs.value.start()
    // A' ~ π(·|o') and Q(o', A').
    if (!terminated) {
      act(kernels, actor, next)
      ask(ahead, next.input, next.action)
      jobs.lookAhead.start()
    }
    jobs.value.finish()
    const actionValue = finite('actionValue', f32[taken.output])

    // Q of the action of the present weights, and the gradient of the actor's loss: through Q, or by the score of that action.
    let chosenValue = actionValue
    if (!isTaken()) {
      ask(chosen, present.input, present.action)
      jobs.revalue.start()
      jobs.revalue.finish()
      chosenValue = f32[chosen.output]
    }
    if (score === null) reparameterize(kernels, actor, present, at.actionGradient, at.actorGradients)
    else {
      f64[score.advantage] = sized('softValue', softValue(chosenValue, entropyCoefficient, logProbability))
      likelihoodRatio(kernels, memory, actor, present, score, at.actorGradients)
    }
    measure(kernels, actorStep.layers, actorStep.extents)

    // δ = R + γ (Q(o', A') - η log π(A'|o')) - Q(o, A), and the actor's loss η log π - Q.
    let nextValue = 0
    if (!terminated) {
      jobs.lookAhead.finish()
      const nextActionValue = finite('nextActionValue', f32[ahead.output])
      const nextLogProbability = sized('nextLogProbability', f64[next.logProbability])
      nextValue = softValue(nextActionValue, entropyCoefficient, nextLogProbability)
    }
    const target = tdTarget(reward, stepDiscount, nextValue)
    const tdError = sized('tdError', target - actionValue)
    const actorLoss = finite('actorLoss', reparameterizedLoss(entropyCoefficient, logProbability, chosenValue))

    // σ, with this step taken in; the critic's loss is (δ/σ)².
    stage(memory, at.trial)
    const closes = terminated || (truncated && all.returnEndsAt === 'episode')
    const bonusReward = sized('entropyReward', entropyReward(reward, entropyCoefficient, takenLogProbability))
    if (all.scaleTdError) scaleTdError(f64, at.scaler, bonusReward, stepDiscount, 1, closes)
    const scale = all.scaleTdError ? sized('scale', f64[at.scaler + SCALE]) : 1
    f64[criticStep.scalars + AdamScalar.factor] = scaledSquareSlope(tdError, scale)
    tick(memory, actorStep)
    readyFused(memory, actorStep)
    readyFused(memory, criticStep)

    // Everything is known and finite, and will be once it is stored; only now does anything move.
    jobs.step.start()
    commit(memory, at.trial)
    takeFused(kernels, actorStep)
    moved()

    const criticLoss = scaledSquare(tdError, scale)
    return { actionValue, target, tdError, scale, entropy: -logProbability, actorLoss, criticLoss }
  }

  return arenaLearner({
    owner: 'avg',
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
