import { describe, expect, it } from 'vitest'
import { components } from '../../src/environments/components.js'

describe('components', () => {
  it('lists what each component has, unbounded where nothing was said', () => {
    expect(
      components([
        ['height', 'm'],
        ['torque', '1', -1, 2],
      ]),
    ).toEqual({
      size: 2,
      low: [-Infinity, -1],
      high: [Infinity, 2],
      names: ['height', 'torque'],
      units: ['m', '1'],
    })
  })
})
