/** Where everything of one IAC learner stands: two networks, their moments, its tapes, and a few doubles. Loads no kernel. */
import type { Arena } from '../../kernels/arena.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { actorCriticSteps, ADAM_DOUBLES, fusedStep, moments, startClock, startSteps } from '../parts/adam.js'
import { layerGradients } from '../parts/layerGradients.js'
import { network } from '../parts/network.js'
import { gradients, tape } from '../parts/passes.js'
import { newPlan, plannedBytes } from '../parts/plan.js'
import { scoreAt } from '../parts/score.js'
import { actorTape, squashedActor, startActor } from '../parts/squashedActor.js'
import { staged } from '../parts/staged.js'
import { SCALER_DOUBLES } from '../parts/tdErrorScaler.js'
import { tensorBytes } from '../tensorflow/tensorBytes.js'
import type { IacHyperparameters } from './iacSettings.js'

/** All offsets of one learner. */
export type IacLayout = ReturnType<typeof iacLayout>

/** The settings that decide it, and the steps that are laid out with it. */
export type IacLayoutSettings = Pick<
  IacHyperparameters,
  | 'hidden'
  | 'actorStepSize'
  | 'criticStepSize'
  | 'adamBeta1'
  | 'adamBeta2'
  | 'adamEpsilon'
  | 'normalizePenultimate'
  | 'logStdReading'
>

/** Lays a learner out. What is state stands first, floats and doubles alike; the rest is scratch. */
export const iacLayout = (spec: LearnerSpec, settings: IacLayoutSettings) => {
  const { hidden, logStdReading } = settings
  const observations = spec.observation.size
  const actions = spec.action.size
  const norm = settings.normalizePenultimate ? 'unit' : 'none'
  const betas = { beta1: settings.adamBeta1, beta2: settings.adamBeta2 }
  const plan = newPlan()
  const { floats, doubles } = plan

  // Clock and statistics, and a copy of them: an update advances the copy and puts it in their place when nothing was refused.
  const clock = doubles.take(ADAM_DOUBLES)
  const statistics = doubles.take(SCALER_DOUBLES)
  const trial = staged(plan)
  const stepScale = doubles.take(1)

  const actor = squashedActor(plan, { observations, actions, hidden, norm, logStdReading })
  const heads = [{ name: 'value', size: 1 }]
  const critic = network(plan, { name: 'critic', inputs: observations, hidden, heads, norm })
  const weightFloats = floats.size
  const behind = moments(plan, betas)
  const stateFloats = floats.size

  // The actor at this step's observation; the critic at this one and at the next.
  const present = actorTape(plan, actor)
  const [here, ahead] = [tape(plan, critic), tape(plan, critic)]
  const actorGradients = gradients(plan, actor.net)
  const criticGradients = gradients(plan, critic)

  // One clock serves both optimizers; each has scalars of its own, since they may step at the same time.
  const { acting, judging } = actorCriticSteps(settings, {
    moments: behind,
    clock: trial.at + clock,
    scale: stepScale,
  })

  return {
    plan,
    observations,
    actor,
    critic,
    betas,
    weightFloats,
    stateFloats,
    stateDoubles: trial.size,
    stepScale,
    secondMoments: behind.second,
    clock,
    trial,
    scaler: trial.at + statistics,
    score: scoreAt(plan),
    present,
    here,
    ahead,
    actorGradients,
    criticGradients,
    actorStep: fusedStep(plan, acting, layerGradients(actor.net, present, actorGradients)),
    criticStep: fusedStep(plan, judging, layerGradients(critic, here, criticGradients)),
  }
}

/** Bytes of a learner: weights and moments, and what the passes of an update leave behind. */
export const iacBytes = (spec: LearnerSpec, settings: IacLayoutSettings): number =>
  plannedBytes(iacLayout(spec, settings).plan)

/** Bytes of a learner on TensorFlow.js at its most: within an update. */
export const iacTensorFlowBytes = (spec: LearnerSpec, settings: IacLayoutSettings): number =>
  tensorBytes({ weights: iacLayout(spec, settings).weightFloats }, settings.adamBeta1)

/** Writes everything but weights that a learner reads before it has written it; η is that of the actor's loss. */
export const startIac = (memory: Arena, at: IacLayout, entropyCoefficient: number): void => {
  startActor(memory, at.actor, entropyCoefficient, 1)
  startClock(memory, at.clock)
  startSteps(memory, at.actorStep, at.betas)
  startSteps(memory, at.criticStep, at.betas)
  // ∂V/∂V, where the backward pass of the critic begins.
  memory.f32[at.criticGradients.output] = 1
}
