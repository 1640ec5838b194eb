/** Means of what updates report, under the names that they report it. */
import type { RunningMean } from './metrics.js'

/** Running means of named scalars, each over the records that have it. */
export interface MeansByName {
  /** Takes in the numbers among the fields of a record; other fields are not scalars. */
  add(record: object): void
  /** The means so far. */
  state(): Readonly<Record<string, RunningMean>>
  clear(): void
}

const grown = (values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  const longer = new Float64Array(values.length + 1)
  longer.set(values)
  return longer
}

/**
 * Running means of named scalars.
 *
 * Memory: a double and a count for each name. `add` allocates nothing once the names are known.
 * Numbers: each mean moves by (x - mean) / count, in float64 and in the order of the records, so that the mean of large numbers is finite.
 */
export const meansByName = (before: Readonly<Record<string, RunningMean>>): MeansByName => {
  const names = Object.keys(before)
  const places = new Map(names.map((name, place) => [name, place]))
  let means = Float64Array.from(names, (name) => before[name].mean)
  let counts = Float64Array.from(names, (name) => before[name].count)

  const placeOf = (name: string): number => {
    const known = places.get(name)
    if (known !== undefined) return known
    places.set(name, names.push(name) - 1)
    means = grown(means)
    counts = grown(counts)
    return names.length - 1
  }
  return {
    add: (record) => {
      const values = record as Readonly<Record<string, unknown>>
      let next = 0
      for (const name in values) {
        const value = values[name]
        if (typeof value !== 'number') continue
        // Records of one kind have their fields in one order, so that the place is nearly always the next one.
        const place = names[next] === name ? next : placeOf(name)
        counts[place] += 1
        means[place] += (value - means[place]) / counts[place]
        next = place + 1
      }
    },
    state: () =>
      Object.fromEntries(
        names.flatMap((name, place) =>
          counts[place] === 0 ? [] : [[name, { mean: means[place], count: counts[place] }] as const],
        ),
      ),
    clear: () => {
      means.fill(0)
      counts.fill(0)
    },
  }
}
