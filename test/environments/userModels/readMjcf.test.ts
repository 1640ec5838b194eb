import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadMujoco } from '../../../src/environments/mujoco/loadMujoco.js'
import { compile } from '../../../src/environments/mujoco/compile.js'
import { simulator, taskSpec } from '../../../src/environments/tasks.js'
import { readMjcf } from '../../../src/environments/userModels/readMjcf.js'
import { seeded } from '../../../src/random.js'

const root = mkdtempSync(join(tmpdir(), 'rivulet-models-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Writes a model of several files in a folder of its own; returns its folder. */
let count = 0
const write = (files: Readonly<Record<string, string>>): string => {
  const folder = join(root, `model ${count++}`)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

const tetrahedron = 'v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n'
const geom = '<worldbody><geom type="mesh" mesh="part"/></worldbody>'
const asset = (file: string) => `<asset><mesh name="part" file="${file}"/></asset>`

const mujoco = await loadMujoco('test')
/** How many meshes and bodies the model in a file has, once it is compiled. */
const sizesOf = async (path: string): Promise<readonly [meshes: number, bodies: number]> => {
  const model = compile(mujoco, 'test', await readMjcf(path))
  const sizes = [model.nmesh, model.nbody] as const
  model.delete()
  return sizes
}

describe('finds the files that a text names', () => {
  it.each<[string, Readonly<Record<string, string>>, string, readonly [number, number]]>([
    [
      'beside it',
      { 'arm.xml': `<mujoco>${asset('part.obj')}${geom}</mujoco>`, 'part.obj': tetrahedron },
      'arm.xml',
      [1, 1],
    ],
    [
      'in the folder of meshes',
      {
        'arm.xml': `<mujoco><compiler meshdir="meshes"/>${asset('a/part.obj')}${geom}</mujoco>`,
        'meshes/a/part.obj': tetrahedron,
      },
      'arm.xml',
      [1, 1],
    ],
    [
      'above it',
      {
        'models/arm.xml': `<mujoco><compiler assetdir="../meshes"/>${asset('part.obj')}${geom}</mujoco>`,
        'meshes/part.obj': tetrahedron,
      },
      'models/arm.xml',
      [1, 1],
    ],
    [
      'with their paths stripped',
      {
        'arm.xml': `<mujoco><compiler strippath="true"/>${asset('else/where/part.obj')}${geom}</mujoco>`,
        'part.obj': tetrahedron,
      },
      'arm.xml',
      [1, 1],
    ],
    [
      'in texts that it includes, which include others',
      {
        'arm.xml':
          '<mujoco><include file="parts/assets.xml"/><worldbody><include file="parts/body.xml"/></worldbody></mujoco>',
        'parts/assets.xml': `<mujocoinclude><compiler meshdir="parts"/>${asset('part.obj')}</mujocoinclude>`,
        'parts/body.xml':
          '<mujocoinclude><body><geom type="mesh" mesh="part"/><include file="parts/hand.xml"/></body></mujocoinclude>',
        'parts/hand.xml': '<mujocoinclude><body><geom size="1"/></body></mujocoinclude>',
        'parts/part.obj': tetrahedron,
      },
      'arm.xml',
      [1, 3],
    ],
  ])('%s', async (_, files, path, sizes) => {
    expect(await sizesOf(join(write(files), path))).toEqual(sizes)
  })

  it('by a path from the working directory as well', async () => {
    const folder = write({ 'arm.xml': `<mujoco>${asset('part.obj')}${geom}</mujoco>`, 'part.obj': tetrahedron })
    expect(await sizesOf(relative('', join(folder, 'arm.xml')))).toEqual([1, 1])
  })
})

describe('says what is wrong', () => {
  const failing = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const folder = write(files)
    const line = await taskSpec(`mjcf:${folder}/arm.xml`).then(
      () => 'nothing',
      (error: Error) => error.message,
    )
    expect(line).not.toContain('\n')
    return line.replaceAll(`${folder}/`, '')
  }

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['with no file', {}, 'arm.xml: expected a file of MJCF, got none'],
    [
      'with a mesh that is not there',
      { 'arm.xml': `<mujoco>\n<asset>\n<mesh name="part"\n  file="gone.obj"/></asset>${geom}</mujoco>` },
      "arm.xml, line 3: <mesh> names 'gone.obj', and there is no such file",
    ],
    [
      'with an attribute that MuJoCo does not know',
      { 'arm.xml': '<mujoco>\n<worldbody>\n<geom sice="1"/></worldbody></mujoco>' },
      "mjcf:arm.xml: MuJoCo Error: Loading error: XML Error: Schema violation: unrecognized attribute: 'sice' Element 'geom', line 3",
    ],
    [
      'with a size that MuJoCo refuses',
      { 'arm.xml': '<mujoco>\n<worldbody>\n\n<geom size="-1"/></worldbody></mujoco>' },
      "mjcf:arm.xml: MuJoCo Error: Loading error: Error: size 0 must be positive in geom Element name '', id 0, line 4",
    ],
    [
      'with a text that is no XML',
      { 'arm.xml': '<mujoco>\n<worldbody>\n<geom size="1"></worldbody></mujoco>' },
      'mjcf:arm.xml: MuJoCo Error: Loading error: XML parse error 14: Error=XML_ERROR_MISMATCHED_ELEMENT ErrorID=14 (0xe) Line number=3: XMLElement name=geom',
    ],
    [
      'in an included text, whose lines MuJoCo does not count',
      {
        'arm.xml': '<mujoco><worldbody><include file="part.xml"/></worldbody></mujoco>',
        'part.xml': '<mujocoinclude><geom sice="1"/></mujocoinclude>',
      },
      "mjcf:arm.xml: MuJoCo Error: Loading error: XML Error: Schema violation: unrecognized attribute: 'sice' Element 'geom', line 0 " +
        '(MuJoCo counts no lines in included files; these are: part.xml)',
    ],
  ])('%s', async (_, files, message) => {
    expect(await failing(files)).toBe(message)
  })

  it('with texts that include each other, and ends', async () => {
    expect(
      await failing({
        'arm.xml': '<mujoco><include file="one.xml"/></mujoco>',
        'one.xml': '<mujocoinclude><include file="other.xml"/></mujocoinclude>',
        'other.xml': '<mujocoinclude><include file="one.xml"/></mujocoinclude>',
      }),
    ).toMatch(/^mjcf:arm\.xml: MuJoCo Error: /)
  })
})

