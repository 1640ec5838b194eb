/**
 * The model of the humanoid, written from the facts of the suite's compiled one
 * (test/golden/models/dm_control/humanoid-stand.json).
 */
import type { Body, Geom, Joint, Model, Sensor, Site, Vector3 } from '../mujoco/model.js'

const degree = Math.PI / 180

const skin = {
  condim: 1,
  friction: [0.7, 0.005, 0.0001],
  solref: [0.015, 1],
  solimp: [0.9, 0.99, 0.003],
} as const satisfies Partial<Geom>

const capsule = (name: string, radius: number, fromto: NonNullable<Geom['fromto']>): Geom => ({
  ...skin,
  name,
  type: 'capsule',
  size: [radius],
  fromto,
})

/** A marked place in a joint, at which forces are measured. */
const pivot = (name: string, height = 0): Site => ({
  name,
  type: 'box',
  size: [0.01, 0.01, 0.02],
  pos: [0, 0, height],
})

/** The region of a limb in which touch is measured, a capsule along `zaxis`. */
const touchRegion = (
  name: string,
  size: readonly [radius: number, halfLength: number],
  pos: Vector3,
  zaxis: Vector3,
): Site => ({
  name,
  type: 'capsule',
  size,
  pos,
  zaxis,
})

/** A hinge; its limits are in degrees. */
type Hinge = Pick<Joint, 'stiffness' | 'pos'> & {
  readonly axis: Vector3
  readonly limits: readonly [low: number, high: number]
}
const hinge = (name: string, damping: number, { limits: [low, high], ...rest }: Hinge): Joint => ({
  ...rest,
  name,
  type: 'hinge',
  damping,
  armature: 0.01,
  range: [low * degree, high * degree],
  solimplimit: [0, 0.99, 0.01],
})
/** A hinge of the trunk or the hip. */
const strong = (name: string, options: Hinge): Joint => hinge(name, 5, options)
/** A hinge of a limb. */
const light = (name: string, options: Hinge): Joint => hinge(name, 0.2, options)

type Side = 'right' | 'left'
const sides = ['right', 'left'] as const
/** The direction of a side along y. */
const outward = (side: Side): 1 | -1 => (side === 'left' ? 1 : -1)

/** The two soles of a foot, side by side: the outer one turns out a little, the inner one in. */
const soles = (side: Side): Pick<Body, 'geoms' | 'sites'> => {
  const y = outward(side)
  const inner: Side = side === 'right' ? 'left' : 'right'
  const sole = (at: Side) => `${at}_${side}_foot`
  /** The middle of the sole on the side `at`. */
  const region = (at: Side) =>
    touchRegion(sole(at), [0.03, 0.11], [0.035, at === side ? 0.03 * y : -0.01 * y, 0], [21, 2 * outward(at), 0])
  return {
    geoms: [
      capsule(sole(side), 0.027, [-0.07, 0.02 * y, 0, 0.14, 0.04 * y, 0]),
      capsule(sole(inner), 0.027, [-0.07, 0, 0, 0.14, -0.02 * y, 0]),
    ],
    sites: [pivot(`${side}_ankle`), ...sides.map(region)],
  }
}

const leg = (side: Side): Body => {
  const y = outward(side)
  return {
    name: `${side}_thigh`,
    pos: [0, 0.1 * y, -0.04],
    joints: [
      strong(`${side}_hip_x`, { axis: [-y, 0, 0], limits: [-25, 5], stiffness: 10 }),
      strong(`${side}_hip_z`, { axis: [0, 0, -y], limits: [-60, 35], stiffness: 10 }),
      // The left leg swings ten degrees further back, in the suite's model too.
      strong(`${side}_hip_y`, { axis: [0, 1, 0], limits: [side === 'right' ? -110 : -120, 20], stiffness: 20 }),
    ],
    geoms: [capsule(`${side}_thigh`, 0.06, [0, 0, 0, 0, -0.01 * y, -0.34])],
    sites: [pivot(`${side}_hip`), touchRegion(`${side}_thigh`, [0.061, 0.17], [0, -0.005 * y, -0.17], [0, y, 34])],
    bodies: [
      {
        name: `${side}_shin`,
        pos: [0, -0.01 * y, -0.403],
        joints: [light(`${side}_knee`, { axis: [0, -1, 0], pos: [0, 0, 0.02], limits: [-160, 2], stiffness: 1 })],
        geoms: [capsule(`${side}_shin`, 0.049, [0, 0, 0, 0, 0, -0.3])],
        sites: [pivot(`${side}_knee`, 0.02), touchRegion(`${side}_shin`, [0.05, 0.15], [0, 0, -0.15], [0, 0, 1])],
        bodies: [
          {
            name: `${side}_foot`,
            pos: [0, 0, -0.39],
            joints: [
              light(`${side}_ankle_y`, { axis: [0, 1, 0], pos: [0, 0, 0.08], limits: [-50, 50], stiffness: 6 }),
              light(`${side}_ankle_x`, { axis: [1, 0, 0.5], pos: [0, 0, 0.04], limits: [-50, 50], stiffness: 3 }),
            ],
            ...soles(side),
          },
        ],
      },
    ],
  }
}

