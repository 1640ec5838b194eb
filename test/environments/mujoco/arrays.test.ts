import loadMujoco, { type MjData, type MjModel } from '@mujoco/mujoco'
import { afterAll, describe, expect, expectTypeOf, it } from 'vitest'
import {
  type DataArray,
  type ModelArray,
  constantArrays,
  dataArrays,
  movableArrays,
} from '../../../src/environments/mujoco/arrays.js'
import { mjcf } from '../../../src/environments/mujoco/mjcf.js'
import { hopperModel } from '../../../src/environments/gymnasium/hopper.js'
import { rowCount } from '../../../src/environments/mujoco/states.js'
import { compile } from '../../../src/environments/mujoco/compile.js'
import { reachSource } from './reach.js'

const mujoco = await loadMujoco()
const model = compile(mujoco, 'reach', reachSource)
const data = new mujoco.MjData(model)
afterAll(() => [data, model].forEach((one) => one.delete()))

describe('the lists of arrays', () => {
  it('hold names of MuJoCo’s arrays of doubles, each once', () => {
    expectTypeOf<DataArray>().toExtend<keyof MjData>()
    expectTypeOf<ModelArray>().toExtend<keyof MjModel>()
    for (const name of dataArrays) expect(data[name], name).toBeInstanceOf(Float64Array)
    for (const name of [...movableArrays, ...constantArrays]) expect(model[name], name).toBeInstanceOf(Float64Array)
    expect(new Set(dataArrays).size).toBe(dataArrays.length)
    expect(new Set([...movableArrays, ...constantArrays]).size).toBe(movableArrays.length + constantArrays.length)
  })

  it('hold arrays that keep place and size while contacts come and go, which arrays of constraints do not', () => {
    const hopper = mujoco.MjModel.from_xml_string(mjcf(hopperModel))
    const falling = new mujoco.MjData(hopper)
    const viewsOf = (names: readonly (keyof MjData)[]) =>
      names.map((name) => {
        const { byteOffset, length } = falling[name] as Float64Array
        return { name, byteOffset, length }
      })
    mujoco.mj_forward(hopper, falling)
    const before = viewsOf(dataArrays)
    const constraints = viewsOf(['efc_pos'])
    let contacts = 0
    for (let step = 0; step < 300; step++) {
      mujoco.mj_step(hopper, falling)
      contacts = Math.max(contacts, falling.ncon)
      if (falling.ncon > 0) expect(viewsOf(['efc_pos'])).not.toEqual(constraints)
    }
    expect(contacts).toBeGreaterThan(0)
    expect(viewsOf(dataArrays)).toEqual(before)
    for (const one of [falling, hopper]) one.delete()
  })

  it.each(movableArrays)('%s has rows of one size', (name) => {
    const rows = rowCount(model, name)
    expect(rows).toBeGreaterThan(0)
    const { length } = model[name] as Float64Array
    expect(length).toBeGreaterThan(0)
    expect(length % rows).toBe(0)
  })
})
