/** All that touches the critic's weights in an update, as jobs that a second thread can do. */
import type { ConstantKernels, Job } from '../../kernels/jobs.js'
import { takeFused } from '../parts/adam.js'
import { measure } from '../parts/layerGradients.js'
import { backward, backwardToInput, forward, type Gradients, type Tape } from '../parts/passes.js'
import { moveTarget } from '../parts/twinCritics.js'
import type { AvgLayout } from './avgLayout.js'

/** What is computed with the critic. */
export type CriticJob = 'value' | 'lookAhead' | 'revalue' | 'step'

/** The jobs, by name; each reads and writes what stands at the tapes of its line. */
export const criticJobs = (at: AvgLayout): Readonly<Record<CriticJob, Job>> => {
  const { critic, target, score, criticStep, taken, chosen, ahead, takenGradients, chosenGradients } = at
  const valueAt = (run: ConstantKernels, on: Tape, into: Gradients): void => {
    forward(run, critic, on)
    backward(run, critic, on, into)
    if (score === null) backwardToInput(run, critic, on, at.observations, at.actions, into, at.actionGradient)
  }
  return {
    /** Q at `taken`, its gradients and their extents, and ∂Q/∂a, which the likelihood-ratio gradient does without. */
    value: (run) => {
      valueAt(run, taken, takenGradients)
      measure(run, criticStep.layers, criticStep.extents)
    },
    /** Q at `ahead`, by the target network where there is one. */
    lookAhead: (run) => forward(run, target ?? critic, ahead),
    /** Q at `chosen`, and by reparameterization its gradients and ∂Q/∂a. */
    revalue: (run) => {
      if (score === null) valueAt(run, chosen, chosenGradients)
      else forward(run, critic, chosen)
    },
    /** The optimizer's step by `takenGradients`, which the target network then follows. */
    step: (run) => {
      takeFused(run, criticStep)
      if (target !== null) moveTarget(run, target, critic, at.polyak)
    },
  }
}
