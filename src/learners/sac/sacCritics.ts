/** The critics' work in an update. A second thread can do that of Q2 as jobs, while the caller's does that of Q1. */
import type { Job } from '../../kernels/jobs.js'
import { backward, backwardToInput, forward } from '../parts/passes.js'
import { moveTarget } from '../parts/twinCritics.js'
import { gatherCritic, takeCritic, valueAhead, valueHere } from '../parts/twinRows.js'
import type { SacLayout } from './sacLayout.js'

/** What is computed with a critic or its target. */
export interface CriticWork {
  /** The target's values at the next observations. */
  readonly ahead: Job
  /** The critic's values at the observations and the actions that were taken. */
  readonly here: Job
  /** Its gradients. */
  readonly gradient: Job
  /** The optimizer's step by these gradients. */
  readonly step: Job
  /** Its values of the actions that were drawn anew. */
  readonly judge: Job
  /** ∂Q/∂a of the rows in which it is the lower one, 0 in the others. */
  readonly through: Job
  /** The target follows it. */
  readonly follow: Job
}

/** The work of one critic. */
export const criticWork = (at: SacLayout, which: 'Q1' | 'Q2'): CriticWork => {
  const { observations, actions, polyak } = at
  const rows = at.twins[which]
  const { critic, by } = rows
  const [target, judged, into] = [at.targets[which], at.judged[which], at.actionGradients[which]]
  return {
    ahead: (run) => valueAhead(run, rows),
    here: (run) => valueHere(run, rows),
    gradient: (run) => gatherCritic(run, rows),
    step: (run) => takeCritic(run, rows),
    judge: (run) => forward(run, critic, judged),
    through: (run) => {
      backward(run, critic, judged, by)
      backwardToInput(run, critic, judged, observations, actions, by, into)
    },
    follow: (run) => moveTarget(run, target, critic, polyak),
  }
}
