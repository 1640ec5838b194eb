/** The work on the second critic in an update, as jobs that a second thread can do. */
import type { Job } from '../../kernels/jobs.js'
import { moveTarget } from '../parts/twinCritics.js'
import { gatherCritic, takeCritic, valueAhead, valueHere } from '../parts/twinRows.js'
import type { Td3Layout } from './td3Layout.js'

/** What is computed with the second critic. */
export type CriticJob = 'ahead' | 'here' | 'gradient' | 'step' | 'follow'

/** The jobs, by name; each reads and writes what stands at the tapes of its line. */
export const criticJobs = ({ twins, critics, targets, polyak }: Td3Layout): Readonly<Record<CriticJob, Job>> => ({
  /** Its slow copy's values at the next observations. */
  ahead: (run) => valueAhead(run, twins.Q2),
  /** Its values at the observations. */
  here: (run) => valueHere(run, twins.Q2),
  /** Its gradients. */
  gradient: (run) => gatherCritic(run, twins.Q2),
  /** The optimizer's step by these gradients. */
  step: (run) => takeCritic(run, twins.Q2),
  /** Its slow copy follows it. */
  follow: (run) => moveTarget(run, targets.Q2, critics.Q2, polyak),
})
