/** The critics' work in an update. A second thread can do that of the first critic as jobs, while the caller's does that of the second. */
import type { ConstantKernels, Job } from '../../kernels/jobs.js'
import { takeFused } from '../parts/adam.js'
import { measure } from '../parts/layerGradients.js'
import { backward, backwardToInput, forward } from '../parts/passes.js'
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
  /** Q at `chosen`, after the step; the target follows in the same pass. */
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
    revalue: (run) => forward(run, critic, chosen, at.follower),
  }
}

/** ∂Q/∂a of one critic at `chosen`. */
export const throughCritic = (run: ConstantKernels, at: Sac1Layout, which: Which): void => {
  const critic = which === 0 ? at.critics.Q1 : at.critics.Q2
  const { chosen, chosenGradients, observations, actions, actionGradient } = at
  backward(run, critic, chosen[which], chosenGradients)
  backwardToInput(run, critic, chosen[which], observations, actions, chosenGradients, actionGradient)
}
