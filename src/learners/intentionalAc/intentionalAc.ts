/**
 * Intentional AC(λ) (Sharifnassab, Elsayed, De Asis, Mahmood and Sutton 2026): one actor step and one critic step along eligibility traces
 * from each transition, as it comes, of the sizes with which estimates move as far as intended. The published program's order and cases are
 * kept; `docs/intentional-ac.md` numbers every detail with its origin.
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
import { checkIntentional, readyIntentional, sizeIntentional, takeIntentional } from '../parts/intentional.js'
import { measure } from '../parts/layerGradients.js'
import { namedJobs } from '../parts/namedJobs.js'
import { drawnPolicy } from '../parts/drawnPolicy.js'
import { actNormally, climb, describeNormal } from '../parts/normalActor.js'
import type { NormalAction } from '../parts/normalTape.js'
import { parameterViews } from '../parts/parameterViews.js'
import { forward } from '../parts/passes.js'
import { plannedArena, plannedBytes } from '../parts/plan.js'
import { commit, stage } from '../parts/staged.js'
import { capTdError, checkCap } from '../parts/tdErrorCap.js'
import { clearReach, clearTraces } from '../parts/traces.js'
import { criticJobs } from './intentionalAcCritic.js'
import { startIntentionalAc, intentionalAcLayout } from './intentionalAcLayout.js'
import { checkIntentionalAc, intentionalAcDefaults, type IntentionalAcSettings } from './intentionalAcSettings.js'

/** What one update saw, from before the weights moved, and how far it moved them. */
export interface IntentionalAcReport {
  /** V(o). */
  readonly value: number
  /** R + γ V(o'), or R where the task ended. */
  readonly target: number
  /** δ = target - value. */
  readonly tdError: number
  /** δc, which is δ unless that is many times as large as is usual. */
  readonly cappedTdError: number
  /** -log π(A|o) by the weights that were just about to move: one draw's worth of entropy. */
  readonly entropy: number
  /** The step size of the actor; weights moved by it times δc / m̂ z/D. */
  readonly actorStep: number
  /** That of the critic; weights moved by it times δc z/D. */
  readonly criticStep: number
}

/** A Intentional AC learner. */
export interface IntentionalAcLearner extends ArenaLearner<NormalAction, IntentionalAcReport> {}

/**
 * Makes a Intentional AC learner for a world's shapes.
 *
 * Memory: weights, traces, mean squares of gradients, and the running means of curvatures and of TD errors, in one arena that `update`
 * advances in place. `sample` and `update` allocate nothing but the record that they return. With two threads both work on the arena: the
 * second one moves the critic's traces and weights (`intentionalAcCritic.ts`).
 * Numbers: actions have no bounds; the world clips them, and log π is that of the action as it was drawn. `update` is a function of the
 * transition's values, of the weights and of the traces: it takes the action anew from the transition's observation and noise with the
 * present weights, and holds it still. Both gradients are taken before either network moves. Weights, traces and mean
 * squares are floats, running means doubles.
 * Random numbers: `sample` calls `random.normal` once, for an action-sized vector; `update` draws none.
 * Fails: RangeError for a setting out of range, TypeError for a second thread where there is none; NotFiniteError for a number that
 * is not finite or would not be once it is squared and stored, before weights or traces have changed; RangeError for a snapshot that
 * is none of this learner's, before anything is restored; Error when the second thread has ended.
 */
export const intentionalAc = (spec: LearnerSpec, settings: IntentionalAcSettings): IntentionalAcLearner => {
  const all = { ...intentionalAcDefaults, ...settings }
  checkIntentionalAc(spec, all)
  const { discount, entropyCoefficient, random, threads = 1 } = all
  const bind = bindKernels[kernelsHome('intentionalAc', all)]
  const at = intentionalAcLayout(spec, all)
  checkBytes('intentionalAc', all.hidden, plannedBytes(at.plan))
  const { observations, actor, critic, present, here, ahead, entropyWeight, cap, actorStep, criticStep } = at
  const steps = [actorStep, criticStep]
  const openJobs = namedJobs(at.plan, threads, criticJobs(at))

  const memory = plannedArena(at.plan, threads === 2)
  const { f32, f64 } = memory
  const kernels = bind(memory)
  const views = parameterViews(f32, [actor.net, critic])
  drawWeights(bind, memory, [actor.net, critic], all.initialization)
  startIntentionalAc(memory, at, all)
  const { jobs, finishAll, close } = openJobs(memory, kernels)
  const draws = drawsOf(random)
  const policy = drawnPolicy({
    owner: 'intentionalAc',
    observation: spec.observation,
    memory,
    actions: actor.actions,
    on: present,
    act: () => actNormally(kernels, memory, actor, present),
    draws,
    keepsPass: all.forwardCache ?? true,
  })

  const learn = (transition: Transition<NormalAction>, moved: () => void): IntentionalAcReport => {
    const { observation, sampled, nextObservation, terminated } = transition
    const reward = sized('reward', transition.reward)
    const stepDiscount = terminated ? 0 : discount

    // The action of the present weights at o by the noise of A, and its log π(·|o): A itself, unless they moved after it was chosen.
    policy.retrace(observation, sampled)
    const logProbability = sized('logProbability', f64[present.logProbability])

    // V(o) and its gradient, by a second thread where there is one, and V(o').
    finishAll()
    writeInput('intentionalAc', f32, ahead.input, spec.observation, nextObservation, 'nextObservation')
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

    // δ = R + γ V(o') - V(o), and with this one taken in its cap and its usual size.
    const target = tdTarget(reward, stepDiscount, nextValue)
    const tdError = sized('tdError', target - value)
    stage(memory, at.trial)
    f64[cap.tdError] = tdError
    capTdError(memory, cap)
    f64[actorStep.traces.scalars + TraceScalar.delta] = f64[cap.relative]
    f64[criticStep.traces.scalars + TraceScalar.delta] = f64[cap.capped]

    // The gradient of log π + η sign(δ) H.
    f64[entropyWeight] = signedEntropyWeight(entropyCoefficient, tdError)
    climb(kernels, memory, actor, present, entropyWeight, at.actorGradients)
    measure(kernels, actorStep.traces.layers, actorStep.traces.extents)
    readyIntentional(memory, actorStep)
    jobs.gradient.finish()
    readyIntentional(memory, criticStep)

    // Everything is known and finite, and will be once it is stored; only now does anything move: z ← γλ z + g, w ← w + step δ z/D.
    jobs.trace.start()
    if (terminated) for (const { traces } of steps) clearReach(memory, traces)
    commit(memory, at.trial)
    takeIntentional(memory, kernels, actorStep)
    jobs.trace.finish()
    sizeIntentional(memory, criticStep)
    jobs.step.start()
    if (terminated) {
      clearTraces(kernels, actorStep.traces)
      jobs.clear.start()
    }
    moved()

    return {
      value,
      target,
      tdError,
      cappedTdError: f64[cap.capped],
      entropy: -logProbability,
      actorStep: f64[actorStep.step],
      criticStep: f64[criticStep.step],
    }
  }

  return arenaLearner({
    owner: 'intentionalAc',
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
      checkCap(owner, doubles, at.errors)
      for (const step of steps) checkIntentional(owner, step, { doubles, floats })
    },
    finishAll,
    close,
  })
}