describe('a model in a file is a task', async () => {
  const folder = write({
    'cart.xml': `<mujoco><option timestep="0.004"/><worldbody><body><joint name="rail" type="slide" axis="1 0 0"/><geom size="0.1"/></body></worldbody>
      <actuator><motor joint="rail" gear="2" ctrlrange="-1 1"/></actuator>
      <sensor><jointpos name="place" joint="rail"/><jointvel name="speed" joint="rail"/></sensor>
      <keyframe><key name="far" qpos="3"/></keyframe></mujoco>`,
  })
  const id = `mjcf:${join(folder, 'cart.xml')}`
  const open = (taskOptions: Readonly<Record<string, unknown>> = {}) =>
    simulator(id, { random: seeded(1)('environment'), taskOptions })

  it('with steps of about 0.02 s, and all that is to be seen', async () => {
    const spec = await taskSpec(id)
    expect([spec.name, spec.stepSeconds, spec.stepLimit]).toEqual([id, 0.02, 1000])
    expect(spec.observation.names).toEqual(['rail position', 'rail velocity', 'place', 'speed'])
  })

  it('whose reward, ends, beginning and length are options', async () => {
    const world = await open({
      reward: ['-2*place', 'speed'],
      terminated: ['place>3.0001'],
      controlCostWeight: 0.5,
      keyframe: 'far',
      resetNoiseScale: 0,
      stepLimit: 3,
      observation: ['speed', 'qpos'],
    })
    expect([...world.reset().observation]).toEqual([0, 3])
    const first = world.step([0.5])
    const [speed, place] = first.observation
    expect(first.reward).toBeCloseTo(-2 * place + speed - 0.5 * 0.25, 12)
    expect([first.terminated, world.step([0]).truncated, world.step([0]).truncated]).toEqual([
      place > 3.0001,
      false,
      true,
    ])
    world.reset()
    for (let i = 0; i < 2; i++) world.step([1])
    expect(world.step([1]).terminated).toBe(true)
    world.close()
  })

  it('which begins differently from episode to episode', async () => {
    const world = await open()
    const [one, other] = [world.reset().observation, world.reset().observation]
    expect(Math.abs(one[0])).toBeLessThanOrEqual(0.01)
    expect(one[0]).not.toBe(other[0])
    world.close()
  })

  it.each([
    [
      { reward: ['-1*plaice'] },
      'reward[0]: expected a sensor with a factor, such as -1*distance (sensors of the model: place, speed); got "-1*plaice"; nearest: place',
    ],
    [{ reward: ['2place'] }, 'a sensor with a factor'],
    [{ terminated: ['place=3'] }, 'a sensor with a limit, such as height<0.8'],
    [{ keyframe: 'faar' }, 'nearest: far'],
    [{ observation: ['qpos', 'sped'] }, 'nearest: speed'],
    [{ rewrad: [] }, 'nearest: reward'],
  ])('and refuses %j', async (taskOptions, part) => {
    await expect(open(taskOptions)).rejects.toThrow(part)
  })
})
