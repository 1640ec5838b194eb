/** The critics' work in an update. What is done with the first one are jobs, which a second thread can do; the second one's is the same. */
import type { ConstantKernels, Job } from '../../kernels/jobs.js'
import { takeFused } from '../parts/adam.js'
import { measure } from '../parts/layerGradients.js'
import { backward, backwardToInput, forward } from '../parts/passes.js'
import { moveTarget } from '../parts/twinCritics.js'
import type { Sac1Layout } from './sac1Layout.js'

/** One of two critics, by its place. */
export type Which = 0 | 1

/** What is computed with a critic or its target. */
export interface CriticWork {
  /** Q at `taken`, its gradients and their extents. */
  readonly value: Job
  /** The target's Q at `ahead`. */
  readonly lookAhead: Job
  /** The optimizer's step by those gradients. */
  readonly step: Job
  /** Q at `chosen`. */
  readonly revalue: Job
}

/** The work of one critic. */
export const criticWork = (at: Sac1Layout, which: Which): CriticWork => {
  const name = which === 0 ? 'Q1' : 'Q2'
  const [critic, target] = [at.critics[name], at.targets[name]]
  const [taken, by, step] = [at.taken[which], at.takenGradients[which], at.criticSteps[which]]
  const [ahead, chosen] = [at.ahead[which], at.chosen[which]]
  return {
    value: (run) => {
      forward(run, critic, taken)
      backward(run, critic, taken, by)
      measure(run, step.layers, step.extents)
    },
    lookAhead: (run) => forward(run, target, ahead),
    step: (run) => takeFused(run, step),
    revalue: (run) => forward(run, critic, chosen),
  }
}

/** The jobs of the second thread: the work of the first critic, and moving both targets. */
export const criticJobs = (at: Sac1Layout): Readonly<Record<keyof CriticWork | 'follow', Job>> => ({
  ...criticWork(at, 0),
  follow: (run) => moveTarget(run, at.targets, at.critics, at.polyak),
})

/** ∂Q/∂a of one critic at `chosen`. */
export const throughCritic = (run: ConstantKernels, at: Sac1Layout, which: Which): void => {
  const critic = which === 0 ? at.critics.Q1 : at.critics.Q2
  const { chosen, chosenGradients, observations, actions, actionGradient } = at
  backward(run, critic, chosen[which], chosenGradients)
  backwardToInput(run, critic, chosen[which], observations, actions, chosenGradients, actionGradient)
}
