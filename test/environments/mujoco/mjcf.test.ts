import loadMujoco from '@mujoco/mujoco'
import { describe, expect, it } from 'vitest'
import { mjcf } from '../../../src/environments/mujoco/mjcf.js'
import type { Model } from '../../../src/environments/mujoco/model.js'

const ball = (size: number): Model => ({
  name: 'ball & <rod>',
  timestep: 0.002,
  integrator: 'Euler',
  geoms: [],
  bodies: [
    {
      name: 'a "quoted" & <named> part',
      pos: [0.1, 1e-7, -1 / 3],
      joints: [{ name: 'hinge', type: 'hinge', axis: [0, 1, 0], range: [-Math.PI / 3, Math.PI / 7] }],
      geoms: [{ name: 'rod', type: 'capsule', size: [size, 0.5] }],
    },
  ],
  actuators: [{ joint: 'hinge', gear: 0.1 + 0.2, ctrlrange: [-1, 1] }],
})

describe('mjcf', () => {
  it('prints elements in the order and nesting of the data, and no attribute that was left out', () => {
    const model: Model = {
      name: 'two',
      timestep: 0.01,
      integrator: 'RK4',
      totalMass: 3,
      geoms: [{ name: 'floor', type: 'plane', size: [1, 1, 1], condim: 3 }],
      bodies: [
        {
          name: 'upper',
          pos: [0, 0, 1],
          geoms: [],
          bodies: [{ name: 'lower', pos: [0, 0, -0.5], geoms: [] }],
        },
      ],
      actuators: [{ joint: 'x', gear: 2, ctrlrange: [-1, 1] }],
    }
    expect(mjcf(model).split('\n')).toEqual([
      '<mujoco model="two">',
      '<compiler angle="radian" settotalmass="3"/>',
      '<option timestep="0.01" integrator="RK4"/>',
      '<worldbody>',
      '<geom name="floor" type="plane" size="1 1 1" condim="3"/>',
      '<body name="upper" pos="0 0 1">',
      '<body name="lower" pos="0 0 -0.5"/>',
      '</body>',
      '</worldbody>',
      '<actuator>',
      '<motor joint="x" gear="2" ctrlrange="-1 1"/>',
      '</actuator>',
      '</mujoco>',
    ])
    expect(mjcf({ ...model, bodies: [] })).not.toContain('undefined')
  })

  it('prints turns by an axis, limits that are switched off, sites with two ends and general actuators', () => {
    const text = mjcf({
      name: 'servo',
      timestep: 0.01,
      integrator: 'Euler',
      geoms: [],
      bodies: [
        {
          name: 'arm',
          zaxis: [1, 0, 0],
          joints: [{ name: 'hinge', type: 'hinge', axis: [0, 1, 0], range: [-60, 60], limited: 'false' }],
          sites: [{ name: 'ray', type: 'capsule', size: [0.1], fromto: [0, 0, 0, 0, 0, 1] }],
        },
      ],
      actuators: [
        {
          type: 'general',
          name: 'servo',
          joint: 'hinge',
          ctrlrange: [-1, 1],
          dyntype: 'filter',
          dynprm: 0.1,
          gainprm: 10,
          biastype: 'affine',
          biasprm: [0, -10, 0],
        },
      ],
    })
    expect(text).toContain('<body name="arm" zaxis="1 0 0">')
    expect(text).toContain('<joint name="hinge" type="hinge" axis="0 1 0" range="-60 60" limited="false"/>')
    expect(text).toContain('<site name="ray" type="capsule" size="0.1" fromto="0 0 0 0 0 1"/>')
    expect(text).toContain(
      '<general name="servo" joint="hinge" ctrlrange="-1 1" dyntype="filter" dynprm="0.1" gainprm="10" ' +
        'biastype="affine" biasprm="0 -10 0"/>',
    )
  })

  it('compiles to the same doubles and names', async () => {
    const mujoco = await loadMujoco()
    const model = mujoco.MjModel.from_xml_string(mjcf(ball(0.05)))
    expect(Array.from((model.body_pos as Float64Array).subarray(3))).toEqual([0.1, 1e-7, -1 / 3])
    expect([...(model.jnt_range as Float64Array)]).toEqual([-Math.PI / 3, Math.PI / 7])
    expect((model.actuator_gear as Float64Array)[0]).toBe(0.1 + 0.2)
    expect(mujoco.mj_id2name(model, mujoco.mjtObj.mjOBJ_BODY.value, 1)).toBe('a "quoted" & <named> part')
    model.delete()
  })

  it('refuses numbers that are not finite, and names the attribute', () => {
    expect(() => mjcf(ball(NaN))).toThrow('mjcf: expected finite numbers in geom size, got NaN,0.5')
    expect(() => mjcf({ ...ball(1), timestep: Infinity })).toThrow('option timestep')
  })
})
