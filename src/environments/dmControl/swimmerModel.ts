/**
 * The model of the swimmer, written from the facts of the suite's compiled ones
 * (test/golden/models/dm_control/swimmer-swimmer6.json and swimmer-swimmer15.json).
 */
import type { Body, Geom, Joint, Model, Sensor, Vector3 } from '../mujoco/model.js'

/** The front end of a link, by which it hangs on the one before. */
const front: Vector3 = [0, -0.05, 0]

/** The shape of a link, which is seen alone, and the thin box that moves the fluid and weighs. */
const link = (suffix: string): { readonly visual: Geom; readonly inertial: Geom } => ({
  visual: {
    name: `visual${suffix}`,
    type: 'capsule',
    fromto: [0, -0.05, 0, 0, 0.05, 0],
    size: [0.01],
    mass: 0,
  },
  inertial: { name: `inertial${suffix}`, type: 'box', size: [0.001, 0.05, 0.01], mass: 0.01 },
})

/** The chain from link `i` on, whose hinges turn by at most `limit` radians. */
const chain = (i: number, count: number, limit: number): readonly Body[] => {
  if (i === count) return []
  const { visual, inertial } = link(`_${i}`)
  return [
    {
      name: `segment_${i}`,
      pos: [0, 0.1, 0],
      joints: [
        {
          name: `joint_${i}`,
          type: 'hinge',
          axis: [0, 0, 1],
          pos: front,
          range: [-limit, limit],
          armature: 1e-6,
          solreflimit: [0.05, 1],
          solimplimit: [0, 0.8, 0.1],
        },
      ],
      geoms: [visual, inertial],
      sites: [{ name: `site_${i}`, size: [0.01] }],
      bodies: chain(i + 1, count, limit),
    },
  ]
}

const root = { pos: front } as const satisfies Partial<Joint>
/** In meters. */
export const targetRadius = 0.1

const head = ({ visual, inertial }: ReturnType<typeof link>, bodies: readonly Body[]): Body => ({
  name: 'head',
  pos: [0, 0, 0.05],
  joints: [
    { ...root, name: 'rootx', type: 'slide', axis: [1, 0, 0] },
    { ...root, name: 'rooty', type: 'slide', axis: [0, 1, 0] },
    { ...root, name: 'rootz', type: 'hinge', axis: [0, 0, 1] },
  ],
  geoms: [
    { name: 'head', type: 'ellipsoid', size: [0.02, 0.04, 0.017], pos: [0, -0.022, 0], mass: 0 },
    { name: 'nose', type: 'sphere', size: [0.004], pos: [0, -0.06, 0], mass: 0 },
    { name: 'eyes', type: 'capsule', fromto: [-0.006, -0.054, 0.005, 0.006, -0.054, 0.005], size: [0.004], mass: 0 },
    inertial,
    visual,
  ],
  sites: [{ name: 'head', size: [0.01] }],
  bodies,
})

/** The sensors of a link's velocity and angular velocity, in its own frame. */
const velocities = (site: string, velocity: string, gyro: string): readonly Sensor[] => [
  { name: velocity, type: 'velocimeter', site },
  { name: gyro, type: 'gyro', site },
]

/** The chain of `links` links, the head included, stretched out along y. */
export const swimmerModel = (links: number): Model => {
  const numbers = Array.from({ length: links - 1 }, (_, i) => i)
  return {
    name: 'swimmer',
    timestep: 0.002,
    integrator: 'Euler',
    density: 3000,
    flags: { contact: 'disable' },
    geoms: [
      { name: 'ground', type: 'plane', size: [2, 2, 0.1] },
      { name: 'target', type: 'sphere', size: [targetRadius], pos: [1, 1, 0.05] },
    ],
    bodies: [head(link(''), chain(0, links - 1, (2 * Math.PI) / links))],
    actuators: numbers.map((i) => ({ name: `motor_${i}`, joint: `joint_${i}`, gear: 5e-4, ctrlrange: [-1, 1] })),
    sensors: [
      { name: 'nose_pos', type: 'framepos', objtype: 'geom', objname: 'nose' },
      { name: 'target_pos', type: 'framepos', objtype: 'geom', objname: 'target' },
      { name: 'head_xaxis', type: 'framexaxis', objtype: 'xbody', objname: 'head' },
      { name: 'head_yaxis', type: 'frameyaxis', objtype: 'xbody', objname: 'head' },
      ...velocities('head', 'head_vel', 'head_gyro'),
      ...numbers.flatMap((i) => velocities(`site_${i}`, `velocimeter_${i}`, `gyro_${i}`)),
    ],
  }
}
