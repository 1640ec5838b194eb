/** A task for tests: a model as text with a mesh, sensors and an activation, and a target that moves in the model. */
import { components } from '../../../src/environments/components.js'
import type { MujocoTask } from '../../../src/environments/mujoco/task.js'

/** A tetrahedron with edges of this many meters along the axes, as a binary STL file. */
export const tetrahedron = (edge: number): Uint8Array => {
  const corners = [[0, 0, 0], [edge, 0, 0], [0, edge, 0], [0, 0, edge]] // prettier-ignore
  const faces = [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]] // prettier-ignore
  const file = new Uint8Array(84 + 50 * faces.length)
  const view = new DataView(file.buffer)
  view.setUint32(80, faces.length, true)
  faces.forEach((face, row) =>
    face
      .flatMap((corner) => corners[corner])
      .forEach((number, i) => view.setFloat32(84 + 50 * row + 12 + 4 * i, number, true)),
  )
  return file
}

/** An arm of two hinges with a mesh at its end, and a target that hangs in the frame of its body. */
export const reachModel = `
<mujoco model="reach">
  <compiler angle="radian"/>
  <option timestep="0.01"/>
  <asset><mesh name="hand" file="hand.stl"/></asset>
  <worldbody>
    <light name="lamp" pos="0 0 3"/>
    <camera name="eye" pos="0 -2 0"/>
    <geom name="target" type="sphere" size="0.03" contype="0" conaffinity="0"/>
    <geom type="plane" size="1 1 1" pos="0 0 -1"/>
    <body name="upper">
      <joint name="shoulder" type="hinge" axis="0 1 0" damping="0.1"/>
      <geom name="upper" type="capsule" size="0.02" fromto="0 0 0 0.3 0 0"/>
      <body name="lower" pos="0.3 0 0">
        <joint name="elbow" type="hinge" axis="0 1 0" damping="0.1" range="-2 2" limited="true"/>
        <geom name="hand" type="mesh" mesh="hand" pos="0.2 0 0"/>
        <site name="tip" pos="0.25 0 0"/>
      </body>
    </body>
  </worldbody>
  <tendon><fixed name="cable"><joint joint="shoulder" coef="1"/><joint joint="elbow" coef="-1"/></fixed></tendon>
  <equality><joint name="rest" joint1="elbow" active="false"/></equality>
  <actuator>
    <motor name="swing" joint="shoulder" ctrlrange="-1 1" ctrllimited="true"/>
    <general name="bend" joint="elbow" dyntype="filter" dynprm="0.1" ctrlrange="-1 1" ctrllimited="true"/>
  </actuator>
  <sensor>
    <jointvel name="elbow speed" joint="elbow"/>
    <framepos name="tip place" objtype="site" objname="tip"/>
  </sensor>
  <keyframe><key name="folded" qpos="0 1.5"/></keyframe>
</mujoco>`

/** The model with its mesh. */
export const reachSource = { xml: reachModel, assets: { 'hand.stl': tetrahedron(0.1) } }

/**
 * The task is to bring the hand to the target. The target begins at a random place away from the hand, and shrinks a little at each
 * step.
 */
export const reach: MujocoTask<'geom_xpos' | 'sensordata' | 'act', 'geom_pos' | 'geom_size'> = {
  spec: {
    name: 'Reach-v0',
    observation: components([
      ...['x', 'y', 'z'].map((axis) => [`target ${axis}`, 'm'] as const),
      ...['x', 'y', 'z'].map((axis) => [`tip ${axis}`, 'm'] as const),
      ['elbow speed', 'rad/s'],
      ['activation', '1'],
      ['target radius', 'm'],
    ]),
    action: components([['swing', '1', -1, 1], ['bend', '1', -1, 1]]), // prettier-ignore
    stepSeconds: 0.02,
    stepLimit: 50,
  },
  source: reachSource,
  frameSkip: 2,
  reads: ['geom_xpos', 'sensordata', 'act'],
  moves: ['geom_pos', 'geom_size'],
  rules: ({ data, model, place, forward }) => {
    const target = 3 * place('geom', 'target').row
    const hand = 3 * place('geom', 'hand').row
    const speed = place('sensor', 'elbow speed').sensordata
    const tip = place('sensor', 'tip place')
    const distance = (): number => {
      const { geom_xpos } = data
      let sum = 0
      for (let i = 0; i < 3; i++) sum += (geom_xpos[target + i] - geom_xpos[hand + i]) ** 2
      return Math.sqrt(sum)
    }
    return {
      begin: (random) => {
        do {
          for (let i = 0; i < 3; i += 2) model.geom_pos[target + i] = random.uniform() - 0.5
          forward()
        } while (distance() < 0.3)
      },
      observe: () =>
        Float64Array.of(
          ...data.geom_xpos.subarray(target, target + 3),
          ...data.sensordata.subarray(tip.sensordata, tip.sensordata + tip.size),
          data.sensordata[speed],
          data.act[0],
          model.geom_size[target],
        ),
      step: (_, advance) => {
        model.geom_size[target] *= 0.99
        advance()
        return { reward: -distance(), terminated: false, info: {} }
      },
    }
  },
}
