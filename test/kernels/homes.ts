import { expect } from 'vitest'
import { arena, type Arena } from '../../src/kernels/arena.js'
import type { Kernels } from '../../src/kernels/kernels.js'
import { typescriptKernels } from '../../src/kernels/typescript.js'
import { webAssemblyKernels } from '../../src/kernels/webassembly.js'
import { seeded } from '../../src/random.js'

/** Both homes of the kernels, by name: every kernel passes its tests in each of them. */
export const homes: readonly (readonly [string, (on: Arena) => Kernels])[] = [
  ['typescript', typescriptKernels],
  ['webassembly', webAssemblyKernels],
]

/** The greatest difference of two vectors, relative to the expected number where that is above 1; NaN if one of them has a NaN. */
export const difference = (got: ArrayLike<number>, want: ArrayLike<number>): number => {
  expect(got.length).toBe(want.length)
  let worst = 0
  for (let i = 0; i < want.length; i++) {
    const each = Object.is(got[i], want[i]) ? 0 : Math.abs(got[i] - want[i]) / (1 + Math.abs(want[i]))
    if (!(each <= worst)) worst = each
    if (Number.isNaN(each)) break
  }
  return worst
}

/** Some vectors laid out in a workbench. */
export interface Laid<Name extends string> {
  /** The offset of each vector. */
  readonly at: Readonly<Record<Name, number>>
  /** The numbers of a vector as they are now. */
  read(name: Name): Float64Array
  /** Stores the present floats, with which `wroteOnly` compares. */
  keep(): void
  /** Fails if a float was changed outside of these vectors and the scratch. */
  wroteOnly(...names: readonly Name[]): void
}

/**
 * One arena with its kernels, on which each case lays out its vectors: an instance for each case would be slow. Behind the vectors are
 * `scratch` floats, and nothing else.
 */
export const workbench = (bind: (on: Arena) => Kernels, floats: number, doubles = 64, scratch = 0) => {
  const memory = arena(floats + scratch + 1, doubles)
  const kernels = bind(memory)
  const { f32, f64 } = memory
  const behind = floats + scratch
  f32[behind] = 1
  const noise = new Float32Array(floats)
  seeded(7)('workbench').normal(noise)
  return {
    kernels,
    f32,
    f64,
    scratch: floats,
    /**
     * Lays vectors out from `shift` on, at most addresses that no vector of floats is aligned to, a float apart from one another.
     * All floats are normal numbers, the same ones each time.
     */
    lay: <Name extends string>(sizes: Readonly<Record<Name, number>>, shift = 1): Laid<Name> => {
      let end = shift
      const at = {} as Record<Name, number>
      for (const [name, size] of Object.entries<number>(sizes)) {
        at[name as Name] = end
        end += size + 1
      }
      expect(end).toBeLessThanOrEqual(floats)
      f32.set(noise.subarray(0, end))
      let before = noise
      return {
        at,
        read: (name) => Float64Array.from(f32.subarray(at[name], at[name] + sizes[name])),
        keep: () => (before = f32.slice(0, end)),
        wroteOnly: (...names) => {
          const strays: number[] = []
          const written = names.map((name) => [at[name], at[name] + sizes[name]] as const)
          for (let i = 0; i < end; i++) {
            if (!Object.is(f32[i], before[i]) && !written.some(([from, to]) => i >= from && i < to)) strays.push(i)
          }
          expect(strays).toEqual([])
          expect(f32[behind]).toBe(1)
        },
      }
    },
  }
}
