import { describe, expect, test } from 'vitest'
import { arena } from '../../src/kernels/arena.js'
import { CALL_WORDS, constantKernelNames, kernelNames, kernelTable } from '../../src/kernels/kernelTable.js'
import { recordJobs } from '../../src/kernels/recordedJobs.js'
import { typescriptKernels } from '../../src/kernels/typescript.js'
import { compiledFor, webAssemblyKernels } from '../../src/kernels/webassembly.js'

/** The letters by which the table calls WebAssembly's types of arguments. */
const letters: ReadonlyMap<number, string> = new Map([
  [0x7f, 'i'],
  [0x7c, 'd'],
])

/** The functions that a compiled module exports, with their arguments as the table writes them; it may import none. */
const exportedFunctions = (bytes: Uint8Array): ReadonlyMap<string, string> => {
  let at = 8
  const byte = (): number => bytes[at++]
  const count = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const next = byte()
      value |= (next & 0x7f) << shift
      if (next < 0x80) return value
    }
  }
  const listOf = <T>(read: () => T): T[] => Array.from({ length: count() }, read)
  const text = (): string => String.fromCharCode(...listOf(byte))
  let types: string[] = []
  let functions: number[] = []
  const found = new Map<string, string>()
  while (at < bytes.length) {
    const section = byte()
    const end = count() + at
    if (section === 1) {
      types = listOf(() => {
        expect(byte()).toBe(0x60)
        const parameters = listOf(() => letters.get(byte()) ?? '?').join('')
        const results = listOf(byte).length
        return results === 0 ? parameters : `${parameters} with ${results} results`
      })
    }
    if (section === 3) functions = listOf(count)
    if (section === 7) {
      listOf(() => [text(), byte(), count()] as const)
        .filter(([, kind]) => kind === 0)
        .forEach(([name, , index]) => found.set(name, types[functions[index]]))
    }
    at = end
  }
  return found
}

const shapeOf = (table: Iterable<readonly [string, string]>): Readonly<Record<string, string>> =>
  Object.fromEntries([...table].toSorted(([a], [b]) => (a < b ? -1 : 1)))

describe('the table of kernels', () => {
  test('lists the exports of the compiled module, except the place of the floats', () => {
    const got = exportedFunctions(compiledFor(arena(1, 1)))
    expect(shapeOf(got)).toEqual(shapeOf([...Object.entries(kernelTable), ['bind', 'i']]))
  })

  test('lists the exports of the module of two threads, except those for the second one', () => {
    const got = exportedFunctions(compiledFor(arena(1, 1, true)))
    expect(shapeOf(got)).toEqual(shapeOf([...Object.entries(kernelTable), ['bind', 'i'], ['serve', 'iii']]))
  })

  test.each([
    ['typescript', typescriptKernels],
    ['webassembly', webAssemblyKernels],
  ] as const)('names the kernels of %s, and no other', (name, bind) => {
    const kernels = bind(arena(1, 1))
    expect(kernels.name).toBe(name)
    expect(Object.keys(kernels).toSorted()).toEqual(['name', ...kernelNames].toSorted())
    for (const kernel of kernelNames) expect(kernels[kernel].length).toBeLessThanOrEqual(kernelTable[kernel].length)
  })

  test('holds integers and doubles alone, and jobs call the kernels without doubles', () => {
    for (const words of Object.values(kernelTable)) expect(words).toMatch(/^[id]+$/)
    expect(constantKernelNames).toEqual(kernelNames.filter((name) => !kernelTable[name].includes('d')))
    expect(constantKernelNames).not.toContain('squash')
  })
})

describe('a recorded call', () => {
  test('is the number of its kernel and its arguments, and zeros up to the longest call', () => {
    const { jobs, calls } = recordJobs([
      (kernels) => kernels.leakyRelu(7, 9),
      () => undefined,
      (kernels) => {
        kernels.denseAdam(1, 2, 3, 4, 5, 6, 7, 8, 9)
        kernels.dense(6, 5, 4, 3, 2, 1)
      },
    ])
    const call = (name: (typeof constantKernelNames)[number], ...words: readonly number[]): readonly number[] => [
      constantKernelNames.indexOf(name),
      ...words,
      ...new Array<number>(CALL_WORDS - 1 - words.length).fill(0),
    ]
    expect(jobs).toEqual([0, 1, 1, 0, 1, 2])
    expect(calls).toEqual([
      ...call('leakyRelu', 7, 9),
      ...call('denseAdam', 1, 2, 3, 4, 5, 6, 7, 8, 9),
      ...call('dense', 6, 5, 4, 3, 2, 1),
    ])
  })
})
