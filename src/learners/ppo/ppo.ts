/**
 * PPO (Schulman et al. 2017) on one stream, as the published program CleanRL has it: steps are collected into a rollout, and the update
 * that fills it goes through it several times in shuffled minibatches. `docs/ppo.md` numbers every detail with its origin.
 */
import { sized } from '../../checks.js'
import { bindKernels } from '../../kernels/bindKernels.js'
import { kernelsHome } from '../../kernels/home.js'
import type { Transition } from '../../types.js'
import { excessOf } from '../algorithm.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { type ArenaLearner, arenaLearner } from '../parts/arenaLearner.js'
import { drawsOf } from '../parts/draws.js'
import { actFreely, describeFree } from '../parts/freeNormalActor.js'
import { drawWeights } from '../parts/initialization.js'
import { writeInput } from '../parts/input.js'
import { namedJobs } from '../parts/namedJobs.js'
import { drawnPolicy } from '../parts/drawnPolicy.js'
import type { NormalAction } from '../parts/normalTape.js'
import { parameterViews } from '../parts/parameterViews.js'
import { forward, type Tape } from '../parts/passes.js'
import { plannedArena } from '../parts/plan.js'
import { rollout } from '../parts/rollout.js'
import { commit, stage } from '../parts/staged.js'
import { keep, putBack } from '../parts/undo.js'
import { criticJobs } from './ppoCritic.js'
import { checkClockAndUpdates, MinibatchSum, ppoLayout, ppoMemory, ppoRollout, startPpo } from './ppoLayout.js'
import { minibatchStep } from './ppoMinibatch.js'
import { checkPpo, ppoDefaults, type PpoSettings } from './ppoSettings.js'

/** What the update that filled a rollout learnt. */
export interface PpoLearning {
  /** V(o') of the last transition; 0 where nothing of it counts, since the episode ended there. */
  readonly lastValue: number
  /** The loss of each minibatch, epoch behind epoch: policy - entropyCoefficient · entropy + valueCoefficient · value. */
  readonly losses: Float64Array
  /** Of the last minibatch: the mean of max(-Â ρ, -Â clip(ρ, 1 - ε, 1 + ε)). */
  readonly policyLoss: number
  /** Of the last minibatch: the mean of ½ (V - y)², with the clipped value where that makes it greater. */
  readonly valueLoss: number
  /** Of the last minibatch: the entropy of the normal distribution. */
  readonly entropy: number
  /** Of the last minibatch: the mean of ρ - 1 - log ρ, an estimate of the divergence of the new policy from the old one. */
  readonly approximateKl: number
  /** The share of all rows whose ratio ρ was outside [1 - ε, 1 + ε]. */
  readonly clippedShare: number
  /** Of this update: with annealing, what is left of the setting. */
  readonly stepSize: number
}

/** What one update saw. */
export interface PpoReport {
  /** V(o), by the weights that the rollout is collected with. */
  readonly value: number
  /** Steps of the present rollout, this one included. */
  readonly collected: number
  /** What was learnt, where this step filled the rollout; null where it was collected only. */
  readonly learning: PpoLearning | null
}

/** A PPO learner. Its actions have no bounds of their own: `clipAction` cuts what is sent off at the world's. */
export interface PpoLearner extends ArenaLearner<NormalAction, PpoReport> {}

/**
 * Makes a PPO learner for a world's shapes.
 *
 * Memory: weights, Adam's moments and clock, their copy, the passes of a minibatch, and the rollout. The state advances in place; an
 * update that only collects allocates no more than its record. With two threads both work on the arena: the second one takes the critic's
 * passes.
 * Numbers: an update collects the transition with its log π and V(o). The one that fills the rollout goes through it `epochs` times; all
 * of these steps are made before it returns. Weights are floats, losses and advantages doubles.
 * Random numbers: `sample` calls `random.normal` once, for an action-sized vector. The update that fills a rollout of n steps calls
 * `random.uniform` n - 1 times for each epoch, for i from n - 1 down to 1; the others draw none.
 * Fails: RangeError for a setting out of range, TypeError for a second thread where there is none; NotFiniteError for a number that is
 * not finite or would not be once it is squared and stored. After a refusal everything is as it was before the transition, also where a
 * later minibatch was the one that refused: weights, moments, draws and the rollout, which then waits for its last step. RangeError for
 * a snapshot that is none of this learner's, before anything is restored; Error when the second thread has ended.
 */
