/** Where everything of one SAC-1 learner stands: five networks, moments, tapes, the temperature, and a few doubles. Loads no kernel. */
import type { Arena } from '../../kernels/arena.js'
import { SquashScalar } from '../../kernels/kernels.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { ADAM_DOUBLES, checkClock, fusedStep, moments, startClock, startSteps } from '../parts/adam.js'
import { reachOf } from '../parts/adamReach.js'
import { checkClockAndScaler } from '../parts/clockAndScaler.js'
import { undoAt } from '../parts/fusedUndo.js'
import { layerGradients } from '../parts/layerGradients.js'
import { gradients, tape } from '../parts/passes.js'
import { newPlan, plannedBytes } from '../parts/plan.js'
import { actorTape, drawnAnew, squashedActor, startActor } from '../parts/squashedActor.js'
import { staged } from '../parts/staged.js'
import { SCALER_DOUBLES } from '../parts/tdErrorScaler.js'
import { startTemperature, temperature, temperatureMoments, temperatureParameter } from '../parts/temperature.js'
import { startTarget, twinCritics } from '../parts/twinCritics.js'
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

  const actor = squashedActor(plan, { observations, actions, hidden, norm, logStdReading })
  const judges = { inputs: observations + actions, hidden, norm, head: 'q' } as const
  const critics = twinCritics(plan, 'critic', judges)
  const logTemperature = temperatureParameter(plan)
  const weightFloats = floats.size
  const behind = moments(plan, betas)
  const temperatureBehind = temperatureMoments(plan, logTemperature, behind, settings)
  const targets = twinCritics(plan, 'target', judges)
  const stateFloats = floats.size

  // The actor at this step's observation, with the action that was taken and one that is drawn anew, and at the next observation.
  const present = actorTape(plan, actor)
  const anew = drawnAnew(plan, actor, present)
  const next = actorTape(plan, actor)
  const actorGradients = gradients(plan, actor.net)
  // The critics at the action that was taken: the vectors of their steps, one behind the other.
  const vectorsAt = floats.size
  const taken = [tape(plan, critics.Q1), tape(plan, critics.Q2)] as const
  const takenGradients = [gradients(plan, critics.Q1), gradients(plan, critics.Q2)] as const
  const vectors = { at: vectorsAt, size: floats.size - vectorsAt }
  // At the action that is drawn anew, where one of them alone is passed backwards, and the targets at the next one.
  const chosen = [tape(plan, critics.Q1), tape(plan, critics.Q2)] as const
  const chosenGradients = gradients(plan, critics.Q1)
  const ahead = [tape(plan, targets.Q1), tape(plan, targets.Q2)] as const
  /** ∂Q/∂a, shape `[action.size]`. */
  const actionGradient = floats.take(actions)

  // One clock serves the actor and the critics; each has scalars of its own, since they may step at the same time.
  const adam = { moments: behind, clock: trial.at + clock, epsilon: settings.adamEpsilon, reach: reachOf(betas) }
  const acting = { ...adam, name: 'actor', stepSize: settings.actorStepSize }
  const judging = { ...adam, name: 'critic', stepSize: settings.criticStepSize }
  const criticSteps = [
    fusedStep(plan, judging, layerGradients(critics.Q1, taken[0], takenGradients[0])),
    fusedStep(plan, judging, layerGradients(critics.Q2, taken[1], takenGradients[1])),
  ] as const

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
    secondMoments: behind.second,
    clock,
    temperatureClock,
    trial,
    scaler: trial.at + statistics,
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
    undo: undoAt(plan, critics, behind, criticSteps, vectors),
    temperature: temperature(
      plan,
      { parameter: logTemperature, moments: temperatureBehind, clock: trial.at + temperatureClock, actions },
      settings,
    ),
    /** The double α, where the kernels of the actor read it. */
    alpha: actor.scalars + SquashScalar.entropyCoefficient,
    /** The double τ. */
    polyak: doubles.take(1),
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
  memory.f64[at.polyak] = polyak
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
