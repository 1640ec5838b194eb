import { describe, expect, it } from 'vitest'
import { components } from '../../src/environments/components.js'

describe('components', () => {
  it('lists names, units and bounds, which are infinite by default', () => {
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
