import loadMujoco, { type MjData } from '@mujoco/mujoco'
import { afterAll, describe, expect, it } from 'vitest'
import { hopperModel } from '../../../src/environments/gymnasium/hopper.js'
import { mjcf } from '../../../src/environments/mujoco/mjcf.js'
import { warningsOf } from '../../../src/environments/mujoco/warnings.js'
import { crowd } from './crowd.js'

const mujoco = await loadMujoco()
const model = mujoco.MjModel.from_xml_string(mjcf(hopperModel))
const data = new mujoco.MjData(model)
afterAll(() => [data, model].forEach((one) => one.delete()))

/** The same data in a binding without the array in front of the counts, or whose record has another order. */
const dataWith = (neighbor: unknown): MjData =>
  new Proxy(data, {
    get: (target, name) => {
      if (name === 'solver_fwdinv') return neighbor
      const value: unknown = Reflect.get(target, name, target)
      return value
    },
  })

/** A physics step of the hopper from this velocity along its second joint. */
const stepAt = (velocity: number): void => {
  mujoco.mj_resetData(model, data)
  ;(data.qvel as Float64Array)[1] = velocity
  mujoco.mj_step(model, data)
}

/** The binding's own copies. */
const copies = () => {
  const list = data.warning
  return Array.from({ length: list.size() }, (_, kind) => {
    const copy = list.get(kind)!
    const { lastinfo, number } = copy
    copy.delete()
    return { lastinfo, number }
  })
}

describe.each([
  ['memory', () => data],
  ['copies', () => dataWith(undefined)],
  ['copies', () => dataWith(data.energy)],
] as const)('warnings read from %s', (readFrom, dataOf) => {
  const warnings = warningsOf(mujoco, dataOf(), 'hopper')

  it('are read from there', () => {
    expect(warnings.readFrom).toBe(readFrom)
  })

  it('are not changed by the trial that finds them', () => {
    stepAt(1e12)
    const before = copies()
    expect(before.some(({ number }) => number > 0)).toBe(true)
    warningsOf(mujoco, dataOf(), 'hopper')
    expect(copies()).toEqual(before)
  })

  it('throw MuJoCo’s text with its number, until the data are reset', () => {
    stepAt(1)
    expect(warnings.throwIfAny).not.toThrow()
    stepAt(1e12)
    for (let times = 0; times < 2; times++) {
      expect(warnings.throwIfAny).toThrow(/^hopper: MuJoCo warns: .*huge value in QVEL at DOF 1/)
    }
    mujoco.mj_resetData(model, data)
    expect(warnings.throwIfAny).not.toThrow()
  })
})

it('every kind of warning throws its own text', () => {
  const warnings = warningsOf(mujoco, data, 'hopper')
  const counts = new Int32Array(
    (data.energy as Float64Array).buffer,
    (data.solver_fwdinv as Float64Array).byteOffset + 16,
    2 * copies().length,
  )
  mujoco.mj_resetData(model, data)
  copies().forEach((_, kind) => {
    counts[2 * kind] = 2
    counts[2 * kind + 1] = 1
    expect(copies()[kind]).toEqual({ lastinfo: 2, number: 1 })
    expect(warnings.throwIfAny).toThrow(`hopper: MuJoCo warns: ${mujoco.mju_warningText(kind, 2)}`)
    counts.fill(0)
  })
  expect(warnings.throwIfAny).not.toThrow()
})

it('are found again when the heap moves', () => {
  const warnings = warningsOf(mujoco, data, 'hopper')
  const before = data.qpos as Float64Array
  const large = mujoco.MjModel.from_xml_string(mjcf(crowd(150)))
  const crowded = new mujoco.MjData(large)
  expect(before, 'the heap did not move: this test shows nothing').toHaveLength(0)
  stepAt(1e12)
  warnings.fetch()
  expect(warnings.throwIfAny).toThrow('huge value in QVEL at DOF 1')
  for (const one of [crowded, large]) one.delete()
})
