import { expect, test } from 'vitest'
import { infraredMessage } from '../../../src/robots/create2/infrared.js'
import { encoderDifference, MILLIMETERS_PER_COUNT, motionOf } from '../../../src/robots/create2/odometry.js'

test('encoders wrap at 16 bits, read as signed or unsigned', () => {
  for (const [earlier, later, counts] of [
    [65_530, 5, 11],
    [5, 65_530, -11],
    [-6, 5, 11],
    [5, -6, -11],
    [32_767, -32_768, 1],
    [0, 32_767, 32_767],
  ])
    expect([earlier, later, encoderDifference(earlier, later)]).toEqual([earlier, later, counts])
})

test('509 counts of both wheels are 226 mm, and a whole wrap 29.135 m', () => {
  expect(motionOf(509, 509)).toEqual({ distance: expect.closeTo(226.28, 1) as number, heading: 0 })
  expect(65_536 * MILLIMETERS_PER_COUNT).toBeCloseTo(29_135, 0)
  const quarter = ((Math.PI / 2) * 235) / 2 / MILLIMETERS_PER_COUNT
  expect(motionOf(-quarter, quarter).heading).toBeCloseTo(Math.PI / 2, 12)
})

test('characters of docks, walls and remote controls', () => {
  const bits = (character: number) => {
    const { sender, forceField, greenBuoy, redBuoy } = infraredMessage(character)
    return [sender, ...[forceField, greenBuoy, redBuoy].map(Number)].join(' ')
  }
  expect([161, 164, 165, 168, 169, 172, 173].map(bits)).toEqual([
    'dock 1 0 0',
    'dock 0 1 0',
    'dock 1 1 0',
    'dock 0 0 1',
    'dock 1 0 1',
    'dock 0 1 1',
    'dock 1 1 1',
  ])
  expect([242, 244, 246, 248, 250, 252, 254].map(bits)).toEqual([
    'dock 1 0 0',
    'dock 0 1 0',
    'dock 1 1 0',
    'dock 0 0 1',
    'dock 1 0 1',
    'dock 0 1 1',
    'dock 1 1 1',
  ])
  // The prefix counts: the bits of a key of the remote control are no force field.
  expect([0, 129, 143, 162, 160, 166, 241, 37].map(bits)).toEqual([
    'none 0 0 0',
    'remote 0 0 0',
    'remote 0 0 0',
    'virtualWall 0 0 0',
    'other 0 0 0',
    'other 0 0 0',
    'other 0 0 0',
    'other 0 0 0',
  ])
})
