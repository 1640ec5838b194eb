/** Specs of vectors, written component by component. */
import type { VectorSpec } from '../types.js'

/** A component's name, its SI unit (`1` if it has none) and its bounds. The default bounds are -Infinity and Infinity. */
export type Component = readonly [name: string, unit: string, low?: number, high?: number]

/** The spec of a vector with these components, in this order. */
export const components = (all: readonly Component[]): VectorSpec => ({
  size: all.length,
  low: all.map(([, , low = -Infinity]) => low),
  high: all.map(([, , , high = Infinity]) => high),
  names: all.map(([name]) => name),
  units: all.map(([, unit]) => unit),
})
