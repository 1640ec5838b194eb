/** Marks a step as the last of its episode. */
import type { TimeStep } from '../types.js'

/** `step` as the last of its episode; it keeps a flag that it has already, so that the order of marks does not matter. */
export const markedLast = <T extends TimeStep>(step: T, flag: 'terminated' | 'truncated'): T =>
  step.kind === 'last' && step[flag] ? step : { ...step, kind: 'last', [flag]: true }
