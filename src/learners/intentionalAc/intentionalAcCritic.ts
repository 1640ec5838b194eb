/** The critic's work in an update, as jobs that a second thread can do. */
import type { Job } from '../../kernels/jobs.js'
import { moveIntentional } from '../parts/intentional.js'
import { measure } from '../parts/layerGradients.js'
import { backward, forward } from '../parts/passes.js'
import { clearTraces, moveTraces } from '../parts/traces.js'
import type { IntentionalAcLayout } from './intentionalAcLayout.js'

/** What is computed with the critic. */
export type CriticJob = 'value' | 'gradient' | 'trace' | 'step' | 'clear'

/** The jobs, by name; each reads and writes what stands at the tapes of its line. */
export const criticJobs = ({
  critic,
  criticStep,
  here,
  criticGradients,
}: IntentionalAcLayout): Readonly<Record<CriticJob, Job>> => ({
  /** V at `here`. */
  value: (run) => forward(run, critic, here),
  /** Its gradients, and their extents. */
  gradient: (run) => {
    backward(run, critic, here, criticGradients)
    measure(run, criticStep.traces.layers, criticStep.traces.extents)
  },
  /** The traces by these gradients, and the sums of squares. */
  trace: (run) => moveTraces(run, criticStep.traces),
  /** The optimizer's step along the traces. */
  step: (run) => moveIntentional(run, criticStep),
  /** No traces, for the next episode. */
  clear: (run) => clearTraces(run, criticStep.traces),
})
