/**
 * The model of the quadruped, written from the facts of the suite's compiled one
 * (test/golden/models/dm_control/quadruped-walk.json).
 */
import type { Actuator, Body, Equality, Geom, Joint, Model, Sensor, Site, Tendon, Vector3 } from '../mujoco/model.js'

const degree = Math.PI / 180

const surface = { solref: [0.01, 1], solimp: [0.9, 0.99, 0.003] } as const satisfies Partial<Geom>
const skin = { ...surface, condim: 1 } as const satisfies Partial<Geom>
const bone = { ...skin, type: 'capsule', density: 500 } as const satisfies Partial<Geom>

/** A hinge of a leg; its limits are in degrees. */
const hinge = (name: string, axis: Vector3, low: number, high: number): Joint => ({
  name,
  type: 'hinge',
  axis,
  range: [low * degree, high * degree],
  damping: 30,
  armature: 0.01,
  solimplimit: [0, 0.99, 0.01],
})
const alongY: Vector3 = [0, 1, 0]

/** The legs, in the order of the model. */
export const legs = ['front_left', 'front_right', 'back_right', 'back_left'] as const
type Leg = (typeof legs)[number]

/** Where a leg hangs on the torso, and the angle in degrees at which it points outward. */
const hips: Readonly<Record<Leg, { readonly pos: Vector3; readonly angle: number }>> = {
  front_left: { pos: [0.2, 0.2, 0], angle: 45 },
  front_right: { pos: [0.2, -0.2, 0], angle: -45 },
  back_right: { pos: [-0.2, -0.2, 0], angle: -135 },
  back_left: { pos: [-0.2, 0.2, 0], angle: 135 },
}

const leg = (name: Leg): Body => ({
  name: `hip_${name}`,
  pos: hips[name].pos,
  axisangle: [0, 0, 1, hips[name].angle * degree],
  joints: [hinge(`yaw_${name}`, [0, 0, 1], -50, 50), hinge(`pitch_${name}`, alongY, -20, 60)],
  geoms: [{ ...bone, name: `thigh_${name}`, fromto: [0, 0, 0, 0.3, 0, 0.11], size: [0.08] }],
  bodies: [
    {
      name: `knee_${name}`,
      pos: [0.3, 0, 0.11],
      joints: [hinge(`knee_${name}`, alongY, -60, 50)],
      geoms: [{ ...bone, name: `shin_${name}`, fromto: [0, 0, 0, 0.25, 0, -0.25], size: [0.065] }],
      bodies: [
        {
          name: `ankle_${name}`,
          pos: [0.25, 0, -0.25],
          joints: [hinge(`ankle_${name}`, alongY, -45, 55)],
          geoms: [{ ...bone, name: `foot_${name}`, fromto: [0, 0, 0, 0, 0, -0.25], size: [0.055] }],
          bodies: [
            {
              name: `toe_${name}`,
              pos: [0, 0, -0.3],
              geoms: [
                {
                  ...skin,
                  name: `toe_${name}`,
                  type: 'sphere',
                  size: [0.08],
                  density: 500,
                  friction: [1.5, 0.005, 0.0001],
                },
              ],
              sites: [{ name: `toe_${name}`, size: [0.084] }],
            },
          ],
        },
      ],
    },
  ],
})

/** A tendon that adds the joints of one leg up. */
const sum = (name: string, of: Leg, coefs: Readonly<Record<string, number>>): Tendon => ({
  name: `${name}_${of}`,
  joints: Object.entries(coefs).map(([joint, coef]) => ({ joint: `${joint}_${of}`, coef })),
})
const coupling = (name: Leg): Tendon => sum('coupling', name, { pitch: 0.333, knee: 0.333, ankle: 0.333 })
const pulls = (name: Leg): readonly Tendon[] => [
  sum('extend', name, { pitch: 0.25, knee: -0.5, ankle: 0.25 }),
  sum('lift', name, { pitch: 0.5, ankle: -0.5 }),
]
/** Holds the foot level while the leg moves. */
const levelFoot = (name: Leg): Equality => ({
  tendon: `coupling_${name}`,
  solref: [0.005, 0.5],
  solimp: [0.95, 0.99, 0.01],
})

