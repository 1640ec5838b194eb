/**
 * Incremental SAC (SAC-1 of Vasan et al. 2024; Haarnoja et al. 2018): one step of the critics, of the actor, of the temperature and of the
 * targets from each transition, as it comes. The published code's order and cases are kept; `docs/sac-1.md` numbers every detail with its
 * origin.
 */
import { finite, sized } from '../../checks.js'
import { bindKernels } from '../../kernels/bindKernels.js'
import { kernelsHome } from '../../kernels/home.js'
import { AdamScalar } from '../../kernels/kernels.js'
import type { Transition } from '../../types.js'
import { clippedDoubleQ } from '../equations/clippedDoubleQ.js'
import { entropyReward } from '../equations/entropyReward.js'
import { reparameterizedLoss } from '../equations/reparameterizedLoss.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { softValue } from '../equations/softValue.js'
import { tdTarget } from '../equations/tdTarget.js'
import { checkBytes } from '../learnerBytes.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { readyFused, takeFused, takeStored, tick } from '../parts/adam.js'
import { type ArenaLearner, arenaLearner } from '../parts/arenaLearner.js'
import { drawsOf } from '../parts/draws.js'
import { drawWeights } from '../parts/initialization.js'
import { writeInput } from '../parts/input.js'
import { measure } from '../parts/layerGradients.js'
import { namedJobs } from '../parts/namedJobs.js'
import { parameterViews } from '../parts/parameterViews.js'
import { plannedArena, plannedBytes } from '../parts/plan.js'
import { act, draw, reparameterize, describeSquashed } from '../parts/squashedActor.js'
import { type SquashedAction, squashedPolicy } from '../parts/squashedPolicy.js'
import { commit, stage } from '../parts/staged.js'
import { SCALE, scaleTdError } from '../parts/tdErrorScaler.js'
import { readTemperature, readyTemperature } from '../parts/temperature.js'
import { loggedUndo } from '../parts/loggedUndo.js'
import { criticWork, throughCritic } from './sac1Critics.js'
import { checkSac1Doubles, sac1Layout, startSac1 } from './sac1Layout.js'
import { checkSac1, sac1Defaults, type Sac1Settings } from './sac1Settings.js'

/** What one update saw. */
export interface Sac1Report {
  /** Q1(o, A) of the action that was taken, before the critics' step; that of Q2 is `target - tdError2`. */
  readonly actionValue: number
  /** R + γ (min Q̄(o', A') - α log π(A'|o')), or R where the task ended. */
  readonly target: number
  /** target - Q1(o, A), before scaling. */
  readonly tdError1: number
  /** target - Q2(o, A), before scaling. */
  readonly tdError2: number
  /** σ, by which both are divided; 1 where scaling is off. */
  readonly scale: number
  /** α, before its step. */
  readonly temperature: number
  /** -log π(Ã|o) of the action that was drawn anew, before the actor's step: one draw's worth of entropy. */
  readonly entropy: number
  /** α log π(Ã|o) - min Q(o, Ã), with the critics after their step. */
  readonly actorLoss: number
  /** The sum of (δ / σ)² of both critics. */
  readonly criticLoss: number
}

/** A SAC-1 learner. */
export interface Sac1Learner extends ArenaLearner<SquashedAction, Sac1Report> {}

/**
 * Makes a SAC-1 learner for a world's shapes.
 *
 * Memory: weights of five networks, log α, moments and clocks of Adam, and the TD-error scaler's statistics, in one arena that `update`
 * advances in place. `sample` and `update` allocate nothing but the record that they return. With two threads both work on the arena: the
 * second one does the first critic's part, and moves the targets (`sac1Critics.ts`).
 * Numbers: `update` is a function of the transition's values: Q and the TD errors see the action that was taken and the scaler its
 * log-probability, the actor's loss an action that is drawn anew. Weights are floats, statistics doubles.
 * Random numbers: `sample` calls `random.normal` once, for an action-sized vector; `update` twice: for the action at the next observation,
 * then for the one at the present observation.
 * Fails: RangeError for a setting out of range, TypeError for a second thread where there is none; NotFiniteError for a number that
 * is not finite or would not be once it is squared and stored. Weights, statistics and the place in the random number generator are as
 * before then, bit for bit: the critics' step is taken back (`loggedUndo.ts`) if it is the actor's part that is refused. RangeError for a
 * snapshot that is none of this learner's, before anything is restored; Error when the second thread has ended.
 */
