/** The recorded traces of the published program (test/golden/avg), and how to replay one. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { recordGolden } from '../../goldenTable.js'

/** A trace as its file has it. */
export interface Trace {
  readonly hyper: Record<string, number> & { readonly betas: readonly [number, number] }
  readonly args: { readonly hid: number; readonly obs: number; readonly act: number }
  readonly parameters: Record<string, readonly number[]>
  readonly initial?: Record<string, readonly number[]>
  readonly steps: readonly {
    readonly observation: readonly number[]
    readonly noise: readonly number[]
    readonly action: readonly number[]
    readonly logProb: number
    readonly reward: number
    readonly terminated: boolean
    readonly truncated: boolean
    readonly nextObservation: readonly number[]
    readonly nextNoise: readonly number[]
    readonly q: number
    readonly sigma: number
    readonly weightsAfter?: Record<string, readonly number[] | Ends>
  }[]
}
interface Ends {
  readonly sum: number
  readonly first: readonly number[]
  readonly last: readonly number[]
}

/** Their names. */
export const traces = ['small-beta0', 'small-beta09', 'full-width']

export const readTrace = (name: string): Trace =>
  JSON.parse(readFileSync(new URL(`../../golden/avg/${name}.json`, import.meta.url), 'utf8')) as Trace

/** A random number generator that says what it is told. */
export const scripted = () => {
  const lines: (readonly number[])[] = []
  return {
    say: (line: readonly number[]) => lines.push(line),
    left: () => lines.length,
    normal: (out: Float32Array) => out.set(lines.shift() ?? []),
    uniform: (): number => {
      throw new Error('nothing draws uniformly from the policy')
    },
  }
}

/** The weights that a trace begins with. */
export const initialOf = (trace: Trace): Record<string, ArrayLike<number>> =>
  trace.initial ??
  Object.fromEntries(
    Object.entries(trace.parameters).map(([name, shape], k) => {
      const size = shape.reduce((a, b) => a * b, 1)
      return [name, Float64Array.from({ length: size }, (_, i) => 0.15 * Math.sin(0.37 * i + k))]
    }),
  )

/**
 * Compares numbers with those of a recording. Within the tests of a published trace the worst difference goes into the table that ends
 * the output of the suite.
 */
export const expectClose = (got: ArrayLike<number>, want: ArrayLike<number>, bound: number, what: string): void => {
  expect(got.length, what).toBe(want.length)
  let worst = 0
  // Written so that NaN is no small difference.
  for (let i = 0; i < want.length; i++) worst = Math.abs(got[i] - want[i]) <= worst ? worst : Math.abs(got[i] - want[i])
  recordGolden(want.length, worst, bound)
  expect(worst, what).toBeLessThan(bound)
}