const servo = {
  type: 'general',
  dyntype: 'filter',
  dynprm: 0.1,
  gainprm: 1000,
  biastype: 'affine',
  biasprm: [0, -1000, 0],
} as const
const servos = (name: Leg): readonly Actuator[] => [
  { ...servo, name: `yaw_${name}`, joint: `yaw_${name}`, ctrlrange: [-1, 1] },
  { ...servo, name: `lift_${name}`, tendon: `lift_${name}`, ctrlrange: [-1, 1.1] },
  { ...servo, name: `extend_${name}`, tendon: `extend_${name}`, ctrlrange: [-0.8, 0.8] },
]

/** A cylinder without mass, and the pupil at its end. */
const eye = (name: string, y: number): Geom => ({
  ...skin,
  name: `eye_${name}`,
  type: 'cylinder',
  fromto: [0.1, y, 0.12, 0.31, y, 0.08],
  size: [0.05],
  mass: 0,
})
const pupil = (name: string, y: number): Site => ({
  name: `pupil_${name}`,
  size: [0.033],
  pos: [0.3, y, 0.08],
  zaxis: [1, 0, 0],
})

/** The rays of a range finder, which the suite uses in another task, in four rows of five. */
const rays: readonly Site[] = Array.from({ length: 20 }, (_, i): Site => {
  const row = Math.floor(i / 5)
  // The second ray of the second row lies on the first one, in the suite's model too.
  const column = i === 6 ? 0 : i % 5
  return {
    name: `rf_${row}${i % 5}`,
    type: 'capsule',
    size: [0.005],
    fromto: [0.41, 0.01 * column - 0.02, 0.11 - 0.01 * row, 0.34 + 0.02 * row, 0, 0.115 - 0.005 * row],
  }
})

const measuredInToes = (type: 'force' | 'torque'): readonly Sensor[] =>
  legs.map((name) => ({ name: `${type}_toe_${name}`, type, site: `toe_${name}` }))

/** The quadruped standing on a floor of this many meters to each side. */
export const quadrupedModel = (floor: number): Model => ({
  name: 'quadruped',
  timestep: 0.005,
  integrator: 'Euler',
  geoms: [{ ...surface, name: 'floor', type: 'plane', size: [floor, floor, 0.5] }],
  bodies: [
    {
      name: 'torso',
      pos: [0, 0, 0.57],
      joints: [{ name: 'root', type: 'free' }],
      geoms: [eye('r', -0.07), eye('l', 0.07), { ...skin, name: 'torso', type: 'ellipsoid', size: [0.3, 0.27, 0.2] }],
      sites: [
        pupil('r', -0.07),
        pupil('l', 0.07),
        { name: 'workspace', size: [0.3, 0.3, 0.3], pos: [0.8, 0, -0.2] },
        ...rays,
        { name: 'torso_touch', type: 'box', size: [0.26, 0.26, 0.26] },
        { name: 'torso', size: [0.05] },
      ],
      bodies: legs.map(leg),
    },
  ],
  tendons: [...legs.map(coupling), ...legs.flatMap(pulls)],
  equalities: legs.map(levelFoot),
  actuators: legs.flatMap(servos),
  sensors: [
    { name: 'imu_accel', type: 'accelerometer', site: 'torso' },
    { name: 'imu_gyro', type: 'gyro', site: 'torso' },
    { name: 'velocimeter', type: 'velocimeter', site: 'torso' },
    ...measuredInToes('force'),
    ...measuredInToes('torque'),
    { name: 'center_of_mass', type: 'subtreecom', body: 'torso' },
  ],
})
