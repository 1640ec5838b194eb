/**
 * Soft actor-critic (SAC of Haarnoja et al. 2018) as the baseline of Vasan et al. 2024: minibatches from a replay buffer, twin critics with
 * targets, and a learnt temperature. The published code's order and cases are kept, and those of CleanRL's variant are settings
 * (`cleanRlSac`); `docs/sac.md` numbers every detail with its origin.
 */
import { finite, sized } from '../../checks.js'
import { bindKernels } from '../../kernels/bindKernels.js'
import { kernelsHome } from '../../kernels/home.js'
import type { Transition } from '../../types.js'
import { clippedDoubleQ } from '../equations/clippedDoubleQ.js'
import { reparameterizedLoss } from '../equations/reparameterizedLoss.js'
import { softValue } from '../equations/softValue.js'
import { temperatureLoss } from '../equations/temperatureLoss.js'
import { checkMemory } from '../learnerBytes.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { takeStored, tick } from '../parts/adam.js'
import { type ArenaLearner, arenaLearner } from '../parts/arenaLearner.js'
import { drawsOf } from '../parts/draws.js'
import { drawWeights } from '../parts/initialization.js'
import { minibatchOf, normalRows } from '../parts/minibatch.js'
import { namedJobs } from '../parts/namedJobs.js'
import { parameterViews } from '../parts/parameterViews.js'
import { plannedArena } from '../parts/plan.js'
import { replay } from '../parts/replay.js'
import { replayCounts } from '../parts/replayCounts.js'
import { gatherRows, readyRows, takeRows } from '../parts/rowsStep.js'
import { act, reparameterize, describeSquashed } from '../parts/squashedActor.js'
import { commit, stage } from '../parts/staged.js'
import { readTemperature, readyTemperature } from '../parts/temperature.js'
import { fillErrors, fillLeast, fillTargets, readyTwins, TwinMean } from '../parts/twinRows.js'
import { keep, putBack } from '../parts/undo.js'
import { criticWork } from './sacCritics.js'
import { CLOCKS, sacLayout, sacMemory, sacReplay, startSac } from './sacLayout.js'
import { type SacAction, sacPolicy } from './sacPolicy.js'
import { checkSac, sacDefaults, type SacSettings } from './sacSettings.js'

/** What one update saw, as means over the minibatch; null where nothing was learnt, and those of the actor where it did not move. */
export interface SacReport {
  /** Q1(o, A), before the critics' step. */
  readonly value: number | null
  /** R + γ (min Q̄(o', A') - α log π(A'|o')), or R where the task ended. */
  readonly target: number | null
  /** target - value. */
  readonly tdError: number | null
  /** (Q1 - y)² + (Q2 - y)². */
  readonly criticLoss: number | null
  /** α log π(Ã|o) - min Q(o, Ã), with the critics after their step; of the last one where the actor moved several times. */
  readonly actorLoss: number | null
  /** α of that loss, before its step. */
  readonly temperature: number | null
  /** -log π(Ã|o) of that loss. */
  readonly entropy: number | null
  /** α (-log π - H̄), of the actions that the temperature sees. */
  readonly temperatureLoss: number | null
}

/** A SAC learner. */
export interface SacLearner extends ArenaLearner<SacAction, SacReport> {}

const unmoved = { actorLoss: null, temperature: null, entropy: null, temperatureLoss: null }
const nothing: SacReport = { value: null, target: null, tdError: null, criticLoss: null, ...unmoved }

