/** Where everything of one TD3 learner stands: six networks, their moments, its tapes, and a few doubles. Loads no kernel. */
import type { Arena } from '../../kernels/arena.js'
import type { Memory } from '../algorithm.js'
import { batchOf, bufferOf } from '../learnerBytes.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { ADAM_DOUBLES, moments, startClock, startSteps } from '../parts/adam.js'
import { reachOf } from '../parts/adamReach.js'
import { deterministicActor } from '../parts/deterministicActor.js'
import { minibatch } from '../parts/minibatch.js'
import { gradients, oneRow, tape } from '../parts/passes.js'
import { newPlan, plannedBytes } from '../parts/plan.js'
import { replayBytes, type ReplaySpec } from '../parts/replay.js'
import { rowsStep } from '../parts/rowsStep.js'
import { staged } from '../parts/staged.js'
import { startTarget, twinCritics } from '../parts/twinCritics.js'
import { startTwins, twinRows } from '../parts/twinRows.js'
import { twinUndoAt } from '../parts/twinUndo.js'
import type { Td3Hyperparameters } from './td3Settings.js'

/** All offsets of one learner. */
export type Td3Layout = ReturnType<typeof td3Layout>

/** The settings that decide it, and the steps that are laid out with it. */
export type Td3LayoutSettings = Pick<
  Td3Hyperparameters,
  'hidden' | 'actorStepSize' | 'criticStepSize' | 'adamBeta1' | 'adamBeta2' | 'adamEpsilon' | 'batchSize' | 'bufferSize'
>

/** Lays a learner out. What is state stands first, floats and doubles alike; the rest is scratch. */
export const td3Layout = (spec: LearnerSpec, settings: Td3LayoutSettings) => {
  const { hidden, batchSize: rows } = settings
  const observations = spec.observation.size
  const actions = spec.action.size
  const betas = { beta1: settings.adamBeta1, beta2: settings.adamBeta2 }
  const plan = newPlan()
  const { floats, doubles } = plan

  // Clocks and counts, and a copy of them: an update advances the copy and puts it in their place when nothing was refused.
  const criticClock = doubles.take(ADAM_DOUBLES)
  const actorClock = doubles.take(ADAM_DOUBLES)
  const transitions = doubles.take(1)
  const updates = doubles.take(1)
  const trial = staged(plan)
  const stepScale = doubles.take(1)

  // PyTorch's linear layers begin uniform; the slow copies follow the others in the same order, and have no moments.
  const made = { hidden, activation: 'relu', initialization: { kind: 'uniform' } } as const
  const actorSpec = { ...made, observations, actions }
  const criticSpec = { ...made, inputs: observations + actions, head: 'head' }
  const actor = deterministicActor(plan, { ...actorSpec, name: 'actor' })
  const critics = twinCritics(plan, 'critic', criticSpec)
  const weightFloats = floats.size
  const behind = moments(plan, betas)
  const targetActor = deterministicActor(plan, { ...actorSpec, name: 'target.actor' })
  const targets = twinCritics(plan, 'target', criticSpec)
  const stateFloats = floats.size

  const adam = { moments: behind, scale: stepScale, epsilon: settings.adamEpsilon, reach: reachOf(betas) }
  const judging = { ...adam, clock: trial.at + criticClock, stepSize: settings.criticStepSize }
  const acting = { ...adam, name: 'actor', clock: trial.at + actorClock, stepSize: settings.actorStepSize }

  const batch = minibatch(plan, rows)
  const noise = floats.take(rows * actions)
  const twins = twinRows(plan, { critics, targets, rows, observations, actions, adam: judging })
  // The caller's thread has Q1's scratch. Q1 judges the actor's actions after its step, on the same tape but at an input of its own.
  const on = { rows, scratch: twins.Q1.here.scratch }
  const there = tape(plan, targetActor, on)
  const present = tape(plan, actor, on)
  const judged = { ...twins.Q1.here, input: floats.take(rows * (observations + actions)) }
  const actorGradients = gradients(plan, actor, on)

  return {
    plan,
    rows,
    observations,
    actions,
    actor,
    critics,
    targetActor,
    targets,
    betas,
    weightFloats,
    stateFloats,
    stateDoubles: trial.size,
    stepScale,
    secondMoments: behind.second,
    criticClock,
    actorClock,
    trial,
    /** Doubles of the state: transitions so far, and updates. */
    transitions,
    updates,
    /** τ. */
    polyak: doubles.take(1),
    /** The actor at one observation, to decide. */
    deciding: tape(plan, actor, oneRow),
    batch,
    noise,
    twins,
    there,
    present,
    judged,
    actorGradients,
    actorStep: rowsStep(plan, acting, actor, present, actorGradients),
    criticUndo: twinUndoAt(plan, critics, behind, twins),
  }
}

/** What a buffer of this learner holds. */
export const td3Replay = ({ observation, action }: LearnerSpec, { bufferSize }: Td3LayoutSettings): ReplaySpec => ({
  capacity: bufferSize,
  observation,
  action: { size: action.size },
})

/** The memory of a learner: weights, moments and what the passes of an update leave behind, and the replay buffer. */
export const td3Memory = (spec: LearnerSpec, settings: Td3LayoutSettings): readonly Memory[] => {
  const bytesOf = (batchSize: number) => plannedBytes(td3Layout(spec, { ...settings, batchSize }).plan)
  return [...batchOf(bytesOf(1), bytesOf(settings.batchSize)), bufferOf(replayBytes(td3Replay(spec, settings)))]
}

/** Makes the slow copies equal to what they follow. */
export const startTargets = (memory: Arena, { actor, critics, targetActor, targets }: Td3Layout): void => {
  startTarget(memory, targetActor, actor)
  startTarget(memory, targets, critics)
}

/** Writes everything but weights that a learner reads before it has written it. */
export const startTd3 = (memory: Arena, at: Td3Layout, polyak: number): void => {
  startClock(memory, at.criticClock)
  startClock(memory, at.actorClock)
  startTwins(memory, at.twins, at.betas)
  startSteps(memory, at.actorStep, at.betas)
  memory.f64[at.polyak] = polyak
}
