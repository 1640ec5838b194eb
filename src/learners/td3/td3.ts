/**
 * Twin delayed deterministic policy gradient (TD3 of Fujimoto et al. 2018): two critics of which the lower one counts, noise on the next action
 * of a target, and an actor that moves at every second update. The order is that of CleanRL's program; `docs/td3.md` numbers every detail
 * with its origin. With a buffer and a batch of one it is TD3-1, the incremental baseline of Vasan et al. 2024.
 */
import { finite } from '../../checks.js'
import { bindKernels } from '../../kernels/bindKernels.js'
import { kernelsHome } from '../../kernels/home.js'
import type { Transition } from '../../types.js'
import { deterministicLoss } from '../equations/deterministicLoss.js'
import { noisyAction } from '../equations/noisyAction.js'
import { checkMemory } from '../learnerBytes.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { tick } from '../parts/adam.js'
import { type ArenaLearner, arenaLearner } from '../parts/arenaLearner.js'
import { decide, decideBackward, describeDeterministic } from '../parts/deterministicActor.js'
import { drawsOf } from '../parts/draws.js'
import { drawWeights } from '../parts/initialization.js'
import { minibatchOf, normalRows } from '../parts/minibatch.js'
import { namedJobs } from '../parts/namedJobs.js'
import { parameterViews } from '../parts/parameterViews.js'
import type { NoisyAction } from '../parts/noisyPolicy.js'
import { backward, backwardToInput, forward } from '../parts/passes.js'
import { plannedArena } from '../parts/plan.js'
import { replay } from '../parts/replay.js'
import { replayCounts } from '../parts/replayCounts.js'
import { gatherRows, readyRows, takeRows } from '../parts/rowsStep.js'
import { commit, stage } from '../parts/staged.js'
import { moveTarget } from '../parts/twinCritics.js'
import {
  fillErrors,
  fillLeast,
  fillTargets,
  gatherCritic,
  readyTwins,
  takeCritic,
  TwinMean,
  valueAhead,
  valueHere,
} from '../parts/twinRows.js'
import { twinUndo } from '../parts/twinUndo.js'
import { criticJobs } from './td3Critic.js'
import { startTargets, startTd3, td3Layout, td3Memory, td3Replay } from './td3Layout.js'
import { td3Policy } from './td3Policy.js'
import { checkTd3, td3Defaults, type Td3Settings } from './td3Settings.js'

/** What one update saw, as means over its minibatch; null before learning starts, when a transition is only collected. */
export interface Td3Report {
  /** Q1(o, A), before the weights moved. */
  readonly value: number | null
  /** y = R + γ min(Q̄1, Q̄2)(o', A'), or R where the task ended. */
  readonly target: number | null
  /** target - value. */
  readonly tdError: number | null
  /** (y - Q1)² + (y - Q2)². */
  readonly criticLoss: number | null
  /** -Q1(o, μ(o)), by the critic that has just moved; null as well in updates that leave the actor where it is. */
  readonly actorLoss: number | null
}

/** A TD3 learner. */
export interface Td3Learner extends ArenaLearner<NoisyAction, Td3Report> {}

const collected: Td3Report = { value: null, target: null, tdError: null, criticLoss: null, actorLoss: null }

/**
 * Makes a TD3 learner for a world's shapes.
 *
 * Memory: weights, Adam's moments and clocks, the target networks and two counts, in one arena that `update` advances in place, and the replay
 * buffer outside of it, all of which is taken at once (`replayBytes`). `sample` and `update` allocate nothing but the record that they
 * return. With two threads both work on the arena: the second one has all work on Q2 (`td3Critic.ts`).
 * Numbers: means over the minibatch; targets and errors in doubles, weights and gradients in floats. The actor's loss is by the critic
 * that has just moved; both have moved before the target networks do. Transitions are kept as floats.
 * Random numbers: `sample` calls `random.normal` once, for an action-sized vector, or `random.uniform` for each component while actions are
 * uniform; `update`, once learning has started, calls `random.uniform` for each row of the minibatch and then `random.normal` for each row,
 * for an action-sized vector.
 * Fails: RangeError for a setting out of range and for a buffer that does not fit into memory, TypeError for a second thread where there is
 * none; NotFiniteError for a number that is not finite or would not be once it is squared and stored, after which weights, moments, counts,
 * buffer and random numbers are what they were; RangeError for a snapshot that is none of this learner's, before anything is restored;
 * Error when the second thread has ended.
 */
