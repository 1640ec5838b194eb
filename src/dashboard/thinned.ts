/** Rows of numbers over the steps of a run, in bounded memory: where there are too many, neighbors become one point. */

/** Numbers by name at a step. A number that is not finite is left out. */
export interface Row {
  /** Actions executed in the run. */
  readonly step: number
  readonly values: Readonly<Record<string, number>>
}

/** The values of one name in one point: how many, their mean, the lowest and the highest. */
export type Summary = readonly [count: number, mean: number, low: number, high: number]

/** Successive rows. */
export interface ThinnedPoint {
  /** The step of the last row. */
  readonly step: number
  readonly rows: number
  readonly values: Readonly<Record<string, Summary>>
}

/** All points so far, as plain data. */
export interface ThinnedState {
  /** Rows of a point; the last point may have fewer. */
  readonly span: number
  readonly points: readonly ThinnedPoint[]
}

/** Rows that are thinned. */
export interface Thinned {
  add(row: Row): void
  readonly state: ThinnedState
}

/** Without rows. */
export const emptyThinned: ThinnedState = { span: 1, points: [] }

const pointOf = ({ step, values }: Row): ThinnedPoint => ({
  step,
  rows: 1,
  values: Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => Number.isFinite(value))
      .map(([name, value]) => [name, [1, value, value, value] as const]),
  ),
})

const both = ([n, mean, low, high]: Summary, [m, other, lower, higher]: Summary): Summary => [
  n + m,
  mean + (other - mean) * (m / (n + m)),
  Math.min(low, lower),
  Math.max(high, higher),
]

const merged = (one: ThinnedPoint, next: ThinnedPoint): ThinnedPoint => {
  const values: Record<string, Summary> = { ...one.values }
  for (const [name, summary] of Object.entries(next.values)) {
    values[name] = values[name] === undefined ? summary : both(values[name], summary)
  }
  return { step: next.step, rows: one.rows + next.rows, values }
}

/**
 * Thins rows to at most `most` points, an even number: when there would be more, every two neighbors become one point.
 *
 * Memory: at most `most` points. Of equal rows, any two that begin with the same state have the same points: a page that receives the state
 * and then each row has what the server has.
 * Numbers: float64; each value counts once in its mean.
 */
export const thinned = (most: number, before: ThinnedState = emptyThinned): Thinned => {
  let { span } = before
  let points = [...before.points]
  return {
    add: (row) => {
      const point = pointOf(row)
      const last = points.at(-1)
      if (last !== undefined && last.rows < span) {
        points[points.length - 1] = merged(last, point)
        return
      }
      if (points.length >= most) {
        points = points.flatMap((each, i) => (i % 2 === 0 ? [merged(each, points[i + 1])] : []))
        span *= 2
        points.push(point)
        return
      }
      points.push(point)
    },
    get state() {
      return { span, points: [...points] }
    },
  }
}
