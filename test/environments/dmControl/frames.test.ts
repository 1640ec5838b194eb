import { expect, it } from 'vitest'
import { writeInFrame } from '../../../src/environments/dmControl/frames.js'

it('writeInFrame writes components along the columns of a rotation matrix, and nothing beside them', () => {
  const places = Float64Array.of(9, 1, 1, 1, 2, 4, 7)
  // A quarter turn about z: the frame's x is the world's y.
  const frames = Float64Array.of(9, 9, 0, -1, 0, 1, 0, 0, 0, 0, 1)
  const out = Float64Array.of(5, 5, 5, 5, 5)
  writeInFrame(out, 1, 3, { from: 1, to: 4, frame: 2 }, places, frames)
  expect([...out]).toEqual([5, 3, -1, 6, 5])
  writeInFrame(out.fill(5), 0, 1, { from: 1, to: 4, frame: 2 }, places, frames)
  expect([...out]).toEqual([3, 5, 5, 5, 5])
})
