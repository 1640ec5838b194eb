/** What can be seen of a simulation, against MuJoCo's own arrays. */
import loadMujoco from '@mujoco/mujoco'
import { describe, expect, it } from 'vitest'
import { mujocoSimulator } from '../../../src/environments/mujoco/mujocoSimulator.js'
import type { MujocoTask } from '../../../src/environments/mujoco/task.js'
import type { MujocoSimulator } from '../../../src/environments/mujoco/types.js'
import { simulator } from '../../../src/environments/tasks.js'
import { seeded } from '../../../src/random.js'
import type { Spec } from '../../../src/types.js'

const xml = `<mujoco>
  <asset>
    <material name="glass" rgba="0.1 0.2 0.3 0.4"/>
    <mesh name="tetra" vertex="0 0 0  1 0 0  0 1 0  0 0 1"/>
    <hfield name="hills" nrow="2" ncol="3" size="2 1 0.5 0.1" elevation="0 1 2 3 4 5"/>
  </asset>
  <worldbody>
    <geom name="floor" type="plane" size="5 5 1"/>
    <geom name="hidden" type="sphere" size="1" pos="9 0 9" group="3"/>
    <geom name="clear" type="sphere" size="1" pos="9 0 12" rgba="1 0 0 0"/>
    <geom name="ground" type="hfield" hfield="hills" pos="0 20 0"/>
    <site name="goal" pos="1 2 3" size="0.25" rgba="0 1 0 1"/>
    <body name="ball" pos="0 0 0.5">
      <freejoint/>
      <geom name="ball" type="sphere" size="0.5" material="glass"/>
      <site name="mark"/>
      <body name="horn" pos="0 0 1"><geom name="horn" type="mesh" mesh="tetra" contype="0" conaffinity="0"/></body>
    </body>
    <body name="arm" pos="3 0 2">
      <joint type="hinge" axis="0 1 0"/>
      <geom name="arm" type="capsule" size="0.1" fromto="0 0 0 0.6 0 0"/>
    </body>
  </worldbody>
  <actuator><motor joint="pivot"/></actuator>
</mujoco>`.replace('<joint type="hinge"', '<joint name="pivot" type="hinge"')

const vector = (size: number) => ({
  size,
  low: Array<number>(size).fill(-Infinity),
  high: Array<number>(size).fill(Infinity),
  names: Array.from({ length: size }, (_, i) => `x${i}`),
  units: Array<string>(size).fill(''),
})
const spec: Spec = { name: 'own', observation: vector(8), action: vector(1), stepSeconds: 0.002, stepLimit: 100 }
const task: MujocoTask = {
  spec,
  source: { xml },
  frameSkip: 1,
  reads: [],
  moves: [],
  rules: ({ data }) => ({
    begin: () => undefined,
    observe: () => data.qpos.slice(),
    step: (_, advance) => {
      advance()
      return { reward: 0, terminated: false, info: {} }
    },
  }),
}
const open = () => mujocoSimulator(task, { random: seeded(1)('environment') })

