/** How an observation, and the spec of one, grows by components. */
import type { Observation, Spec, VectorSpec } from '../types.js'

/** A component that is appended to observations: its name, its SI unit (`1` where it has none) and its bounds. */
export interface AppendedComponent {
  readonly name: string
  readonly unit: string
  readonly low: number
  readonly high: number
}

/** The observation and `count` zeros after it, as a new Float64Array. */
export const appended = (observation: Observation, count: number): Float64Array => {
  const longer = new Float64Array(observation.length + count)
  for (let i = 0; i < observation.length; i++) longer[i] = observation[i]
  return longer
}

/** The spec with these components at the end of its observation. */
export const specWithAppended = (spec: Spec, components: readonly AppendedComponent[]): Spec => {
  const { size, low, high, names, units } = spec.observation
  const observation: VectorSpec = {
    size: size + components.length,
    low: [...low, ...components.map((component) => component.low)],
    high: [...high, ...components.map((component) => component.high)],
    names: [...names, ...components.map(({ name }) => name)],
    units: [...units, ...components.map(({ unit }) => unit)],
  }
  return { ...spec, observation }
}