export const td3 = (spec: LearnerSpec, settings: Td3Settings): Td3Learner => {
  const all = { ...td3Defaults, ...settings }
  checkTd3(spec, all)
  const { discount, targetNoise, targetNoiseClip, actorDelay, learningStarts, random, threads = 1 } = all
  const bind = bindKernels[kernelsHome('td3', all)]
  const at = td3Layout(spec, all)
  checkMemory('td3', td3Memory(spec, all), all)
  const { rows, observations, actions, actor, critics, targetActor, targets, twins, there, present, judged } = at
  const held = replay('td3', td3Replay(spec, all))
  const openJobs = namedJobs(at.plan, threads, criticJobs(at))

  const memory = plannedArena(at.plan, threads === 2)
  const { f32, f64 } = memory
  const kernels = bind(memory)
  const views = parameterViews(f32, [actor, critics.Q1, critics.Q2, targetActor, targets.Q1, targets.Q2])
  drawWeights(bind, memory, [actor, critics.Q1, critics.Q2], all.initialization)
  startTargets(memory, at)
  startTd3(memory, at, all.polyak)
  const { jobs, finishAll, close } = openJobs(memory, kernels)
  const criticUndo = twinUndo(memory, kernels, at.criticUndo)
  const draws = drawsOf(random)
  const drawRows = minibatchOf(
    memory,
    held,
    at.batch,
    {
      observation: [
        { at: present.input, stride: observations },
        twins.here.observation,
        { at: judged.input, stride: observations + actions },
      ],
      action: [twins.here.action],
      nextObservation: [{ at: there.input, stride: observations }, twins.ahead.observation],
    },
    discount,
  )
  const drawNoise = normalRows(memory, at.noise, rows, actions)
  const isUniform = (): boolean => f64[at.transitions] < all.uniformActionSteps
  const policy = td3Policy({
    owner: 'td3',
    observation: spec.observation,
    memory,
    kernels,
    actor,
    on: at.deciding,
    draws,
    explorationNoise: all.explorationNoise,
    isUniform,
  })

  /** A' = clip(μ̄(o') + clip(s ε, -c, c), -1, 1), behind the next observations. */
  const smoothTargets = (): void => {
    decide(kernels, targetActor, there)
    const { at: into, stride } = twins.ahead.action
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < actions; i++) {
        const from = r * actions + i
        const action = f32[there.output + from]
        f32[into + r * stride + i] = noisyAction(action, f32[at.noise + from], targetNoise, targetNoiseClip)
      }
    }
  }

  /** Readies the actor's step by the critic Q1 that has just moved, and returns its loss. */
  const readyActor = (): number => {
    const inputs = observations + actions
    const { by, critic } = twins.Q1
    decide(kernels, actor, present)
    kernels.copyRows(present.output, actions, rows, actions, judged.input + observations, inputs)
    forward(kernels, critic, judged)
    let loss = 0
    for (let r = 0; r < rows; r++) loss += deterministicLoss(finite('actionValue', f32[judged.output + r]))
    f32.fill(-1 / rows, by.output, by.output + rows)
    backward(kernels, critic, judged, by)
    backwardToInput(kernels, critic, judged, observations, actions, by, at.actorGradients.output)
    decideBackward(kernels, actor, present, at.actorGradients)
    gatherRows(kernels, at.actorStep)
    tick(memory, at.actorStep)
    readyRows(memory, kernels, at.actorStep)
    return finite('actorLoss', loss / rows)
  }

  /** The critics have moved: the actor does, and the target networks follow; or the critics go back. */
  const moveActor = (): number => {
    try {
      const loss = readyActor()
      jobs.follow.start()
      takeRows(kernels, at.actorStep)
      moveTarget(kernels, targetActor, actor, at.polyak)
      moveTarget(kernels, targets.Q1, critics.Q1, at.polyak)
      return loss
    } catch (error) {
      finishAll()
      criticUndo.takeBack()
      throw error
    }
  }

  const learn = (transition: Transition<NoisyAction>, moved: () => void): Td3Report => {
    finishAll()
    held.add(transition)
    stage(memory, at.trial)
    const count = ++f64[at.trial.at + at.transitions]
    if (count <= learningStarts) {
      commit(memory, at.trial)
      return collected
    }
    drawRows(draws)
    drawNoise(draws)

    // y = R + γ min(Q̄1, Q̄2)(o', A'), and the errors of both critics.
    smoothTargets()
    jobs.ahead.start()
    jobs.here.start()
    valueAhead(kernels, twins.Q1)
    jobs.ahead.finish()
    fillLeast(memory, twins)
    fillTargets(memory, twins, at.batch)
    valueHere(kernels, twins.Q1)
    jobs.here.finish()
    fillErrors(memory, twins)
    jobs.gradient.start()
    gatherCritic(kernels, twins.Q1)
    jobs.gradient.finish()
    readyTwins(memory, kernels, twins)

    // The critics move; whether the actor's step is finite is known after that alone, so that they can be taken back.
    const isDue = ++f64[at.trial.at + at.updates] % actorDelay === 0
    const isKept = isDue || criticUndo.isEvery
    if (isKept) criticUndo.keep()
    jobs.step.start()
    takeCritic(kernels, twins.Q1)
    const actorLoss = isDue ? moveActor() : null
    if (isKept) criticUndo.settle()
    commit(memory, at.trial)
    moved()

    const value = f64[twins.means + TwinMean.value]
    const target = f64[twins.means + TwinMean.target]
    return { value, target, tdError: target - value, criticLoss: f64[twins.means + TwinMean.loss], actorLoss }
  }

  return arenaLearner({
    owner: 'td3',
    actor: describeDeterministic(actor, all.explorationNoise),
    at,
    memory,
    kernels,
    threads,
    views,
    random,
    draws,
    actionBounds: { low: -1, high: 1 },
    policy,
    deciding: { net: actor, on: at.deciding, isUniform },
    learn,
    checkDoubles: replayCounts(2),
    replaced: criticUndo.forget,
    finishAll,
    close,
    collected: held,
  })
}
