/** Where everything of one Intentional AC learner stands: two networks, their traces, its tapes, and a few doubles. Loads no kernel. */
import type { Arena } from '../../kernels/arena.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { intentional, INTENTIONAL_DOUBLES, startIntentional } from '../parts/intentional.js'
import { layerGradients } from '../parts/layerGradients.js'
import { network, startNetwork } from '../parts/network.js'
import { normalActor, normalActorTape } from '../parts/normalActor.js'
import { gradients, tape } from '../parts/passes.js'
import { newPlan, plannedBytes } from '../parts/plan.js'
import { commit, staged } from '../parts/staged.js'
import { CAP_DOUBLES, startCap, tdErrorCap } from '../parts/tdErrorCap.js'
import { tracesAt } from '../parts/traces.js'
import type { IntentionalAcHyperparameters } from './intentionalAcSettings.js'

/** All offsets of one learner. */
export type IntentionalAcLayout = ReturnType<typeof intentionalAcLayout>

/** The settings that decide it, and the steps that are laid out with it. */
export type IntentionalAcLayoutSettings = Pick<
  IntentionalAcHyperparameters,
  'hidden' | 'actorFraction' | 'criticFraction' | 'clipMultiple' | 'deltaDecay' | 'sparsity'
>

/** Lays a learner out. What is state stands first, floats and doubles alike; the rest is scratch. */
export const intentionalAcLayout = (spec: LearnerSpec, settings: IntentionalAcLayoutSettings) => {
  const { hidden, actorFraction, criticFraction, clipMultiple, deltaDecay, sparsity } = settings
  const observations = spec.observation.size
  const actions = spec.action.size
  const norm = 'layer'
  const initialization = { kind: 'sparse', zeros: sparsity } as const
  const plan = newPlan()
  const { floats, doubles } = plan

  // The statistics of TD errors, those of both optimizers, and a copy of them: an update advances the copy and puts it in their place when
  // nothing was refused.
  const errors = doubles.take(CAP_DOUBLES)
  const steps = { actor: doubles.take(INTENTIONAL_DOUBLES), critic: doubles.take(INTENTIONAL_DOUBLES) }
  const trial = staged(plan)
  const stepScale = doubles.take(1)

  const actor = normalActor(plan, { observations, actions, hidden, norm, initialization })
  const heads = [{ name: 'value', size: 1 }]
  const critic = network(plan, { name: 'critic', inputs: observations, hidden, heads, norm, initialization })
  const weightFloats = floats.size
  const behind = tracesAt(plan, 'intentional')
  const stateFloats = floats.size

  // The actor at this step's observation; the critic at this one and at the next.
  const present = normalActorTape(plan, actor)
  const [here, ahead] = [tape(plan, critic), tape(plan, critic)]
  const actorGradients = gradients(plan, actor.net)
  const criticGradients = gradients(plan, critic)
  const stateOf = (state: number) => ({ state, trial: trial.at + state, scale: stepScale })
  const acting = { name: 'actor', fraction: actorFraction, ...stateOf(steps.actor) }
  const judging = { name: 'critic', fraction: criticFraction, ...stateOf(steps.critic) }

  return {
    plan,
    observations,
    actor,
    critic,
    weightFloats,
    stateFloats,
    stateDoubles: trial.size,
    stepScale,
    secondMoments: behind.second,
    trial,
    errors,
    present,
    here,
    ahead,
    actorGradients,
    criticGradients,
    /** η sign(δ), a double. */
    entropyWeight: doubles.take(1),
    cap: tdErrorCap(plan, { multiple: clipMultiple, decay: deltaDecay, at: trial.at + errors }),
    actorStep: intentional(plan, acting, actor.net, layerGradients(actor.net, present, actorGradients), behind),
    criticStep: intentional(plan, judging, critic, layerGradients(critic, here, criticGradients), behind),
  }
}

/** Bytes of a learner: weights, traces and mean squares, and what the passes of an update leave behind. */
export const intentionalAcBytes = (spec: LearnerSpec, settings: IntentionalAcLayoutSettings): number =>
  plannedBytes(intentionalAcLayout(spec, settings).plan)

/** Writes everything but weights that a learner reads before it has written it. */
export const startIntentionalAc = (
  memory: Arena,
  at: IntentionalAcLayout,
  settings: Pick<IntentionalAcHyperparameters, 'discount' | 'traceDecay' | 'beta2' | 'epsilon'>,
): void => {
  const { discount, traceDecay, beta2, epsilon } = settings
  startNetwork(memory, at.actor.net)
  startNetwork(memory, at.critic)
  startCap(memory, at.cap)
  for (const step of [at.actorStep, at.criticStep]) {
    startIntentional(memory, step, { decay: discount * traceDecay, beta2, epsilon })
  }
  // All of these are in the copy.
  commit(memory, at.trial)
  // ∂V/∂V, where the backward pass of the critic begins.
  memory.f32[at.criticGradients.output] = 1
}
