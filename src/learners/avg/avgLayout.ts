/** Where everything of one AVG learner stands: two networks, their moments, its tapes, and a few doubles. Loads no kernel. */
import type { Arena } from '../../kernels/arena.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { actorCriticSteps, ADAM_DOUBLES, fusedStep, moments, startClock, startSteps } from '../parts/adam.js'
import { layerGradients } from '../parts/layerGradients.js'
import { network } from '../parts/network.js'
import { gradients, tape } from '../parts/passes.js'
import { newPlan } from '../parts/plan.js'
import { scoreAt } from '../parts/score.js'
import { actorTape, squashedActor, startActor } from '../parts/squashedActor.js'
import { staged } from '../parts/staged.js'
import { SCALER_DOUBLES } from '../parts/tdErrorScaler.js'
import { startTarget } from '../parts/twinCritics.js'
import type { AvgSwitches } from './avgSettings.js'
import type { AvgHyperparameters } from './publishedSettings.js'

/** All offsets of one learner. */
export type AvgLayout = ReturnType<typeof avgLayout>

/** The settings that decide it, and the steps that are laid out with it. */
export type AvgLayoutSettings = Pick<AvgHyperparameters, 'hidden' | 'adamBeta1' | 'actorStepSize' | 'criticStepSize'> &
  Pick<
    AvgSwitches,
    'adamBeta2' | 'adamEpsilon' | 'normalizePenultimate' | 'logStdReading' | 'gradient' | 'targetPolyak'
  >

/** Lays a learner out. What is state stands first, floats and doubles alike; the rest is scratch. */
export const avgLayout = (spec: LearnerSpec, settings: AvgLayoutSettings) => {
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
  const heads = [{ name: 'q', size: 1 }]
  const judge = { inputs: observations + actions, hidden, heads, norm } as const
  const critic = network(plan, { ...judge, name: 'critic' })
  const weightFloats = floats.size
  const behind = moments(plan, betas)
  // A target network moves by averaging and has no moments.
  const target = settings.targetPolyak > 0 ? network(plan, { ...judge, name: 'target' }) : null
  const stateFloats = floats.size

  // The actor at this step's observation and at the next one; the critic at the action that was taken, at the one that the present
  // weights would take, and at the next one.
  const [present, next] = [actorTape(plan, actor), actorTape(plan, actor)]
  const [taken, chosen, ahead] = [tape(plan, critic), tape(plan, critic), tape(plan, critic)]
  const actorGradients = gradients(plan, actor.net)
  const takenGradients = gradients(plan, critic)
  const chosenGradients = gradients(plan, critic)
  /** ∂Q/∂a, shape `[action.size]`. */
  const actionGradient = floats.take(actions)

  // One clock serves both optimizers; each has scalars of its own, since they may step at the same time.
  const { acting, judging } = actorCriticSteps(settings, {
    moments: behind,
    clock: trial.at + clock,
    scale: stepScale,
  })

  return {
    plan,
    observations,
    actions,
    actor,
    critic,
    target,
    /** The double τ, where there is a target network. */
    polyak: target === null ? 0 : doubles.take(1),
    /** What the likelihood-ratio gradient reads, where it is chosen. */
    score: settings.gradient === 'likelihood-ratio' ? scoreAt(plan) : null,
    betas,
    weightFloats,
    stateFloats,
    stateDoubles: trial.size,
    stepScale,
    secondMoments: behind.second,
    clock,
    trial,
    scaler: trial.at + statistics,
    present,
    next,
    taken,
    chosen,
    ahead,
    actorGradients,
    takenGradients,
    chosenGradients,
    actionGradient,
    actorStep: fusedStep(plan, acting, layerGradients(actor.net, present, actorGradients)),
    criticStep: fusedStep(plan, judging, layerGradients(critic, taken, takenGradients)),
  }
}

/** Writes everything that a learner reads before it has written it, but for the weights of actor and critic, which are drawn before. */
export const startAvg = (memory: Arena, at: AvgLayout, entropyCoefficient: number, targetPolyak: number): void => {
  // The likelihood-ratio gradient has no entropy of its own: η is in the soft value of the action.
  startActor(memory, at.actor, at.score === null ? entropyCoefficient : 0, 1)
  if (at.target !== null) {
    startTarget(memory, at.target, at.critic)
    memory.f64[at.polyak] = targetPolyak
  }
  startClock(memory, at.clock)
  startSteps(memory, at.actorStep, at.betas)
  startSteps(memory, at.criticStep, at.betas)
  // ∂Q/∂Q, where both backward passes of the critic begin.
  memory.f32[at.takenGradients.output] = 1
  memory.f32[at.chosenGradients.output] = 1
}
