import { describe, expect, test } from 'vitest'
import { byteOrder, defaultHome, type HomeSettings, kernelsHome, unfitHome } from '../../src/kernels/home.js'

test('the byte order is that of the number 1', () => {
  expect(byteOrder(Uint8Array.of(1, 0))).toBe('little')
  expect(byteOrder(Uint8Array.of(0, 1))).toBe('big')
  // Every machine that these tests run on; the kernels' own tests would fail on others.
  expect(byteOrder()).toBe('little')
})

describe('the home of the kernels', () => {
  test.each<[HomeSettings, string, string]>([
    [{}, 'webassembly', 'typescript'],
    [{ threads: 1 }, 'webassembly', 'typescript'],
    [{ kernels: 'typescript' }, 'typescript', 'typescript'],
    [{ kernels: 'typescript', threads: 1 }, 'typescript', 'typescript'],
  ])('with %j is %s on a little-endian machine and %s on a big-endian one', (settings, little, big) => {
    expect(kernelsHome('iac', settings, 'little')).toBe(little)
    expect(kernelsHome('iac', settings, 'big')).toBe(big)
  })

  test.each<[HomeSettings, string]>([
    [{ kernels: 'webassembly' }, 'iac: kernels must be typescript on a big-endian machine, got webassembly'],
    [{ threads: 2 }, 'iac: threads must be 1 on a big-endian machine, got 2'],
    [{ threads: 2, kernels: 'webassembly' }, 'iac: threads must be 1 on a big-endian machine, got 2'],
  ])('with %j is refused on a big-endian machine, in one line', (settings, message) => {
    expect(kernelsHome('iac', settings, 'little')).toBe('webassembly')
    expect(unfitHome(settings, 'little')).toBeNull()
    expect(() => kernelsHome('iac', settings, 'big')).toThrow(new TypeError(message))
  })

  test('is WebAssembly by default where it has SIMD, as here', () => {
    expect(defaultHome()).toBe('webassembly')
  })
})
