/** Where everything of one PPO learner stands but its rollout: two networks, their moments and gradients, tapes, and a copy of the state. Loads no kernel. */
import type { Arena } from '../../kernels/arena.js'
import { checkRestored } from '../../restored.js'
import type { Memory } from '../algorithm.js'
import { memoryLimit } from '../learnerBytes.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { ADAM_DOUBLES, checkClock, moments, startClock, startSteps, storedStep } from '../parts/adam.js'
import { reachOf } from '../parts/adamReach.js'
import { freeNormalActor, startFreeNormalActor } from '../parts/freeNormalActor.js'
import { layerGradients, storedGradients } from '../parts/layerGradients.js'
import { network } from '../parts/network.js'
import { normalTape } from '../parts/normalTape.js'
import { batch, gradients, tape } from '../parts/passes.js'
import { newPlan, plannedBytes } from '../parts/plan.js'
import { type RolloutSpec, rolloutBytes } from '../parts/rollout.js'
import { staged } from '../parts/staged.js'
import { undo } from '../parts/undo.js'
import type { PpoHyperparameters } from './ppoSettings.js'

/** All offsets of one learner. */
export type PpoLayout = ReturnType<typeof ppoLayout>

/** The settings that decide it, and the steps that are laid out with it. */
export type PpoLayoutSettings = Pick<
  PpoHyperparameters,
  'hidden' | 'minibatch' | 'stepSize' | 'adamBeta1' | 'adamBeta2' | 'adamEpsilon'
>

/** What a minibatch leaves in doubles, as means over its rows. */
export const MinibatchSum = {
  policyLoss: 0,
  valueLoss: 1,
  entropy: 2,
  /** The mean of ρ - 1 - log ρ, an estimate of the divergence KL(π_old, π). */
  approximateKl: 3,
  /** The share of rows whose ratio is outside [1 - ε, 1 + ε]. */
  clippedShare: 4,
  count: 5,
} as const

/** Lays a learner out. What is state stands first, floats and doubles alike; the rest is scratch. */
export const ppoLayout = (spec: LearnerSpec, settings: PpoLayoutSettings) => {
  const { hidden, minibatch: rows } = settings
  const observations = spec.observation.size
  const actions = spec.action.size
  const betas = { beta1: settings.adamBeta1, beta2: settings.adamBeta2 }
  const plan = newPlan()
  const { floats, doubles } = plan

  // The clock and the number of updates, and a copy of them, on which an update advances them until nothing can be refused any more.
  const clock = doubles.take(ADAM_DOUBLES)
  const updates = doubles.take(1)
  const trial = staged(plan)
  const stepScale = doubles.take(1)

  const activation = 'tanh'
  const gain = Math.sqrt(2)
  const actor = freeNormalActor(plan, {
    observations,
    actions,
    hidden,
    activation,
    initialization: { kind: 'orthogonal', gain, headGain: 0.01 },
  })
  const critic = network(plan, {
    name: 'critic',
    inputs: observations,
    hidden,
    heads: [{ name: 'head', size: 1 }],
    activation,
    initialization: { kind: 'orthogonal', gain, headGain: 1 },
  })
  const weightFloats = floats.size
  const behind = moments(plan, betas)
  const stateFloats = floats.size
  const kept = undo(plan, { at: actor.net.at, size: weightFloats }, behind)

  // The actor at the present observation; the critic at this one and at the next.
  const present = normalTape(plan, actor.net, actions)
  const [here, ahead] = [tape(plan, critic), tape(plan, critic)]

  // Both networks at the rows of a minibatch; each has scratch of its own, since two threads may pass them at the same time.
  const [actorRows, criticRows] = [batch(plan, rows), batch(plan, rows)]
  const [acting, judging] = [tape(plan, actor.net, actorRows), tape(plan, critic, criticRows)]
  const [actorGradients, criticGradients] = [gradients(plan, actor.net, actorRows), gradients(plan, critic, criticRows)]
  const stored = storedGradients(plan, actor.net.at, weightFloats)
  const annealing = doubles.take(1)
  const adam = {
    name: 'ppo',
    moments: behind,
    clock: trial.at + clock,
    stepSize: settings.stepSize,
    annealing,
    scale: stepScale,
    epsilon: settings.adamEpsilon,
    reach: reachOf(betas),
  }
  return {
    plan,
    observations,
    actions,
    rows,
    actor,
    critic,
    betas,
    weightFloats,
    stateFloats,
    stateDoubles: trial.size,
    stepScale,
    secondMoments: behind.second,
    clock,
    updates: trial.at + updates,
    trial,
    kept,
    present,
    here,
    ahead,
    acting,
    judging,
    actorGradients,
    criticGradients,
    actorLayers: layerGradients(actor.net, acting, actorGradients),
    criticLayers: layerGradients(critic, judging, criticGradients),
    stored,
    /** The gradients by log s. */
    logStdGradient: actor.logStd.at - stored.parameters + stored.at,
    annealing,
    step: storedStep(plan, adam, stored),
    /** s and log s of a minibatch, and the gradients by log s while they are summed up: doubles of shape `[actions]`. */
    deviation: doubles.take(actions),
    logDeviation: doubles.take(actions),
    logStdSlopes: doubles.take(actions),
    squares: doubles.take(1),
    sums: doubles.take(MinibatchSum.count),
  }
}

/** The rollout of a learner, in the words of its part. */
export const ppoRollout = (
  { observation, action }: LearnerSpec,
  { rollout: steps, minibatch }: Pick<PpoHyperparameters, 'rollout' | 'minibatch'>,
): RolloutSpec => ({
  steps,
  minibatches: steps / minibatch,
  observation,
  action: { size: action.size, ...(action.names === undefined ? {} : { names: action.names }) },
})

/** Bytes of a learner's arena. */
export const ppoBytes = (spec: LearnerSpec, settings: PpoLayoutSettings): number =>
  plannedBytes(ppoLayout(spec, settings).plan)

/** The memory of a learner: weights, moments and the passes of one row by `hidden`, further rows by `minibatch`, and the rollout. */
export const ppoMemory = (spec: LearnerSpec, settings: PpoHyperparameters): readonly Memory[] => {
  const single = ppoBytes(spec, { ...settings, minibatch: 1 })
  const limit = memoryLimit
  const rollout = rolloutBytes(ppoRollout(spec, settings))
  return [
    { setting: 'hidden', what: 'widths of a learner', bytes: single, limit },
    ...(settings.minibatch === 1
      ? []
      : [{ setting: 'minibatch', what: 'a minibatch', bytes: ppoBytes(spec, settings) - single, limit }]),
    { setting: 'rollout', what: 'a rollout', bytes: rollout, limit },
  ]
}

/** Writes everything but weights that a learner reads before it has written it. */
export const startPpo = (memory: Arena, at: PpoLayout): void => {
  startFreeNormalActor(memory, at.actor)
  startClock(memory, at.clock)
  startSteps(memory, at.step, at.betas)
}

/** Refuses doubles of a snapshot that no learner leaves behind: its clock, and how many updates it has made. */
export const checkClockAndUpdates = (owner: string, doubles: ArrayLike<number>): void => {
  checkClock(owner, doubles, 0)
  const value = doubles[ADAM_DOUBLES]
  const isCount = Number.isSafeInteger(value) && value >= 0
  checkRestored({ owner, field: 'the number of updates' }, value, 'an integer from 0 up', isCount)
}
