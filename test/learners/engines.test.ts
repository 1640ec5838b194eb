import { describe, expect, it } from 'vitest'
import { fused, tfjs } from '../../src/learners/engines.js'

describe('the options of fused', () => {
  it.each([
    [{}],
    [{ kernels: 'typescript' }],
    [{ threads: 2 }],
    [{ kernels: 'webassembly', threads: 2 }],
    [{ kernels: 'typescript', threads: 1 }],
  ] as const)('%j go together', (written) => {
    expect(fused.optionConflicts(written)).toEqual([])
  })

  it('exclude each other if a second thread would run TypeScript', () => {
    expect(fused.optionConflicts({ kernels: 'typescript', threads: 2 })).toEqual([
      { path: 'threads', expected: '1 with the kernels in TypeScript', got: '2', nearest: null },
    ])
  })
})

describe('tfjs', () => {
  it('names the package whose version a config has', () => {
    expect(tfjs.packages({ backend: 'wasm' })).toEqual({ tensorflow: '@tensorflow/tfjs-core' })
    expect(tfjs.packages({ backend: 'tensorflow' })).toEqual({ tensorflow: '@tensorflow/tfjs-node' })
  })
})
