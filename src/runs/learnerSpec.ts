/** The shapes of what a run's learner sees. */
import type { Spec } from '../types.js'
import type { RunSettings } from './config.js'

/** What the learner of a run sees of a world: with `appendTime` one observed component more. Loads the operator in that case alone. */
export const learnerSpec = async ({ appendTime }: Pick<RunSettings, 'appendTime'>, spec: Spec): Promise<Spec> => {
  if (!appendTime) return spec
  const { specWithTime } = await import('../../operators/appendTime.js')
  return specWithTime(spec)
}