/**
 * Makes a SAC learner for a world's shapes.
 *
 * Memory: weights of five networks, log α, moments and clocks of Adam, and two counts, in one arena that `update` advances in place, and the
 * replay buffer outside of it, all of which is taken at once (`replayBytes`). `sample` and `update` allocate nothing that grows with the batch.
 * With two threads both work on the arena: the second one has all work on Q2 (`sacCritics.ts`).
 * Numbers: means over the minibatch; targets, errors and log-probabilities in doubles, weights and gradients in floats. The actor's loss is by
 * the critics that have just moved. Transitions are kept as floats.
 * Random numbers: `sample` calls `random.normal` once, for an action-sized vector, or `random.uniform` for each component while actions are
 * uniform; `update`, once learning has started, calls `random.uniform` for each row of the minibatch, then `random.normal` for each row, for
 * the actions at the next observations, and again for each row for each step of the actor, and, with `temperatureSample: 'anew'`, after it.
 * Fails: RangeError for a setting out of range and for a buffer that does not fit into memory, TypeError for a second thread where there is
 * none; NotFiniteError for a number that is not finite or would not be once it is squared and stored, after which weights, moments, counts,
 * buffer and random numbers are what they were; RangeError for a snapshot that is none of this learner's, before anything is restored;
 * Error when the second thread has ended.
 */
