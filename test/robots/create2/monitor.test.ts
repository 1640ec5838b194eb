import { describe, expect, test } from 'vitest'
import type { Create2FaultKind } from '../../../src/robots/create2/faults.js'
import type { FrameValues } from '../../../src/robots/create2/frames.js'
import { monitor } from '../../../src/robots/create2/monitor.js'

const watched = () => {
  const faults: Create2FaultKind[] = []
  const watch = monitor((kind) => void faults.push(kind), { lowCharge: 1500 })
  let now = 0
  watch.expect('safe', now)
  return {
    faults,
    watch,
    /** A frame 15 ms later, or later than that. */
    see: (values: FrameValues, later = 15): boolean => watch.see(values, (now += later)),
  }
}

describe('the mode', () => {
  test('is restored half a second after it was asked for, and not more often than that', () => {
    const { see, faults } = watched()
    expect(see({ mode: 1 })).toBe(false)
    expect(faults).toEqual([])
    expect(see({ mode: 1 }, 500)).toBe(true)
    expect(see({ mode: 1 })).toBe(false)
    expect(see({ mode: 1 }, 500)).toBe(true)
    expect(see({ mode: 2 })).toBe(false)
    expect(faults).toEqual(['modeLost', 'rearmed', 'rearmed'])
    see({ mode: 1 }, 600)
    expect(faults.slice(3)).toEqual(['modeLost', 'rearmed'])
  })

  test.each<readonly [Create2FaultKind, FrameValues]>([
    ['cliff', { cliffRight: 1 }],
    ['wheelDrop', { bumpsAndWheelDrops: 4 }],
    ['charger', { chargingSources: 1 }],
  ])('is not restored while a %s holds the robot', (kind, values) => {
    const { see, faults } = watched()
    for (let i = 0; i < 3; i++) expect(see({ mode: 1, ...values }, 1000)).toBe(false)
    expect(faults).toEqual([kind])
    expect(see({ mode: 1 })).toBe(true)
  })

  test('a bump holds nothing, and passive mode needs none', () => {
    const { see, watch } = watched()
    expect(see({ mode: 1, bumpsAndWheelDrops: 3 }, 1000)).toBe(true)
    watch.expect('passive', 0)
    expect(see({ mode: 2 }, 1000)).toBe(false)
  })
})

test('a blocked wheel and a low charge are reported once, until they are over', () => {
  const { see, faults } = watched()
  for (const values of [
    { overcurrents: 8 },
    { overcurrents: 24 },
    { overcurrents: 0 },
    { overcurrents: 1 },
    { overcurrents: 16 },
  ])
    see({ mode: 2, ...values })
  expect(faults).toEqual(['overcurrent', 'overcurrent'])
  for (const charge of [1499, 1501, 1498, 1551, 1499]) see({ mode: 2, charge })
  expect(faults.slice(2)).toEqual(['lowBattery', 'lowBattery'])
})
