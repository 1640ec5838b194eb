/**
 * Stream AC(λ) (Elsayed, Vasan and Mahmood 2024, algorithm 6): one actor step and one critic step along eligibility traces from each
 * transition, as it comes. The published program's order and cases are kept; `docs/stream-ac.md` numbers every detail with its origin.
 */
import { finite, sized } from '../../checks.js'
import { bindKernels } from '../../kernels/bindKernels.js'
import { kernelsHome } from '../../kernels/home.js'
import { TraceScalar } from '../../kernels/kernels.js'
import type { Transition } from '../../types.js'
import { signedEntropyWeight } from '../equations/signedEntropy.js'
import { tdTarget } from '../equations/tdTarget.js'
import { checkBytes } from '../learnerBytes.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { type ArenaLearner, arenaLearner } from '../parts/arenaLearner.js'
import { drawsOf } from '../parts/draws.js'
import { drawWeights } from '../parts/initialization.js'
import { writeInput } from '../parts/input.js'
import { measure } from '../parts/layerGradients.js'
import { namedJobs } from '../parts/namedJobs.js'
import { drawnPolicy } from '../parts/drawnPolicy.js'
import { actNormally, climb, describeNormal } from '../parts/normalActor.js'
import type { NormalAction } from '../parts/normalTape.js'
import { boundObgd, checkObgd, readyObgd, takeObgd } from '../parts/obgd.js'
import { parameterViews } from '../parts/parameterViews.js'
import { forward } from '../parts/passes.js'
import { plannedArena, plannedBytes } from '../parts/plan.js'
import { commit, stage } from '../parts/staged.js'
import { clearReach, clearTraces } from '../parts/traces.js'
import { criticJobs } from './streamAcCritic.js'
import { startStreamAc, streamAcLayout } from './streamAcLayout.js'
import { checkStreamAc, streamAcDefaults, type StreamAcSettings } from './streamAcSettings.js'

/** What one update saw, from before the weights moved, and how far it moved them. */
export interface StreamAcReport {
  /** V(o). */
  readonly value: number
  /** R + γ V(o'), or R where the target is cut. */
  readonly target: number
  /** δ = target - value. */
  readonly tdError: number
  /** -log π(A|o) by the weights that were just about to move: one draw's worth of entropy. */
  readonly entropy: number
  /** The effective step size of the actor: α, or less where that would overshoot. Weights moved by it times δ z. */
  readonly actorStep: number
  /** That of the critic. */
  readonly criticStep: number
}

/** A Stream AC learner. */
export interface StreamAcLearner extends ArenaLearner<NormalAction, StreamAcReport> {}

/**
 * Makes a Stream AC learner for a world's shapes.
 *
 * Memory: weights, traces and, of the adaptive form, mean squares and clocks, in one arena that `update` advances in place. `sample` and
 * `update` allocate nothing but the record that they return. With two threads both work on the arena: the second one moves the critic's
 * traces and weights (`streamAcCritic.ts`).
 * Numbers: actions have no bounds; the world clips them, and log π is that of the action as it was drawn. `update` is a function of the
 * transition's values, of the weights and of the traces: it takes the action anew from the transition's observation and noise with the
 * present weights, and holds it still. Both gradients are taken before either network moves. Weights and traces are floats.
 * Random numbers: `sample` calls `random.normal` once, for an action-sized vector; `update` draws none.
 * Fails: RangeError for a setting out of range, TypeError for a second thread where there is none; NotFiniteError for a number that
 * is not finite or would not be once it is squared and stored, before weights or traces have changed; RangeError for a snapshot that
 * is none of this learner's, before anything is restored; Error when the second thread has ended.
 */
