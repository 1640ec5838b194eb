/** The time in the episode, as a policy sees it behind the components of an observation. */
import { appended, type AppendedComponent } from './streams/appended.js'
import type { Observation } from './types.js'

/**
 * The observation and the time in the episode behind it, as a new Float64Array.
 *
 * Numbers: after `actions` actions of the episode, max(actions - 1, 0) / limit - 0.5.
 */
export const withTime = (observation: Observation, actions: number, limit: number): Float64Array => {
  const longer = appended(observation, 1)
  longer[longer.length - 1] = Math.max(actions - 1, 0) / limit - 0.5
  return longer
}

/** The component that is appended: from -0.5 without an upper bound. */
export const timeComponent: AppendedComponent = { name: 'time in the episode', unit: '1', low: -0.5, high: Infinity }
