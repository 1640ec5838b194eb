import { describe, expect, it } from 'vitest'
import { checkAction, checkFinite, checkSize, finite, isSized, sized } from '../src/checks.js'
import { components } from '../src/environments/components.js'
import { LARGEST, NotFiniteError } from '../src/failure.js'

const names = ['left', 'right']

describe('checks', () => {
  it('checkSize refuses another size', () => {
    expect(() => checkSize('Task', 'qpos', [1, 2], 2)).not.toThrow()
    expect(() => checkSize('Task', 'qpos', [1, 2], 3)).toThrow(new RangeError('Task: expected qpos of size 3, got 2'))
  })

  it('checkFinite names the first component that is not finite', () => {
    expect(() => checkFinite('qvel', [1, Number.MAX_VALUE], names)).not.toThrow()
    for (const value of [NaN, Infinity, -Infinity]) {
      expect(() => checkFinite('qvel', Float64Array.of(1, value), names)).toThrow(
        new NotFiniteError('qvel', { index: 1, name: 'right' }, value),
      )
    }
  })

  it('finite and sized give a number back, or refuse it by its name', () => {
    for (const value of [0, -0, 1, -1, 5e-324, LARGEST, -LARGEST]) {
      expect([finite('q', value), sized('q', value)]).toEqual([value, value])
      expect(isSized(value)).toBe(true)
    }
    for (const value of [NaN, Infinity, -Infinity]) {
      for (const check of [finite, sized]) expect(() => check('q', value)).toThrow(new NotFiniteError('q', null, value))
    }
    // The next double above the largest one, and squares that are not finite themselves.
    for (const value of [LARGEST + 128, 1e19, 1e200, Number.MAX_VALUE]) {
      for (const each of [value, -value]) {
        expect(finite('q', each)).toBe(each)
        expect(() => sized('q', each)).toThrow(new NotFiniteError('q', null, each))
        expect(isSized(each)).toBe(false)
      }
    }
  })

  it('checkAction checks the size first, then the numbers, and not the bounds', () => {
    const spec = components(names.map((name) => [name, '1', -1, 1] as const))
    expect(() => checkAction('Task', [5, -5], spec)).not.toThrow()
    expect(() => checkAction('Task', [NaN], spec)).toThrow('Task: expected action of size 2, got 1')
    expect(() => checkAction('Task', [0, NaN], spec)).toThrow('action[1] (right) is NaN')
  })
})
