/** How a step is marked as the last of its episode. */
import type { TimeStep } from '../types.js'

/** `step` as the last of its episode; a flag that it has already stays, so that marks may be added in any order. */
export const markedLast = <T extends TimeStep>(step: T, flag: 'terminated' | 'truncated'): T =>
  step.kind === 'last' && step[flag] ? step : { ...step, kind: 'last', [flag]: true }