export const ppo = (spec: LearnerSpec, settings: PpoSettings): PpoLearner => {
  const all = { ...ppoDefaults, ...settings }
  checkPpo(spec, all)
  for (const { path, expected, got } of excessOf(ppoMemory(spec, all), all)) {
    throw new RangeError(`ppo: ${path} must be ${expected}, got ${got}`)
  }
  const { annealSteps, bootstrapOnTruncation, discount, epochs, gaeLambda, random, threads = 1 } = all
  const bind = bindKernels[kernelsHome('ppo', all)]
  const at = ppoLayout(spec, all)
  const { actor, critic, present, here, ahead, kept, sums, trial } = at
  const openJobs = namedJobs(at.plan, threads, criticJobs(at))

  const memory = plannedArena(at.plan, threads === 2)
  const { f32, f64 } = memory
  const kernels = bind(memory)
  const views = parameterViews(f32, [actor.net, actor.logStd, critic])
  drawWeights(bind, memory, [actor.net, critic], all.initialization)
  startPpo(memory, at)
  const { jobs, finishAll, close } = openJobs(memory, kernels)
  const draws = drawsOf(random)
  const policy = drawnPolicy({
    owner: 'ppo',
    observation: spec.observation,
    memory,
    actions: at.actions,
    on: present,
    act: () => actFreely(kernels, memory, actor, present),
    draws,
    keepsPass: false,
  })
  const collected = rollout('ppo', ppoRollout(spec, all))
  const takeStep = minibatchStep({ memory, kernels, at, collected, jobs, settings: all })
  const updatesToZero = annealSteps === 'none' ? 0 : Math.max(1, Math.floor(annealSteps / all.rollout))

  const valueAt = (on: Tape, quantity: string): number => {
    forward(kernels, critic, on)
    return sized(quantity, f32[on.output])
  }

  /** Goes through a rollout that is full, `epochs` times; puts weights and moments back where a minibatch is refused. */
  const learnFrom = (lastValue: number): PpoLearning => {
    const losses = new Float64Array(epochs * collected.minibatches.length)
    let clippedRows = 0
    stage(memory, trial)
    f64[at.annealing] = annealSteps === 'none' ? 1 : Math.max(0, 1 - f64[at.updates] / updatesToZero)
    keep(memory, kept)
    try {
      collected.finish(lastValue, gaeLambda)
      for (let epoch = 0; epoch < epochs; epoch++) {
        collected.shuffle(draws)
        for (let m = 0; m < collected.minibatches.length; m++) {
          losses[epoch * collected.minibatches.length + m] = takeStep(collected.minibatches[m])
          clippedRows += f64[sums + MinibatchSum.clippedShare]
        }
      }
    } catch (error) {
      finishAll()
      putBack(memory, kept)
      throw error
    }
    f64[at.updates]++
    commit(memory, trial)
    return {
      lastValue,
      losses,
      policyLoss: f64[sums + MinibatchSum.policyLoss],
      valueLoss: f64[sums + MinibatchSum.valueLoss],
      entropy: f64[sums + MinibatchSum.entropy],
      approximateKl: f64[sums + MinibatchSum.approximateKl],
      clippedShare: clippedRows / losses.length,
      stepSize: all.stepSize * f64[at.annealing] * f64[at.stepScale],
    }
  }

  const learn = (transition: Transition<NormalAction>, moved: () => void): PpoReport => {
    const { observation, sampled, nextObservation, terminated, truncated } = transition
    const own = sized('reward', transition.reward)
    writeInput('ppo', f32, here.input, spec.observation, observation, 'observation')
    writeInput('ppo', f32, ahead.input, spec.observation, nextObservation, 'nextObservation')
    const isLast = collected.size + 1 === all.rollout
    const isCut = terminated || truncated
    const isBootstrapped = truncated && !terminated && bootstrapOnTruncation
    const value = valueAt(here, 'value')
    const nextValue = isBootstrapped || (isLast && !isCut) ? valueAt(ahead, 'nextValue') : 0

    // Nothing flows back over the end of an episode; where it was truncated, its next value may be a part of the reward.
    collected.add({
      observation,
      action: sampled.action,
      logProbability: sampled.logProbability,
      value,
      reward: isBootstrapped ? own + discount * nextValue : own,
      discount: isCut ? 0 : discount,
    })
    if (!isLast) return { value, collected: collected.size, learning: null }
    const learning = learnFrom(isCut ? 0 : nextValue)
    collected.clear()
    moved()
    return { value, collected: all.rollout, learning }
  }

  return arenaLearner({
    owner: 'ppo',
    actor: describeFree(actor),
    at,
    memory,
    kernels,
    threads,
    views,
    random,
    draws,
    policy,
    deciding: { net: actor.net, on: present },
    learn,
    checkDoubles: checkClockAndUpdates,
    finishAll,
    close,
    collected,
  })
}
