import { describe, expect, test } from 'vitest'
import { seeded } from '../../../src/random.js'
import {
  armGeometries,
  flangeOf,
  forwardKinematics,
  inSenseActFrame,
  inverseKinematics,
  nearestAngles,
} from '../../../src/robots/ur/kinematics.js'
import { chained, inverted, rotationOf, rotationVector } from '../../../src/robots/ur/pose.js'

const random = seeded(3)('environment')
const between = (low: number, high: number): number => low + (high - low) * random.uniform()
const anyAngles = (most: number): number[] => Array.from({ length: 6 }, () => between(-most, most))

describe('forward', () => {
  test.each([
    [
      [0, 0, 0, 0, 0, 0],
      [-0.81725, -0.19145, -0.005491, 1.570796, 0, 0],
    ],
    [
      [-1.6007, -1.7271, -2.203, -0.808, 1.5951, -0.031],
      [-0.120113, -0.431763, 0.146073, -0.001221, 3.116277, 0.038892],
    ],
    [
      [1.58724391, -2.4, 1.5, -0.71790582, 1.63685572, 1.00910473],
      [0.10405, -0.019403, 0.769977, -0.076164, -0.037268, 1.026525],
    ],
    [
      [1.58724391, -2.6, 1.6, -0.71790582, 1.63685572, 1.00910473],
      [0.102541, 0.07235, 0.733421, -0.168035, 0.012593, 1.028109],
    ],
    [
      [1.5707, -2.0, 2.17, -3.0415, -1.5707, 3.1415],
      [0.109128, -0.314315, 0.478508, 1.840889, 0.000064, -0.000044],
    ],
  ])('%j is at %j', (q, pose) => {
    const found = forwardKinematics(q)
    for (const [i, each] of pose.entries()) expect(Math.abs(found[i] - each)).toBeLessThan(6e-7)
  })

  test('the frame of SenseAct is turned by half a turn about z', () => {
    const [x, y, z] = inSenseActFrame(flangeOf([0, 0, 0, 0, 0, 0]).place)
    expect(x).toBeCloseTo(0.81725, 9)
    expect(y).toBeCloseTo(0.19145, 9)
    expect(z).toBeCloseTo(-0.005491, 9)
  })

  test('the place moves as the joints turn: finite differences against the axes of the joints', () => {
    const h = 1e-5
    for (let run = 0; run < 20; run++) {
      const q = anyAngles(3)
      const place = (at: number, by: number) => flangeOf(q.map((each, i) => (i === at ? each + by : each))).place
      // The first joint turns about z: the place moves by (-y, x, 0).
      const [x, y] = place(0, 0)
      const slope = place(0, h).map((each, i) => (each - place(0, -h)[i]) / (2 * h))
      expect(slope[0]).toBeCloseTo(-y, 7)
      expect(slope[1]).toBeCloseTo(x, 7)
      expect(slope[2]).toBeCloseTo(0, 7)
      // The sixth joint turns about the flange's own axis, which moves nothing.
      for (const [i, each] of place(5, h).entries()) expect(Math.abs(each - place(5, -h)[i])).toBeLessThan(1e-15)
    }
  })
})

describe('inverse', () => {
  test('finds the angles of any pose, and each solution has that pose', () => {
    for (const geometry of Object.values(armGeometries)) {
      for (let run = 0; run < 200; run++) {
        const q = anyAngles(3.1)
        const pose = forwardKinematics(q, geometry)
        const solutions = inverseKinematics(pose, q, geometry)
        expect(solutions.length).toBeGreaterThan(0)
        const nearest = nearestAngles(solutions, q)!
        for (const [i, each] of q.entries()) expect(Math.abs(nearest[i] - each)).toBeLessThan(1e-6)
        for (const solution of solutions) {
          const { place, rotation } = flangeOf(solution, geometry)
          const wanted = flangeOf(q, geometry)
          for (const [i, each] of wanted.place.entries()) expect(Math.abs(place[i] - each)).toBeLessThan(1e-7)
          for (const [i, each] of wanted.rotation.entries()) expect(Math.abs(rotation[i] - each)).toBeLessThan(1e-6)
        }
      }
    }
  })

  test('has no solution out of reach, nor within the cylinder of the shoulder', () => {
    expect(inverseKinematics([2, 0, 0.5, 0, 0, 0])).toEqual([])
    expect(inverseKinematics([0.01, 0, 0.5, 0, 0, 0])).toEqual([])
    expect(nearestAngles([], [0, 0, 0, 0, 0, 0])).toBeNull()
  })

  test('takes the sixth joint from the reference where the fifth is straight', () => {
    const q = [0.3, -1.2, 1, 0.4, 0, 0.7]
    const nearest = nearestAngles(inverseKinematics(forwardKinematics(q), q), q)!
    for (const [i, each] of q.entries()) expect(Math.abs(nearest[i] - each)).toBeLessThan(1e-5)
  })

  test('the nearest angles may be turned by whole turns', () => {
    expect(nearestAngles([[-3, 0, 0, 0, 0, 0]], [3.2, 0, 0, 0, 0, 0])![0]).toBeCloseTo(2 * Math.PI - 3, 12)
  })
})

test('rotation vectors, from small angles to half a turn', () => {
  for (const angle of [0, 1e-12, 1e-6, 0.5, 2, 3, Math.PI - 1e-9]) {
    const axis = [0.6, -0.48, 0.64]
    const vector = axis.map((each) => each * angle)
    const found = rotationVector(rotationOf(vector))
    for (const [i, each] of vector.entries()) expect(Math.abs(found[i] - each)).toBeLessThan(1e-8)
  }
})

test('a frame and its inverse cancel', () => {
  const frame = flangeOf(anyAngles(3))
  const { place, rotation } = chained(frame, inverted(frame))
  for (const each of place) expect(Math.abs(each)).toBeLessThan(1e-15)
  for (const [i, each] of [1, 0, 0, 0, 1, 0, 0, 0, 1].entries())
    expect(Math.abs(rotation[i] - each)).toBeLessThan(1e-15)
})