const arm = (side: Side): Body => {
  const y = outward(side)
  const limits = side === 'right' ? ([-85, 60] as const) : ([-60, 85] as const)
  return {
    name: `${side}_upper_arm`,
    pos: [0, 0.17 * y, 0.06],
    joints: [
      light(`${side}_shoulder1`, { axis: [2, -y, 1], limits, stiffness: 1 }),
      light(`${side}_shoulder2`, { axis: [0, y, 1], limits, stiffness: 1 }),
    ],
    geoms: [capsule(`${side}_upper_arm`, 0.04, [0, 0, 0, 0.16, 0.16 * y, -0.16])],
    sites: [touchRegion(`${side}_upper_arm`, [0.041, 0.14], [0.08, 0.08 * y, -0.08], [1, y, -1])],
    bodies: [
      {
        name: `${side}_lower_arm`,
        pos: [0.18, 0.18 * y, -0.18],
        joints: [light(`${side}_elbow`, { axis: [0, -1, -y], limits: [-90, 50] })],
        geoms: [capsule(`${side}_lower_arm`, 0.031, [0.01, -0.01 * y, 0.01, 0.17, -0.17 * y, 0.17])],
        sites: [touchRegion(`${side}_lower_arm`, [0.032, 0.14], [0.09, -0.09 * y, 0.09], [1, -y, 1])],
        bodies: [
          {
            name: `${side}_hand`,
            pos: [0.18, -0.18 * y, 0.18],
            geoms: [{ ...skin, name: `${side}_hand`, type: 'sphere', size: [0.04] }],
            sites: [{ name: `${side}_hand`, size: [0.041] }],
          },
        ],
      },
    ],
  }
}

/** A little back from upright. */
const leaning = [1, 0, -0.002, 0] as const
const sideways: Vector3 = [0, 1, 0]

const lowerBody: Body = {
  name: 'lower_waist',
  pos: [-0.01, 0, -0.26],
  quat: leaning,
  joints: [
    strong('abdomen_z', { axis: [0, 0, 1], pos: [0, 0, 0.065], limits: [-45, 45], stiffness: 20 }),
    strong('abdomen_y', { axis: [0, 1, 0], pos: [0, 0, 0.065], limits: [-75, 30], stiffness: 10 }),
  ],
  geoms: [capsule('lower_waist', 0.06, [0, -0.06, 0, 0, 0.06, 0])],
  sites: [touchRegion('lower_waist', [0.061, 0.06], [0, 0, 0], sideways)],
  bodies: [
    {
      name: 'pelvis',
      pos: [0, 0, -0.165],
      quat: leaning,
      joints: [strong('abdomen_x', { axis: [1, 0, 0], pos: [0, 0, 0.1], limits: [-35, 35], stiffness: 10 })],
      geoms: [capsule('butt', 0.09, [-0.02, -0.07, 0, -0.02, 0.07, 0])],
      sites: [touchRegion('butt', [0.091, 0.07], [-0.02, 0, 0], sideways)],
      bodies: sides.map(leg),
    },
  ],
}

const legGears = { hip_x: 40, hip_z: 40, hip_y: 120, knee: 80, ankle_x: 20, ankle_y: 20 }
const armGears = { shoulder1: 20, shoulder2: 20, elbow: 40 }
const gears = (prefix: string, of: Readonly<Record<string, number>>): readonly (readonly [string, number])[] =>
  Object.entries(of).map(([name, gear]) => [`${prefix}${name}`, gear] as const)

const joints = ['ankle', 'knee', 'hip']
const measuredInJoints = (type: 'force' | 'torque'): readonly Sensor[] =>
  joints.flatMap((name) =>
    ['left', 'right'].map((side) => ({ name: `${side}_${name}_${type}`, type, site: `${side}_${name}` })),
  )
const touchedLimbs = [
  'torso',
  'head',
  'lower_waist',
  'butt',
  ...sides.flatMap((side) => [`${side}_thigh`, `${side}_shin`, `right_${side}_foot`, `left_${side}_foot`]),
  ...sides.flatMap((side) => [`${side}_upper_arm`, `${side}_lower_arm`, `${side}_hand`]),
]

/** The humanoid standing on its floor, with its hands before it. */
export const humanoidModel: Model = {
  name: 'humanoid',
  timestep: 0.005,
  integrator: 'Euler',
  geoms: [{ name: 'floor', type: 'plane', size: [100, 100, 0.2] }],
  bodies: [
    {
      name: 'torso',
      pos: [0, 0, 1.5],
      joints: [{ name: 'root', type: 'free' }],
      geoms: [
        capsule('torso', 0.07, [0, -0.07, 0, 0, 0.07, 0]),
        capsule('upper_waist', 0.06, [-0.01, -0.06, -0.12, -0.01, 0.06, -0.12]),
      ],
      sites: [pivot('root'), { name: 'torso', type: 'box', size: [0.075, 0.14, 0.13], pos: [0, 0, -0.05] }],
      bodies: [
        {
          name: 'head',
          pos: [0, 0, 0.19],
          geoms: [{ ...skin, name: 'head', type: 'sphere', size: [0.09] }],
          sites: [{ name: 'head', size: [0.091] }],
        },
        lowerBody,
        ...sides.map(arm),
      ],
    },
  ],
  actuators: [
    ...gears('abdomen_', { y: 40, z: 40, x: 40 }),
    ...sides.flatMap((side) => gears(`${side}_`, legGears)),
    ...sides.flatMap((side) => gears(`${side}_`, armGears)),
  ].map(([name, gear]) => ({ name, joint: name, gear, ctrlrange: [-1, 1] })),
  sensors: [
    { name: 'torso_subtreelinvel', type: 'subtreelinvel', body: 'torso' },
    { name: 'torso_accel', type: 'accelerometer', site: 'root' },
    { name: 'torso_vel', type: 'velocimeter', site: 'root' },
    { name: 'torso_gyro', type: 'gyro', site: 'root' },
    ...measuredInJoints('force'),
    ...measuredInJoints('torque'),
    ...touchedLimbs.map((site): Sensor => ({ name: `${site}_touch`, type: 'touch', site })),
  ],
}