export const sac1 = (spec: LearnerSpec, settings: Sac1Settings): Sac1Learner => {
  const all = { ...sac1Defaults, ...settings }
  checkSac1(spec, all)
  const { discount, random, threads = 1 } = all
  const bind = bindKernels[kernelsHome('sac1', all)]
  const at = sac1Layout(spec, all)
  checkBytes('sac1', all.hidden, plannedBytes(at.plan))
  const { observations, actions, actor, critics, targets, takenInput, present, anew, next } = at
  const { taken, chosen, ahead, actorStep, temperature, alpha } = at
  const [step1, step2] = at.criticSteps
  const openJobs = namedJobs(at.plan, threads, { ...criticWork(at, 0) })
  const second = criticWork(at, 1)

  const memory = plannedArena(at.plan, threads === 2)
  const { f32, f64 } = memory
  const kernels = bind(memory)
  const networks = [actor.net, critics.Q1, critics.Q2]
  const views = parameterViews(f32, [...networks, targets.Q1, targets.Q2, temperature.parameter])
  drawWeights(bind, memory, networks, all.initialization)
  startSac1(memory, at, all.polyak)
  const { jobs, finishAll, close } = openJobs(memory, kernels)
  const undo = loggedUndo(memory, kernels, at.undo)
  const draws = drawsOf(random)
  const nextNoise = f32.subarray(next.noise, next.noise + actions)
  const newNoise = f32.subarray(anew.noise, anew.noise + actions)
  const policy = squashedPolicy({
    owner: 'sac1',
    observation: spec.observation,
    memory,
    kernels,
    actor,
    on: present,
    draws,
    keepsPass: all.forwardCache ?? true,
  })

  /** The actor's part, with the critics after their step: leaves its loss in a double, and its step ready. */
  const readyActor = (): void => {
    jobs.revalue.start()
    second.revalue(kernels)
    jobs.revalue.finish()
    const newValue1 = finite('newActionValue', f32[chosen[0].output])
    const newValue2 = finite('newActionValue', f32[chosen[1].output])
    const newValue = clippedDoubleQ(newValue1, newValue2)
    f64[at.actorLoss] = reparameterizedLoss(f64[alpha], f64[anew.logProbability], newValue)
    throughCritic(kernels, at, newValue1 <= newValue2 ? 0 : 1)
    reparameterize(kernels, actor, anew, at.actionGradient, at.actorGradients)
    measure(kernels, actorStep.layers, actorStep.extents)
    readyFused(memory, actorStep)
    finite('actorLoss', f64[at.actorLoss])
  }

  const learn = (transition: Transition<SquashedAction>, moved: () => void): Sac1Report => {
    const { observation, sampled, nextObservation, terminated, truncated } = transition
    const reward = sized('reward', transition.reward)
    const takenLogProbability = sized('logProbability', sampled.logProbability)
    const stepDiscount = terminated ? 0 : discount
    draws.normal(nextNoise)
    draws.normal(newNoise)
    readTemperature(memory, temperature, alpha)
    const temperatureValue = sized('temperature', f64[alpha])

    // The actor at o, and an action Ã that is drawn anew there.
    policy.retrace(observation, sampled)
    draw(kernels, actor, anew)
    const logProbability = sized('newLogProbability', f64[anew.logProbability])

    // Q1(o, A) and Q2(o, A) with their gradients; the actor at o', A' ~ π(·|o') and the targets there.
    finishAll()
    writeInput('sac1', f32, next.input, spec.observation, nextObservation, 'nextObservation')
    writeInput('sac1', f32, takenInput + observations, spec.action, sampled.action, 'action')
    for (let i = 0; i < observations; i++) f32[takenInput + i] = f32[present.input + i]
    jobs.value.start()
    let nextValue = 0
    if (!terminated) {
      act(kernels, actor, next)
      jobs.lookAhead.start()
      second.lookAhead(kernels)
    }
    second.value(kernels)
    jobs.value.finish()
    const actionValue = finite('actionValue', f32[taken[0].output])
    const actionValue2 = finite('actionValue', f32[taken[1].output])
    if (!terminated) {
      jobs.lookAhead.finish()
      const nextValue1 = finite('nextActionValue', f32[ahead[0].output])
      const nextValue2 = finite('nextActionValue', f32[ahead[1].output])
      const nextLogProbability = sized('nextLogProbability', f64[next.logProbability])
      nextValue = softValue(clippedDoubleQ(nextValue1, nextValue2), temperatureValue, nextLogProbability)
    }

    // δ1 and δ2, and σ with this step taken in; the critics' loss is the sum of (δ/σ)².
    const target = tdTarget(reward, stepDiscount, nextValue)
    const tdError1 = sized('tdError', target - actionValue)
    const tdError2 = sized('tdError', target - actionValue2)
    stage(memory, at.trial)
    const closes = terminated || (truncated && all.returnEndsAt === 'episode')
    const bonusReward = sized('entropyReward', entropyReward(reward, temperatureValue, takenLogProbability))
    if (all.scaleTdError) scaleTdError(f64, at.scaler, bonusReward, stepDiscount, 1, closes)
    const scale = all.scaleTdError ? sized('scale', f64[at.scaler + SCALE]) : 1
    f64[step1.scalars + AdamScalar.factor] = scaledSquareSlope(tdError1, scale)
    f64[step2.scalars + AdamScalar.factor] = scaledSquareSlope(tdError2, scale)
    tick(memory, step1)
    readyFused(memory, step1)
    readyFused(memory, step2)
    readyTemperature(memory, kernels, temperature, alpha, anew.logProbability)

    // The actor's loss sees the critics after their step, which is taken back if a number of it is refused.
    undo.keep()
    jobs.step.start()
    second.step(kernels)
    try {
      readyActor()
    } catch (error) {
      finishAll()
      undo.takeBack()
      throw error
    }

    // Everything is known and finite, and will be once it is stored; only now does anything else move.
    commit(memory, at.trial)
    takeFused(kernels, actorStep)
    takeStored(kernels, temperature.step)
    undo.settle()
    moved()

    const criticLoss = scaledSquare(tdError1, scale) + scaledSquare(tdError2, scale)
    const entropy = -logProbability
    return {
      actionValue,
      target,
      tdError1,
      tdError2,
      scale,
      temperature: temperatureValue,
      entropy,
      actorLoss: f64[at.actorLoss],
      criticLoss,
    }
  }

  return arenaLearner({
    owner: 'sac1',
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
    checkDoubles: checkSac1Doubles,
    replaced: undo.forget,
    finishAll,
    close,
  })
}
