import loadMujoco from '@mujoco/mujoco'
import { expect, it } from 'vitest'
import { hopperModel } from '../../../src/environments/gymnasium/hopper.js'
import { mjcf } from '../../../src/environments/mujoco/mjcf.js'
import { viewsOf } from '../../../src/environments/mujoco/views.js'
import { crowd } from './crowd.js'

it('viewsOf fetches its views again when the heap has moved, into the same record', async () => {
  const mujoco = await loadMujoco()
  const model = mujoco.MjModel.from_xml_string(mjcf(hopperModel))
  const data = new mujoco.MjData(model)
  const views = viewsOf(data, ['qpos', 'xipos'])
  const { arrays } = views
  const { qpos } = arrays
  expect([...qpos]).toEqual([0, 1.25, 0, 0, 0, 0])

  const large = mujoco.MjModel.from_xml_string(mjcf(crowd(150)))
  const crowded = new mujoco.MjData(large)
  expect(qpos, 'the heap did not move: this test shows nothing').toHaveLength(0)
  views.fetch()
  expect(views.arrays).toBe(arrays)
  expect([...arrays.qpos]).toEqual([0, 1.25, 0, 0, 0, 0])
  expect(arrays.xipos).toHaveLength(15)
  arrays.qpos[1] = 2
  expect((data.qpos as Float64Array)[1]).toBe(2)
  for (const one of [crowded, large, data, model]) one.delete()
})

it('viewsOf refuses an array that holds no doubles', async () => {
  const mujoco = await loadMujoco()
  const model = mujoco.MjModel.from_xml_string(mjcf(hopperModel))
  expect(() => viewsOf(model, ['geom_type'])).toThrow(new TypeError('mujoco: geom_type holds no doubles'))
  model.delete()
})
