import loadMujoco from '@mujoco/mujoco'
import { describe, expect, it } from 'vitest'
import { hopperModel } from '../../../src/environments/gymnasium/hopper.js'
import { compile } from '../../../src/environments/mujoco/compile.js'
import { reachModel, reachSource, tetrahedron } from './reach.js'

const mujoco = await loadMujoco()
const compiled = (source: Parameters<typeof compile>[2]) => compile(mujoco, 'own', source)

describe('compile', () => {
  it('switches the automatic reset off for data and text, and nothing else', () => {
    for (const source of [hopperModel, reachSource]) {
      const model = compiled(source)
      expect(model.opt.disableflags).toBe(mujoco.mjtDisableBit.mjDSBL_AUTORESET.value)
      model.delete()
    }
  })

  it('finds meshes and included texts among the assets', () => {
    const xml = '<mujoco><include file="parts/arm.xml"/></mujoco>'
    const model = compiled({ xml, assets: { 'parts/arm.xml': reachModel, 'parts/hand.stl': tetrahedron(0.2) } })
    expect(model.nmesh).toBe(1)
    expect(model.nmeshvert).toBe(4)
    model.delete()
  })

  it('fails with MuJoCo’s message and its place in one line', () => {
    expect(() => compiled({ xml: '<mujoco>\n<worldbody>\n<bod/>\n</worldbody></mujoco>' })).toThrow(
      /^own: .*unrecognized element Element 'bod', line 3$/,
    )
    expect(() => compiled({ xml: reachModel })).toThrow(/^own: .*Error opening file 'hand\.stl'$/)
    expect(() => compiled({ xml: reachModel, assets: { 'hand.stl': 'solid' } })).toThrow(/^own: MuJoCo Error: /)
    const twins = { ...hopperModel, bodies: [...hopperModel.bodies, ...hopperModel.bodies] }
    expect(() => compiled(twins)).toThrow(/^own: .*repeated name 'torso'/)
  })

  it('refuses an asset that is neither text nor bytes', () => {
    const assets = { 'hand.stl': [1, 2, 3] } as never
    expect(() => compiled({ xml: reachModel, assets })).toThrow(
      new TypeError("own: asset 'hand.stl': expected a text or a Uint8Array"),
    )
  })
})