export const sac = (spec: LearnerSpec, settings: SacSettings): SacLearner => {
  const all = { ...sacDefaults, ...settings }
  checkSac(spec, all)
  const { discount, actorDelay, temperatureSample, learningStarts, random, threads = 1 } = all
  const bind = bindKernels[kernelsHome('sac', all)]
  const at = sacLayout(spec, all)
  checkMemory('sac', sacMemory(spec, all), all)
  const { rows, observations, actions, actor, critics, targets, twins, there, present, judged, kept } = at
  const { temperature, alpha, logProbability, actionGradients } = at
  const held = replay('sac', sacReplay(spec, all))
  const openJobs = namedJobs(at.plan, threads, { ...criticWork(at, 'Q2') })
  const first = criticWork(at, 'Q1')

  const memory = plannedArena(at.plan, threads === 2)
  const { f32, f64 } = memory
  const kernels = bind(memory)
  const networks = [actor.net, critics.Q1, critics.Q2]
  const views = parameterViews(f32, [...networks, targets.Q1, targets.Q2, temperature.parameter])
  drawWeights(bind, memory, networks, all.initialization)
  startSac(memory, at, all.polyak)
  const { jobs, finishAll, close } = openJobs(memory, kernels)
  const draws = drawsOf(random)
  const drawRows = minibatchOf(
    memory,
    held,
    at.batch,
    {
      observation: [
        { at: present.input, stride: observations },
        twins.here.observation,
        { at: at.judgedInput, stride: observations + actions },
      ],
      action: [twins.here.action],
      nextObservation: [{ at: there.input, stride: observations }, twins.ahead.observation],
    },
    discount,
  )
  const drawNextNoise = normalRows(memory, there.noise, rows, actions)
  const drawNewNoise = normalRows(memory, present.noise, rows, actions)
  const isUniform = (): boolean => f64[at.transitions] < all.uniformActionSteps
  const policy = sacPolicy({
    owner: 'sac',
    observation: spec.observation,
    memory,
    kernels,
    actor,
    on: at.deciding,
    draws,
    isUniform,
  })
  /** Doubles between the log-probabilities of two rows. */
  const stride = 2 * actions + 1

  /** Has one piece of work done for both critics, Q2's on the second thread where there is one. */
  const both = (name: keyof typeof first): void => {
    jobs[name].start()
    first[name](kernels)
    jobs[name].finish()
  }

  /** Takes α log π(A'|o') off the values at the next observations. */
  const takeOffEntropy = (): void => {
    for (let r = 0; r < rows; r++) {
      const at = twins.nextValues + r
      f64[at] = softValue(f64[at], f64[alpha], f64[there.logProbability + r * stride])
    }
  }

  /** Draws new actions of the actor at the observations, and the mean of their log-probabilities. */
  const drawAnew = (): void => {
    drawNewNoise(draws)
    act(kernels, actor, present)
    let sum = 0
    for (let r = 0; r < rows; r++) sum += sized('newLogProbability', f64[present.logProbability + r * stride])
    f64[logProbability] = sum / rows
  }

  /** The actor's loss by the critics that have moved; leaves its step ready. */
  const readyActor = (): number => {
    drawAnew()
    both('judge')
    let loss = 0
    for (let r = 0; r < rows; r++) {
      const value1 = finite('newActionValue', f32[judged.Q1.output + r])
      const value2 = finite('newActionValue', f32[judged.Q2.output + r])
      const log = f64[present.logProbability + r * stride]
      loss += reparameterizedLoss(f64[alpha], log, clippedDoubleQ(value1, value2))
      f32[twins.Q1.by.output + r] = value1 <= value2 ? 1 : 0
      f32[twins.Q2.by.output + r] = value1 <= value2 ? 0 : 1
    }
    both('through')
    kernels.addScaled(actionGradients.Q2, rows * actions, at.one, actionGradients.Q1)
    reparameterize(kernels, actor, present, actionGradients.Q1, at.actorGradients)
    gatherRows(kernels, at.actorStep)
    tick(memory, at.actorStep)
    readyRows(memory, kernels, at.actorStep)
    return finite('actorLoss', loss / rows)
  }

  /** One step of the actor and one of the temperature. Neither has moved before the numbers of both are known, but with actions drawn anew. */
  const moveActor = () => {
    readTemperature(memory, temperature, alpha)
    const before = sized('temperature', f64[alpha])
    const actorLoss = readyActor()
    const entropy = -f64[logProbability]
    if (temperatureSample === 'anew') {
      takeRows(kernels, at.actorStep)
      drawAnew()
    }
    readyTemperature(memory, kernels, temperature, alpha, logProbability)
    if (temperatureSample === 'actor') takeRows(kernels, at.actorStep)
    takeStored(kernels, temperature.step)
    const loss = temperatureLoss(before, f64[logProbability], temperature.targetEntropy)
    return { actorLoss, temperature: before, entropy, temperatureLoss: loss }
  }

  /** The critics have moved: the actor and the temperature do, or everything goes back. */
  const moveActors = () => {
    try {
      let moves = moveActor()
      for (let i = 1; i < actorDelay; i++) moves = moveActor()
      return moves
    } catch (error) {
      finishAll()
      putBack(memory, kept)
      throw error
    }
  }

  const learn = (transition: Transition<SacAction>, moved: () => void): SacReport => {
    finishAll()
    held.add(transition)
    stage(memory, at.trial)
    const count = ++f64[at.trial.at + at.transitions]
    if (count <= learningStarts) {
      commit(memory, at.trial)
      return nothing
    }
    drawRows(draws)
    drawNextNoise(draws)
    readTemperature(memory, temperature, alpha)
    sized('temperature', f64[alpha])

    // y = R + γ (min(Q̄1, Q̄2)(o', A') - α log π(A'|o')), and the errors of both critics.
    jobs.here.start()
    act(kernels, actor, there)
    jobs.ahead.start()
    first.ahead(kernels)
    first.here(kernels)
    jobs.ahead.finish()
    fillLeast(memory, twins)
    takeOffEntropy()
    fillTargets(memory, twins, at.batch)
    jobs.here.finish()
    fillErrors(memory, twins)
    both('gradient')
    readyTwins(memory, kernels, twins)

    // The critics move; whether the actor's step is finite is known after that alone, so that what moves is kept where one follows.
    const isDue = ++f64[at.trial.at + at.updates] % actorDelay === 0
    if (isDue) keep(memory, kept)
    jobs.step.start()
    first.step(kernels)
    const moves = isDue ? moveActors() : unmoved
    jobs.follow.start()
    first.follow(kernels)
    commit(memory, at.trial)
    moved()

    const value = f64[twins.means + TwinMean.value]
    const target = f64[twins.means + TwinMean.target]
    return { value, target, tdError: target - value, criticLoss: f64[twins.means + TwinMean.loss], ...moves }
  }

  return arenaLearner({
    owner: 'sac',
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
    deciding: { net: actor.net, on: at.deciding, isUniform },
    learn,
    checkDoubles: replayCounts(CLOCKS),
    finishAll,
    close,
    collected: held,
  })
}
