/** The critic's work in a minibatch, as jobs that a second thread can do. */
import type { Job } from '../../kernels/jobs.js'
import { storeGradients } from '../parts/layerGradients.js'
import { backward, forward } from '../parts/passes.js'
import type { PpoLayout } from './ppoLayout.js'

/** What is computed with the critic. */
export type CriticJob = 'values' | 'gradients'

/** The jobs, by name; each reads and writes what stands at the tapes of its line. */
export const criticJobs = ({
  critic,
  judging,
  criticGradients,
  criticLayers,
  stored,
}: PpoLayout): Readonly<Record<CriticJob, Job>> => ({
  /** V of every row at `judging`. */
  values: (run) => forward(run, critic, judging),
  /** The gradients of its weights, from those by the values. */
  gradients: (run) => {
    backward(run, critic, judging, criticGradients)
    storeGradients(run, criticLayers, stored)
  },
})
