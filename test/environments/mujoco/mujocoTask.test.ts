import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ModelText } from '../../../src/environments/mujoco/model.js'
import { mujocoSimulator } from '../../../src/environments/mujoco/mujocoSimulator.js'
import { mujocoTask, type MujocoTaskOptions } from '../../../src/environments/mujoco/mujocoTask.js'
import { seeded } from '../../../src/random.js'
import { simulatorSuite } from '../../../src/testing/simulatorSuite.js'

/** Every kind of joint, sensors of one and of several numbers, and a keyframe. */
const xml = `
  <mujoco model="Odds and ends">
    <option timestep="0.005"/>
    <worldbody>
      <site name="post" pos="1 0 0"/>
      <body name="cart"><joint name="rail" type="slide" axis="1 0 0" damping="1"/><geom size="0.1"/>
        <body name="pole"><joint name="pivot" type="hinge" axis="0 1 0"/><geom type="capsule" size="0.02" fromto="0 0 0 0 0 0.5"/>
          <site name="tip" pos="0 0 0.5"/></body></body>
      <body name="ball" pos="0 1 0"><joint name="socket" type="ball"/><geom size="0.1" pos="0 0 -0.3"/></body>
      <body name="puck" pos="0 2 1"><freejoint name="loose"/><geom size="0.1"/></body>
    </worldbody>
    <actuator><motor name="push" joint="rail" ctrlrange="-2 3"/><motor joint="pivot" ctrlrange="-1 1"/></actuator>
    <sensor>
      <jointpos name="swing" joint="pivot"/>
      <jointvel name="speed" joint="rail"/>
      <framepos name="to post" objtype="site" objname="post" reftype="site" refname="tip"/>
      <accelerometer site="tip"/>
    </sensor>
    <keyframe><key name="tilted" qpos="0.5 0.25 1 0 0 0 0 2 1 1 0 0 0" qvel="0.125 0 0 0 0 0 0 0 0 0 0"/></keyframe>
  </mujoco>`

const options = { source: { xml }, frameSkip: 4, reward: () => 0 } satisfies MujocoTaskOptions
const open = async (changed: Partial<MujocoTaskOptions> = {}) =>
  mujocoSimulator(await mujocoTask({ ...options, ...changed }), { random: seeded(1)('environment') })

describe('the spec follows from the model', async () => {
  const { spec } = await mujocoTask(options)
  const rows = Array.from(spec.observation.names, (name, i) => `${name} [${spec.observation.units[i]}]`)

  it('has the name of the model, or one of its own', async () => {
    expect(spec.name).toBe('Odds and ends')
    expect((await mujocoTask({ ...options, name: 'Mine' })).spec.name).toBe('Mine')
  })

  it('has a component for each position and velocity, with its unit, and for each number of a sensor', () => {
    expect(rows).toEqual([
      'rail position [m]',
      'pivot angle [rad]',
      ...['w', 'x', 'y', 'z'].map((part) => `socket quaternion ${part} [1]`),
      ...['x', 'y', 'z'].map((axis) => `loose along ${axis} [m]`),
      ...['w', 'x', 'y', 'z'].map((part) => `loose quaternion ${part} [1]`),
      'rail velocity [m/s]',
      'pivot velocity [rad/s]',
      ...['x', 'y', 'z'].map((axis) => `socket angular velocity about ${axis} [rad/s]`),
      ...['x', 'y', 'z'].map((axis) => `loose velocity along ${axis} [m/s]`),
      ...['x', 'y', 'z'].map((axis) => `loose angular velocity about ${axis} [rad/s]`),
      'swing [rad]',
      'speed [m/s]',
      ...['x', 'y', 'z'].map((axis) => `to post ${axis} [m]`),
      ...['x', 'y', 'z'].map((axis) => `sensor 3 ${axis} [m/s^2]`),
    ])
  })

  it('has the bounds of the controls, the length of a step and its limit', () => {
    expect(spec.action).toMatchObject({ names: ['push', 'pivot'], low: [-2, -1], high: [3, 1] })
    expect([spec.stepSeconds, spec.stepLimit]).toEqual([0.02, 1000])
  })
})

