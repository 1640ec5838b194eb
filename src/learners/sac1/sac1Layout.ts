/** Where everything of one SAC-1 learner stands: five networks, moments, tapes, the temperature, and a few doubles. Loads no kernel. */
import type { Arena } from '../../kernels/arena.js'
import type { Job } from '../../kernels/jobs.js'
import { SquashScalar } from '../../kernels/kernels.js'
import type { LearnerSpec } from '../learnerSettings.js'
import {
  actorCriticSteps,
  ADAM_DOUBLES,
  checkClock,
  fusedStep,
  moments,
  startClock,
  startSteps,
  takeFused,
} from '../parts/adam.js'
import { checkClockAndScaler } from '../parts/clockAndScaler.js'
import { layerGradients } from '../parts/layerGradients.js'
import { loggedUndoAt } from '../parts/loggedUndo.js'
import { gradients, oneRow, tape } from '../parts/passes.js'
import { newPlan, plannedBytes } from '../parts/plan.js'
import { actorTape, drawnAnew, squashedActor, startActor } from '../parts/squashedActor.js'
import { staged } from '../parts/staged.js'
import { SCALER_DOUBLES } from '../parts/tdErrorScaler.js'
import { startTemperature, temperature, temperatureMoments, temperatureParameter } from '../parts/temperature.js'
import { moveTarget, startTarget, type TwinCritics, twinCritics } from '../parts/twinCritics.js'
import { undo } from '../parts/undo.js'
import type { Sac1Hyperparameters } from './sac1Settings.js'

/** All offsets of one learner. */
export type Sac1Layout = ReturnType<typeof sac1Layout>

/** Lays a learner out. What is state stands first, floats and doubles alike; the rest is scratch. */
export const sac1Layout = (spec: LearnerSpec, settings: Sac1Hyperparameters) => {
  const { hidden, logStdReading } = settings
  const observations = spec.observation.size
  const actions = spec.action.size
  const norm = settings.normalizePenultimate ? 'unit' : 'none'
  const betas = { beta1: settings.adamBeta1, beta2: settings.adamBeta2 }
  const plan = newPlan()
  const { floats, doubles } = plan

  // Clocks and statistics, and a copy of them: an update advances the copy and puts it in their place when nothing was refused.
  const clock = doubles.take(ADAM_DOUBLES)
  const statistics = doubles.take(SCALER_DOUBLES)
  const temperatureClock = doubles.take(ADAM_DOUBLES)
  const trial = staged(plan)
  const stepScale = doubles.take(1)

  const actor = squashedActor(plan, { observations, actions, hidden, norm, logStdReading })
  const judges = { inputs: observations + actions, hidden, norm, head: 'q' } as const
  const critics = twinCritics(plan, 'critic', judges)
  const logTemperature = temperatureParameter(plan)
  const weightFloats = floats.size
  const behind = moments(plan, betas)
  const temperatureBehind = temperatureMoments(plan, logTemperature, behind, settings)
  const targets = twinCritics(plan, 'target', judges)
  const stateFloats = floats.size

  // Inputs of both critics, [observation | action]. The actor reads the observation where they do, and puts its actions behind it: at this
  // step's observation an action that is drawn anew, and at the next one the next action.
  const inputs = observations + actions
  const [chosenInput, aheadInput] = [floats.take(inputs), floats.take(inputs)]
  const behindObservation = (input: number) => ({ action: input + observations, stride: inputs })
  const present = actorTape(plan, actor, oneRow, undefined, chosenInput)
  const anew = drawnAnew(plan, actor, present, behindObservation(chosenInput))
  const next = actorTape(plan, actor, oneRow, behindObservation(aheadInput), aheadInput)
  const actorGradients = gradients(plan, actor.net)
  const pair = (twins: TwinCritics, input: number) =>
    [tape(plan, twins.Q1, oneRow, input), tape(plan, twins.Q2, oneRow, input)] as const
  const chosen = pair(critics, chosenInput)
  // One of the two alone is passed backwards there.
  const chosenGradients = gradients(plan, critics.Q1)
  const ahead = pair(targets, aheadInput)
  /** ∂Q/∂a, shape `[action.size]`. */
  const actionGradient = floats.take(actions)
  // The critics at the action that was taken: the vectors of their steps, one behind the other.
  const vectorsAt = floats.size
  const takenInput = floats.take(inputs)
  const taken = pair(critics, takenInput)
  const takenGradients = [gradients(plan, critics.Q1), gradients(plan, critics.Q2)] as const
  const vectors = { at: vectorsAt, size: floats.size - vectorsAt }

  // One clock serves the actor and the critics; each has scalars of its own, since they may step at the same time.
  const { acting, judging } = actorCriticSteps(settings, {
    moments: behind,
    clock: trial.at + clock,
    scale: stepScale,
  })
  const scalarsAt = doubles.size
  const criticSteps = [
    fusedStep(plan, judging, layerGradients(critics.Q1, taken[0], takenGradients[0])),
    fusedStep(plan, judging, layerGradients(critics.Q2, taken[1], takenGradients[1])),
  ] as const
  const scalars = { at: scalarsAt, size: doubles.size - scalarsAt }
  /** The double τ. */
  const polyak = doubles.take(1)
  const moved = [...undo(plan, critics, behind), { ...targets, copy: floats.take(targets.size) }]
  const step: Job = (run) => {
    for (const each of criticSteps) takeFused(run, each)
    moveTarget(run, targets, critics, polyak)
  }

  return {
    plan,
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
    clock,
    temperatureClock,
    trial,
    scaler: trial.at + statistics,
    takenInput,
    present,
    anew,
    next,
    taken,
    chosen,
    ahead,
    actorGradients,
    takenGradients,
    chosenGradients,
    actionGradient,
    actorStep: fusedStep(plan, acting, layerGradients(actor.net, anew, actorGradients)),
    criticSteps,
    undo: loggedUndoAt(plan, { moved, vectors, scalars, step }),
    /** The targets, as the critics' passes move them. */
    follower: { apart: targets.at - critics.at, polyak },
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
    /** A double. */
    actorLoss: doubles.take(1),
    /** The double α, where the kernels of the actor read it. */
    alpha: actor.scalars + SquashScalar.entropyCoefficient,
  }
}

/** Bytes of a learner: weights and moments, what the passes of an update leave behind, and what it takes to undo a step. */
export const sac1Bytes = (spec: LearnerSpec, settings: Sac1Hyperparameters): number =>
  plannedBytes(sac1Layout(spec, settings).plan)

/** Writes everything but weights that a learner reads before it has written it, and copies the weights of the critics to the targets. */
export const startSac1 = (memory: Arena, at: Sac1Layout, polyak: number): void => {
  startTemperature(memory, at.temperature, at.temperatureClock)
  startActor(memory, at.actor, at.temperature.initial, 1)
  startTarget(memory, at.targets, at.critics)
  startClock(memory, at.clock)
  for (const step of [at.actorStep, ...at.criticSteps]) startSteps(memory, step, at.betas)
  memory.f64[at.follower.polyak] = polyak
  // ∂Q/∂Q, where the backward passes of the critics begin.
  for (const { output } of [...at.takenGradients, at.chosenGradients]) memory.f32[output] = 1
}

/**
 * Refuses doubles of a snapshot that no learner leaves behind.
 *
 * Fails: RangeError with the owner, the double and what came.
 */
export const checkSac1Doubles = (owner: string, doubles: ArrayLike<number>): void => {
  checkClockAndScaler(owner, doubles)
  checkClock(owner, doubles, ADAM_DOUBLES + SCALER_DOUBLES)
}
