/** Where everything of one Stream AC learner stands: two networks, their traces, its tapes, and a few doubles. Loads no kernel. */
import type { Arena } from '../../kernels/arena.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { layerGradients } from '../parts/layerGradients.js'
import { network, startNetwork } from '../parts/network.js'
import { normalActor, normalActorTape } from '../parts/normalActor.js'
import { obgd, OBGD_DOUBLES, startObgd } from '../parts/obgd.js'
import { gradients, tape } from '../parts/passes.js'
import { newPlan, plannedBytes } from '../parts/plan.js'
import { commit, staged } from '../parts/staged.js'
import { tracesAt } from '../parts/traces.js'
import type { StreamAcHyperparameters } from './streamAcSettings.js'

/** All offsets of one learner. */
export type StreamAcLayout = ReturnType<typeof streamAcLayout>

/** The settings that decide it, and the steps that are laid out with it. */
export type StreamAcLayoutSettings = Pick<
  StreamAcHyperparameters,
  'hidden' | 'stepSize' | 'actorKappa' | 'criticKappa' | 'optimizer' | 'sparsity'
>

/** Lays a learner out. What is state stands first, floats and doubles alike; the rest is scratch. */
export const streamAcLayout = (spec: LearnerSpec, settings: StreamAcLayoutSettings) => {
  const { hidden, stepSize, actorKappa, criticKappa, optimizer, sparsity } = settings
  const observations = spec.observation.size
  const actions = spec.action.size
  const norm = 'layer'
  const initialization = { kind: 'sparse', zeros: sparsity } as const
  const plan = newPlan()
  const { floats, doubles } = plan

  // The doubles of both optimizers, and a copy of them: an update advances the copy and puts it in their place when nothing was refused.
  const steps = { actor: doubles.take(OBGD_DOUBLES), critic: doubles.take(OBGD_DOUBLES) }
  const trial = staged(plan)
  const stepScale = doubles.take(1)

  const actor = normalActor(plan, { observations, actions, hidden, norm, initialization })
  const heads = [{ name: 'value', size: 1 }]
  const critic = network(plan, { name: 'critic', inputs: observations, hidden, heads, norm, initialization })
  const weightFloats = floats.size
  const behind = tracesAt(plan, optimizer === 'obgd' ? 'plain' : 'adaptive')
  const stateFloats = floats.size

  // The actor at this step's observation; the critic at this one and at the next.
  const present = normalActorTape(plan, actor)
  const [here, ahead] = [tape(plan, critic), tape(plan, critic)]
  const actorGradients = gradients(plan, actor.net)
  const criticGradients = gradients(plan, critic)
  const stateOf = (state: number) => ({ state, trial: trial.at + state, scale: stepScale })
  const acting = { name: 'actor', stepSize, kappa: actorKappa, ...stateOf(steps.actor) }
  const judging = { name: 'critic', stepSize, kappa: criticKappa, ...stateOf(steps.critic) }

  return {
    plan,
    observations,
    actor,
    critic,
    weightFloats,
    stateFloats,
    stateDoubles: trial.size,
    stepScale,
    secondMoments: behind.kind === 'plain' ? null : behind.second,
    trial,
    present,
    here,
    ahead,
    actorGradients,
    criticGradients,
    /** η sign(δ), a double. */
    entropyWeight: doubles.take(1),
    actorStep: obgd(plan, acting, actor.net, layerGradients(actor.net, present, actorGradients), behind),
    criticStep: obgd(plan, judging, critic, layerGradients(critic, here, criticGradients), behind),
  }
}

/** Bytes of a learner: weights, traces and mean squares, and what the passes of an update leave behind. */
export const streamAcBytes = (spec: LearnerSpec, settings: StreamAcLayoutSettings): number =>
  plannedBytes(streamAcLayout(spec, settings).plan)

/** Writes everything but weights that a learner reads before it has written it. */
export const startStreamAc = (
  memory: Arena,
  at: StreamAcLayout,
  settings: Pick<StreamAcHyperparameters, 'discount' | 'traceDecay' | 'beta2' | 'epsilon'>,
): void => {
  const { discount, traceDecay, beta2, epsilon } = settings
  startNetwork(memory, at.actor.net)
  startNetwork(memory, at.critic)
  for (const step of [at.actorStep, at.criticStep])
    startObgd(memory, step, { decay: discount * traceDecay, beta2, epsilon })
  // The steps' clocks are those of the copy.
  commit(memory, at.trial)
  // ∂V/∂V, where the backward pass of the critic begins.
  memory.f32[at.criticGradients.output] = 1
}
