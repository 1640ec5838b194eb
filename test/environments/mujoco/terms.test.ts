import { describe, expect, it } from 'vitest'
import { addNormal, addUniform, jointState, squaredNorm } from '../../../src/environments/mujoco/terms.js'

/** A random number generator with given numbers. */
const scripted = (...values: readonly number[]) => {
  const left = [...values]
  const next = () => left.shift() ?? NaN
  return { uniform: next, normal: (out: Float32Array) => out.forEach((_, i) => (out[i] = next())) }
}

describe('terms', () => {
  it('squaredNorm adds squares', () => {
    expect(squaredNorm([3, -4])).toBe(25)
    expect(squaredNorm([])).toBe(0)
  })

  it('jointState leaves the first positions out, in a new array', () => {
    const qpos = Float64Array.of(1, 2, 3)
    const state = jointState(qpos, Float64Array.of(4, 5), 1)
    expect([...state]).toEqual([2, 3, 4, 5])
    qpos[1] = 9
    expect(state[0]).toBe(2)
    expect([...jointState(qpos, Float64Array.of(4), 0)]).toEqual([1, 9, 3, 4])
  })

  it('addUniform and addNormal add one draw to each value', () => {
    const values = Float64Array.of(10, 20)
    addUniform(values, 0.5, scripted(0, 0.75))
    expect([...values]).toEqual([9.5, 20.25])
    addNormal(values, 2, scripted(1, -0.5))
    expect([...values]).toEqual([11.5, 19.25])
  })
})