describe('what can be seen of a model', () => {
  it('is its shapes with their colors, meshes and height fields, without what is hidden', async () => {
    const world = await open()
    const { model, sizes } = world.visible()
    expect(model.shapes.map(({ name, kind, element, asset }) => [name, kind, element, asset])).toEqual([
      ['floor', 'plane', 'geom', null],
      ['ground', 'heightField', 'geom', 0],
      ['ball', 'sphere', 'geom', null],
      ['horn', 'mesh', 'geom', 0],
      ['arm', 'capsule', 'geom', null],
      ['goal', 'sphere', 'site', null],
    ])
    const rgba = model.shapes.map((shape) => shape.rgba?.map((each) => Math.round(10 * each) / 10) ?? null)
    expect(rgba).toEqual([null, null, [0.1, 0.2, 0.3, 0.4], null, null, [0, 1, 0, 1]])
    expect(model.bodies.map(({ name, parent, isFixed }) => [name, parent, isFixed])).toEqual([
      ['world', 0, true],
      ['ball', 0, false],
      ['horn', 1, false],
      ['arm', 0, false],
    ])
    expect(model.bodies[1].subtreeMass).toBeGreaterThan(model.bodies[2].subtreeMass)
    expect(model.isFlat).toBe(false)
    const [{ vertices, faces }] = model.meshes
    expect([vertices.length, faces.length]).toEqual([12, 12])
    expect(model.heightFields).toEqual([
      {
        rows: 2,
        columns: 3,
        size: [2, 1, 0.5, expect.closeTo(0.1) as number],
        // The text begins with the row of the greatest y.
        heights: Float32Array.of(0.6, 0.8, 1, 0, 0.2, 0.4),
      },
    ])
    const [radius, half] = sizes().slice(12, 14)
    expect([radius, half]).toEqual([expect.closeTo(0.1), expect.closeTo(0.3)])
    world.close()
    expect(() => sizes()).toThrow('own: used after close()')
  })

  it('is at the places that MuJoCo derives from the same positions, and touches where MuJoCo says', async () => {
    const mujoco = await loadMujoco()
    const model = mujoco.MjModel.from_xml_string(xml)
    const data = new mujoco.MjData(model)
    const world = await open()
    world.reset()
    const { model: seen, frame } = world.visible()
    const qpos = [0.3, 0.2, 0.45, 0.6, 0.8, 0, 0, 1.1]
    world.setState({ qpos, qvel: Array<number>(7).fill(0) })
    ;(data.qpos as Float64Array).set(qpos)
    mujoco.mj_forward(model, data)
    const { poses, bodies, contacts } = frame()
    const arrays = { geom: [data.geom_xpos, data.geom_xmat], site: [data.site_xpos, data.site_xmat] }
    seen.shapes.forEach(({ element, row }, i) => {
      const [positions, rotations] = arrays[element].map((array) => Float32Array.from(array as Float64Array))
      expect(poses.slice(12 * i, 12 * i + 3)).toEqual(positions.slice(3 * row, 3 * row + 3))
      expect(poses.slice(12 * i + 3, 12 * i + 12)).toEqual(rotations.slice(9 * row, 9 * row + 9))
    })
    expect(bodies).toEqual(Float32Array.from(data.xpos as Float64Array))
    expect(data.ncon).toBe(1)
    const contact = data.contact.get(0)!
    expect(contacts.slice(0, 3)).toEqual(Float32Array.from(contact.pos as Float64Array))
    expect(contacts.slice(3)).toEqual(Float32Array.of(0, 0, 1))
    for (const each of [contact, data, model]) each.delete()
    world.close()
  })

  it('is flat where all joints move in the horizontal plane', async () => {
    const flat = async (id: string) => {
      const world = (await simulator(id, { random: seeded(1)('environment') })) as MujocoSimulator
      const { isFlat } = world.visible().model
      world.close()
      return isFlat
    }
    const ids = ['Reacher-v4', 'Swimmer-v4', 'dm_control/point_mass-easy', 'Hopper-v4', 'Ant-v4']
    expect(await Promise.all(ids.map(flat))).toEqual([true, true, true, false, false])
  })
})

describe('looking', () => {
  it('changes no bit of a simulation, nor of what it had derived', async () => {
    const trail = async (isSeen: boolean) => {
      const world = await simulator('Humanoid-v4', { random: seeded(3)('environment') })
      const { uniform } = seeded(5)('actions')
      const steps = [world.reset().observation]
      for (let k = 0; k < 40; k++) {
        if (isSeen) world.visible().frame()
        steps.push(world.step(Array.from({ length: world.spec.action.size }, () => 0.8 * uniform() - 0.4)).observation)
      }
      const last = world.snapshot()
      world.close()
      return { steps, last }
    }
    expect(await trail(true)).toEqual(await trail(false))
  })

  it('sees a state that was restored, before its first step', async () => {
    const world = await simulator('Hopper-v4', { random: seeded(3)('environment') })
    world.reset()
    for (let k = 0; k < 20; k++) world.step([1, -0.5, 0.3])
    const before = world.visible().frame()
    const saved = world.snapshot()
    world.reset()
    expect(world.visible().frame().poses).not.toEqual(before.poses)
    world.restore(saved)
    expect(world.visible().frame()).toEqual(before)
    world.close()
  })
})