export const streamAc = (spec: LearnerSpec, settings: StreamAcSettings): StreamAcLearner => {
  const all = { ...streamAcDefaults, ...settings }
  checkStreamAc(spec, all)
  const { discount, entropyCoefficient, bootstrapOnTruncation, random, threads = 1 } = all
  const bind = bindKernels[kernelsHome('streamAc', all)]
  const at = streamAcLayout(spec, all)
  checkBytes('streamAc', all.hidden, plannedBytes(at.plan))
  const { observations, actor, critic, present, here, ahead, entropyWeight, actorStep, criticStep } = at
  const steps = [actorStep, criticStep]
  const openJobs = namedJobs(at.plan, threads, criticJobs(at))

  const memory = plannedArena(at.plan, threads === 2)
  const { f32, f64 } = memory
  const kernels = bind(memory)
  const views = parameterViews(f32, [actor.net, critic])
  drawWeights(bind, memory, [actor.net, critic], all.initialization)
  startStreamAc(memory, at, all)
  const { jobs, finishAll, close } = openJobs(memory, kernels)
  const draws = drawsOf(random)
  const policy = drawnPolicy({
    owner: 'streamAc',
    observation: spec.observation,
    memory,
    actions: actor.actions,
    on: present,
    act: () => actNormally(kernels, memory, actor, present),
    draws,
    keepsPass: all.forwardCache ?? true,
  })

  const learn = (transition: Transition<NormalAction>, moved: () => void): StreamAcReport => {
    const { observation, sampled, nextObservation, terminated, truncated } = transition
    const reward = sized('reward', transition.reward)
    const ends = terminated || truncated
    const stepDiscount = terminated || (truncated && !bootstrapOnTruncation) ? 0 : discount

    // The action of the present weights at o by the noise of A, and its log π(·|o): A itself, unless they moved after it was chosen.
    policy.retrace(observation, sampled)
    const logProbability = sized('logProbability', f64[present.logProbability])

    // V(o) and its gradient, by a second thread where there is one, and V(o').
    finishAll()
    writeInput('streamAc', f32, ahead.input, spec.observation, nextObservation, 'nextObservation')
    f32.copyWithin(here.input, present.input, present.input + observations)
    jobs.value.start()
    jobs.gradient.start()
    let nextValue = 0
    if (stepDiscount !== 0) {
      forward(kernels, critic, ahead)
      nextValue = finite('nextValue', f32[ahead.output])
    }
    jobs.value.finish()
    const value = finite('value', f32[here.output])

    // δ = R + γ V(o') - V(o).
    const target = tdTarget(reward, stepDiscount, nextValue)
    const tdError = sized('tdError', target - value)
    f64[actorStep.traces.scalars + TraceScalar.delta] = tdError
    f64[criticStep.traces.scalars + TraceScalar.delta] = tdError

    // The gradient of log π + η sign(δ) H.
    f64[entropyWeight] = signedEntropyWeight(entropyCoefficient, tdError)
    climb(kernels, memory, actor, present, entropyWeight, at.actorGradients)
    measure(kernels, actorStep.traces.layers, actorStep.traces.extents)
    stage(memory, at.trial)
    readyObgd(memory, actorStep)
    jobs.gradient.finish()
    readyObgd(memory, criticStep)

    // Everything is known and finite, and will be once it is stored; only now does anything move: z ← γλ z + g, w ← w + step δ z.
    jobs.trace.start()
    if (ends) for (const { traces } of steps) clearReach(memory, traces)
    commit(memory, at.trial)
    takeObgd(memory, kernels, actorStep)
    jobs.trace.finish()
    boundObgd(memory, criticStep)
    jobs.step.start()
    if (ends) {
      clearTraces(kernels, actorStep.traces)
      jobs.clear.start()
    }
    moved()

    return {
      value,
      target,
      tdError,
      entropy: -logProbability,
      actorStep: f64[actorStep.step],
      criticStep: f64[criticStep.step],
    }
  }

  return arenaLearner({
    owner: 'streamAc',
    actor: describeNormal(actor),
    at,
    memory,
    kernels,
    threads,
    views,
    random,
    draws,
    policy,
    deciding: { net: actor.net, on: present },
    learn,
    checkDoubles: (owner, doubles, floats) => {
      for (const step of steps) checkObgd(owner, step, { doubles, floats })
    },
    finishAll,
    close,
  })
}
