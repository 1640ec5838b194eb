/** The critic's work in an update, as jobs that a second thread can do. */
import type { Job } from '../../kernels/jobs.js'
import { takeFused } from '../parts/adam.js'
import { measure } from '../parts/layerGradients.js'
import { backward, forward } from '../parts/passes.js'
import type { IacLayout } from './iacLayout.js'

/** What is computed with the critic. */
export type CriticJob = 'value' | 'gradient' | 'step'

/** The jobs, by name; each reads and writes what stands at the tapes of its line. */
export const criticJobs = ({
  critic,
  criticStep,
  here,
  criticGradients,
}: IacLayout): Readonly<Record<CriticJob, Job>> => ({
  /** V at `here`. */
  value: (run) => forward(run, critic, here),
  /** Its gradients, and their extents. */
  gradient: (run) => {
    backward(run, critic, here, criticGradients)
    measure(run, criticStep.layers, criticStep.extents)
  },
  /** The optimizer's step by these gradients. */
  step: (run) => takeFused(run, criticStep),
})
