import loadMujoco from '@mujoco/mujoco'
import { expect, it } from 'vitest'
import { hopperModel } from '../../../src/environments/gymnasium/hopper.js'
import { mjcf } from '../../../src/environments/mujoco/mjcf.js'
import { viewsOf } from '../../../src/environments/mujoco/views.js'
import { crowd } from './crowd.js'

it('viewsOf follows its memory when the heap moves, in the same record', async () => {
  const mujoco = await loadMujoco()
  const model = mujoco.MjModel.from_xml_string(mjcf(hopperModel))
  const data = new mujoco.MjData(model)
  const views = viewsOf(data, ['xipos'])
  const { fields } = views
  const { qpos } = fields
  expect([...qpos]).toEqual([0, 1.25, 0, 0, 0, 0])

  views.follow()
  expect(fields.qpos, 'views that are good are kept').toBe(qpos)

  const large = mujoco.MjModel.from_xml_string(mjcf(crowd(150)))
  const crowded = new mujoco.MjData(large)
  expect(qpos, 'the heap did not move: this test shows nothing').toHaveLength(0)
  views.follow()
  expect(views.fields).toBe(fields)
  expect([...fields.qpos]).toEqual([0, 1.25, 0, 0, 0, 0])
  expect(fields.xipos).toHaveLength(15)
  fields.qpos[1] = 2
  expect((data.qpos as Float64Array)[1]).toBe(2)
  for (const one of [crowded, large, data, model]) one.delete()
})