describe('the scene', () => {
  it('gives sensors by name, as they are after the action', async () => {
    const seen: number[][] = []
    const world = await open({
      observation: ['qvel', 'speed', 'swing'],
      reward: (scene) => {
        seen.push([scene.sensor('speed'), scene.sensor('to post', 2), scene.length('to post')])
        return scene.sensor('swing')
      },
    })
    world.reset()
    const { observation, reward } = world.step([3, 0])
    const [speed, , ...others] = observation
    expect(speed).toBeGreaterThan(0)
    expect(others.slice(-2)).toEqual([speed, reward])
    const [[measured, z, length]] = seen
    expect(measured).toBe(speed)
    // The tip is about 0.5 above the rail and 1 before the post.
    expect(z).toBeCloseTo(-0.5, 2)
    expect(length).toBeCloseTo(Math.sqrt(1.25), 2)
    world.close()
  })

  it('begins where it is told, in a keyframe too', async () => {
    const world = await open({ begin: (scene) => scene.pose('tilted'), observation: ['qpos', 'qvel'] })
    const { observation } = world.reset()
    expect([...observation].slice(0, 14)).toEqual([0.5, 0.25, 1, 0, 0, 0, 0, 2, 1, 1, 0, 0, 0, 0.125])
    world.close()
  })

  it('reports its own figures and ends', async () => {
    const world = await open({
      terminated: (scene) => scene.sensor('speed') > 0,
      info: (scene) => ({ speed: scene.sensor('speed') }),
    })
    world.reset()
    const { terminated, info } = world.step([3, 0])
    expect([terminated, info['speed'] > 0]).toEqual([true, true])
    world.close()
  })
})

describe('refuses', () => {
  it.each<[string, Partial<MujocoTaskOptions>, string]>([
    [
      'what the model does not have',
      { observation: ['qpos', 'sped'] },
      "Odds and ends: observation: expected names of qpos, qvel, swing, speed, to post, sensor 3, got 'sped'; nearest: speed",
    ],
    [
      'a model without actuators',
      { source: { xml: '<mujoco><worldbody/></mujoco>' }, name: 'Bare' },
      'Bare: expected a model with actuators, got none',
    ],
    [
      'an actuator without a range',
      { source: { xml: xml.replace('ctrlrange="-2 3"', '') } },
      "Odds and ends: expected a ctrlrange for each actuator, which bounds its actions; 'push' has none",
    ],
    [
      'a model that does not compile',
      { source: { xml: xml.replace('size="0.1"', 'bulk="0.1"') } },
      "mujocoTask: MuJoCo Error: Loading error: XML Error: Schema violation: unrecognized attribute: 'bulk' Element 'geom', line 6",
    ],
  ])('%s', async (_, changed, message) => {
    await expect(mujocoTask({ ...options, ...changed })).rejects.toThrow(message)
  })

  it('a sensor or a number of it that is not there, at the first step', async () => {
    const unknown = await open({ reward: (scene) => scene.sensor('swng') })
    unknown.reset()
    expect(() => unknown.step([0, 0])).toThrow(
      /expected the name of a sensor of the model .*got 'swng'; nearest: swing/,
    )
    const beyond = await open({ reward: (scene) => scene.sensor('swing', 1) })
    beyond.reset()
    expect(() => beyond.step([0, 0])).toThrow("sensor 'swing': expected an index below 1, got 1")
    for (const each of [unknown, beyond]) each.close()
  })
})

describe('a task made so keeps the rules of simulators', () => {
  const arm: ModelText = { xml: readFileSync(new URL('../../../examples/arm.xml', import.meta.url), 'utf8') }
  const reach = async () =>
    mujocoSimulator(
      await mujocoTask({
        source: arm,
        frameSkip: 20,
        stepLimit: 100,
        reads: ['mocap_pos'],
        begin: ({ data }, { uniform }) => data.mocap_pos.set([0.3, 0.6 * uniform() - 0.3, 0.5]),
        reward: (scene) => -scene.length('to target'),
      }),
      { random: seeded(1)('environment') },
    )
  for (const rule of simulatorSuite(reach)) it(rule.name, rule.run)
})
