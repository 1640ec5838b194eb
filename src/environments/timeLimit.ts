/** What an episode's limit of steps means for learning, where published programs treat it in different ways. */
import { oneOf } from '../edge/codecs.js'
import { field } from '../edge/settings.js'

/** How the last step of an episode that ends by its limit is marked. */
export type TimeLimit = 'terminated' | 'truncated'

/**
 * The option of how an episode ends at its limit: `terminated` cuts bootstrapping as at a goal, which is how some published programs treat it;
 * `truncated` bootstraps.
 */
export const timeLimitField = (published: TimeLimit) =>
  field(oneOf(['terminated', 'truncated']), {
    default: published,
    about: "an episode's end by its limit of steps: terminated (no bootstrapping) or truncated",
    origin: 'program of Vasan et al.',
  })

/** How a step is marked; `isLast` says whether it is the last one within the limit, or beyond it. A goal at the limit is a goal. */
export const endsOf = (
  timeLimit: TimeLimit,
  terminated: boolean,
  isLast: boolean,
): { readonly terminated: boolean; readonly truncated: boolean } =>
  timeLimit === 'terminated'
    ? { terminated: terminated || isLast, truncated: false }
    : { terminated, truncated: isLast }
