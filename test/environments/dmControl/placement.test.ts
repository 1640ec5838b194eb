import { describe, expect, it } from 'vitest'
import {
  jointRandomizer,
  placeWithoutContacts,
  uniformBetween,
  writeRandomOrientation,
} from '../../../src/environments/dmControl/placement.js'
import type { Body } from '../../../src/environments/mujoco/model.js'
import type { Scene } from '../../../src/environments/mujoco/types.js'
import { seeded } from '../../../src/random.js'

/** A random number generator with given numbers. */
const scripted = (...values: readonly number[]) => {
  const left = [...values]
  const next = () => left.shift() ?? NaN
  return { uniform: next, normal: (out: Float32Array) => out.forEach((_, i) => (out[i] = next())) }
}

it('uniformBetween begins at the lower bound', () => {
  expect([0, 0.5].map((draw) => uniformBetween(-1, 3, scripted(draw)))).toEqual([-1, 1])
})

it('writeRandomOrientation writes normals, divided by their size', () => {
  const qpos = Float64Array.of(9, 0, 0, 0, 0, 9)
  writeRandomOrientation(qpos, 1, scripted(1, -1, 1, 1))
  expect([...qpos]).toEqual([9, 0.5, -0.5, 0.5, 0.5, 9])
})

it('jointRandomizer writes to joints that are limited or turn, and to no others', () => {
  const names = ['root', 'rail', 'stop', 'wheel', 'elbow', 'loose']
  const data = { qpos: new Float64Array(12), qvel: new Float64Array(11) }
  // The free joint has seven positions.
  const place = ((_kind: string, name: string) => {
    const row = names.indexOf(name)
    return { row, qpos: row === 0 ? 0 : 6 + row, qvel: row === 0 ? 0 : 5 + row }
  }) as Scene['place']
  const axis = [1, 0, 0] as const
  const arm: Body = {
    joints: [
      { name: 'wheel', type: 'hinge', axis },
      { name: 'elbow', type: 'hinge', axis, range: [0, 2] },
      { name: 'loose', type: 'hinge', axis, range: [0, 2], limited: 'false' },
    ],
  }
  const body: Body = {
    joints: [
      { name: 'root', type: 'free' },
      { name: 'rail', type: 'slide', axis },
      { name: 'stop', type: 'slide', axis, range: [-3, 1] },
    ],
    bodies: [arm],
  }
  jointRandomizer({ place, data }, { bodies: [body] })(scripted(1, 1, 1, 1, 0.25, 0.75, 0.5, 0.75))
  expect([...data.qpos]).toEqual([0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0, -2, Math.PI / 2, 1, Math.PI / 2])
  expect([...data.qvel]).toEqual([...new Float64Array(11)])
})

describe('placeWithoutContacts', () => {
  it('attempts until there are no contacts, and derives the contacts of each attempt', () => {
    const calls: string[] = []
    let height = -3
    placeWithoutContacts(
      'box',
      { forward: () => void calls.push('forward'), contacts: () => (height < 0 ? 4 : 0) },
      () => {
        height += 1
        calls.push(`at ${height}`)
      },
    )
    expect(calls).toEqual(['at -2', 'forward', 'at -1', 'forward', 'at 0', 'forward'])
  })

  it('fails by name if it never gets there', () => {
    const random = seeded(1)('environment')
    const attempt = () => void random.uniform()
    expect(() => placeWithoutContacts('box', { forward: () => undefined, contacts: () => 1 }, attempt)).toThrow(
      'box: no initial state without contacts in 10000 attempts',
    )
  })
})
