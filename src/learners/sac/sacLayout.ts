/** Where everything of one SAC learner stands: five networks, moments, tapes, the temperature, and a few doubles. Loads no kernel. */
import type { Arena } from '../../kernels/arena.js'
import { SquashScalar } from '../../kernels/kernels.js'
import type { Memory } from '../algorithm.js'
import { batchOf, bufferOf } from '../learnerBytes.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { ADAM_DOUBLES, moments, startClock, startSteps } from '../parts/adam.js'
import { reachOf } from '../parts/adamReach.js'
import { minibatch, type RowsAt } from '../parts/minibatch.js'
import { gradients } from '../parts/passes.js'
import { newPlan, plannedBytes } from '../parts/plan.js'
import { replayBytes, type ReplaySpec } from '../parts/replay.js'
import { rowsStep } from '../parts/rowsStep.js'
import { actorTape, squashedActor, startActor } from '../parts/squashedActor.js'
import { staged } from '../parts/staged.js'
import { startTemperature, temperature, temperatureMoments, temperatureParameter } from '../parts/temperature.js'
import { startTarget, twinCritics } from '../parts/twinCritics.js'
import { startTwins, twinRows } from '../parts/twinRows.js'
import { undo } from '../parts/undo.js'
import type { SacHyperparameters } from './sacSettings.js'

/** All offsets of one learner. */
export type SacLayout = ReturnType<typeof sacLayout>

/** The clocks of its optimizers: the critics', the actor's and the temperature's. */
export const CLOCKS = 3

/** Lays a learner out. What is state stands first, floats and doubles alike; the rest is scratch. */
export const sacLayout = (spec: LearnerSpec, settings: SacHyperparameters) => {
  const { hidden, logStdReading, batchSize: rows } = settings
  const observations = spec.observation.size
  const actions = spec.action.size
  const betas = { beta1: settings.adamBeta1, beta2: settings.adamBeta2 }
  const plan = newPlan()
  const { floats, doubles } = plan

  // Clocks and counts, and a copy of them: an update advances the copy and puts it in their place when nothing was refused.
  const [criticClock, actorClock, temperatureClock] = Array.from({ length: CLOCKS }, () => doubles.take(ADAM_DOUBLES))
  const transitions = doubles.take(1)
  const updates = doubles.take(1)
  const trial = staged(plan)
  const stepScale = doubles.take(1)

  const made = { hidden, activation: 'relu', initialization: { kind: settings.initialWeights } } as const
  const inputs = observations + actions
  const actor = squashedActor(plan, { ...made, observations, actions, logStdReading })
  const critics = twinCritics(plan, 'critic', { ...made, inputs, head: 'value' })
  const logTemperature = temperatureParameter(plan)
  const weightFloats = floats.size
  const behind = moments(plan, betas)
  const temperatureBehind = temperatureMoments(plan, logTemperature, behind, settings)
  const targets = twinCritics(plan, 'target', { ...made, inputs, head: 'value' })
  const stateFloats = floats.size

  const adam = { moments: behind, scale: stepScale, epsilon: settings.adamEpsilon, reach: reachOf(betas) }
  const judging = { ...adam, clock: trial.at + criticClock, stepSize: settings.criticStepSize }
  const acting = { ...adam, name: 'actor', clock: trial.at + actorClock, stepSize: settings.actorStepSize }

  const batch = minibatch(plan, rows)
  const twins = twinRows(plan, { critics, targets, rows, observations, actions, adam: judging })
  // The caller's thread has Q1's scratch. Both critics judge the actor's actions after their step, on the same tapes but at an input of its own.
  const on = { rows, scratch: twins.Q1.here.scratch }
  const behindObservations = ({ at, stride }: RowsAt) => ({ action: at, stride })
  const there = actorTape(plan, actor, on, behindObservations(twins.ahead.action))
  const judgedInput = floats.take(rows * inputs)
  const present = actorTape(plan, actor, on, { action: judgedInput + observations, stride: inputs })
  const judged = {
    Q1: { ...twins.Q1.here, input: judgedInput },
    Q2: { ...twins.Q2.here, input: judgedInput },
  }
  const actorGradients = gradients(plan, actor.net, on)

  // In an update that moves the actor more than once, or draws from it after its step, that and α move before the last number is known.
  const movesEarly = settings.actorDelay > 1 || settings.temperatureSample === 'anew'
  const early = movesEarly ? { at: actor.net.at, size: weightFloats - actor.net.at } : critics
  const ownFirst = { at: logTemperature.at + temperatureBehind.first, size: 1, copy: floats.take(1) }

  return {
    plan,
    rows,
    observations,
    actions,
    actor,
    critics,
    targets,
    betas,
    weightFloats,
    stateFloats,
    stateDoubles: trial.size,
    stepScale,
    secondMoments: behind.second,
    clocks: [criticClock, actorClock],
    temperatureClock,
    trial,
    /** Doubles of the state: transitions so far, and updates. */
    transitions,
    updates,
    /** The actor at one observation, to decide. */
    deciding: actorTape(plan, actor),
    batch,
    twins,
    there,
    present,
    judged,
    judgedInput,
    actorGradients,
    /** ∂Q/∂a by each critic, shape `[rows, action.size]`. */
    actionGradients: { Q1: floats.take(rows * actions), Q2: floats.take(rows * actions) },
    actorStep: rowsStep(plan, acting, actor.net, present, actorGradients),
    temperature: temperature(
      plan,
      {
        parameter: logTemperature,
        moments: temperatureBehind,
        clock: trial.at + temperatureClock,
        scale: stepScale,
        actions,
      },
      settings,
    ),
    kept: [...undo(plan, early, behind), ...(movesEarly ? [ownFirst] : [])],
    /** The double α, where the kernels of the actor read it. */
    alpha: actor.scalars + SquashScalar.entropyCoefficient,
    /** Doubles: the mean log π of the actions that were drawn last, τ, and 1. */
    logProbability: doubles.take(1),
    polyak: doubles.take(1),
    one: doubles.take(1),
  }
}

/** What a buffer of this learner holds. */
export const sacReplay = ({ observation, action }: LearnerSpec, { bufferSize }: SacHyperparameters): ReplaySpec => ({
  capacity: bufferSize,
  observation,
  action: { size: action.size },
})

/** The memory of a learner: weights, moments and what the passes of an update leave behind, and the replay buffer. */
export const sacMemory = (spec: LearnerSpec, settings: SacHyperparameters): readonly Memory[] => {
  const bytesOf = (batchSize: number) => plannedBytes(sacLayout(spec, { ...settings, batchSize }).plan)
  return [...batchOf(bytesOf(1), bytesOf(settings.batchSize)), bufferOf(replayBytes(sacReplay(spec, settings)))]
}

/** Writes everything but weights that a learner reads before it has written it, and copies the weights of the critics to the targets. */
export const startSac = (memory: Arena, at: SacLayout, polyak: number): void => {
  for (const clock of at.clocks) startClock(memory, clock)
  startTemperature(memory, at.temperature, at.temperatureClock)
  startActor(memory, at.actor, at.temperature.initial, at.rows)
  startTarget(memory, at.targets, at.critics)
  startTwins(memory, at.twins, at.betas)
  startSteps(memory, at.actorStep, at.betas)
  memory.f64[at.polyak] = polyak
  memory.f64[at.one] = 1
}
