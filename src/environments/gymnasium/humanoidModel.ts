/**
 * The model of Humanoid and HumanoidStandup: a torso with legs of two parts and arms of two parts, which stands or lies on its back.
 *
 * It is written from the facts of Gymnasium's compiled ones (test/golden/models/humanoid.json and humanoidstandup.json).
 */
import type { Body, Geom, Joint, Model, Vector3 } from '../mujoco/model.js'

const skin = { condim: 1, margin: 0.001 } as const satisfies Partial<Geom>
const degrees = (angle: number): number => (angle * Math.PI) / 180

const hinge = (
  name: string,
  axis: Vector3,
  [low, high]: readonly [number, number],
  dynamics: Pick<Joint, 'stiffness' | 'damping' | 'armature' | 'pos'>,
): Joint => ({ type: 'hinge', name, axis, range: [degrees(low), degrees(high)], ...dynamics })

const capsule = (name: string, fromto: NonNullable<Geom['fromto']>, radius: number): Geom => ({
  ...skin,
  name,
  type: 'capsule',
  fromto,
  size: [radius],
})
const ball = (name: string, radius: number, pos: Vector3): Geom => ({
  ...skin,
  name,
  type: 'sphere',
  size: [radius],
  pos,
})

/** In which posture the model is built: its joints are at 0 there. */
export type Posture = 'standing' | 'lying'

const right = { name: 'right', sign: -1 } as const
const left = { name: 'left', sign: 1 } as const
type Side = typeof right | typeof left

/** A leg. Standing, its bones point down; lying, they point along x. */
const leg = ({ name, sign }: Side, posture: Posture): Body => {
  const stands = posture === 'standing'
  const along = (length: number, sideward = 0): Vector3 => (stands ? [0, sideward, -length] : [length, sideward, 0])
  const hip = { stiffness: 10, damping: 5, armature: 0.01 }
  const isLeft = sign > 0
  return {
    name: `${name}_thigh`,
    pos: stands ? [0, 0.1 * sign, -0.04] : [0, 0.1 * sign, 0],
    joints: [
      hinge(`${name}_hip_x`, [-sign, 0, 0], [-25, 5], hip),
      hinge(`${name}_hip_z`, [0, 0, -sign], [-60, 35], hip),
      hinge(`${name}_hip_y`, [0, 1, 0], [isLeft && !stands ? -120 : -110, 20], {
        stiffness: 20,
        damping: 5,
        armature: isLeft ? 0.01 : 0.008,
      }),
    ],
    geoms: [capsule(`${name}_thigh1`, [0, 0, 0, ...along(0.34, -0.01 * sign)], 0.06)],
    bodies: [
      {
        name: `${name}_shin`,
        pos: along(0.403, -0.01 * sign),
        joints: [
          hinge(`${name}_knee`, [0, -1, 0], [-160, -2], {
            pos: [0, 0, 0.02],
            stiffness: isLeft ? 1 : 0,
            damping: 1,
            armature: 0.006,
          }),
        ],
        geoms: [capsule(`${name}_shin1`, [0, 0, 0, ...along(0.3)], 0.049)],
        bodies: [
          {
            name: `${name}_foot`,
            pos: stands ? [0, 0, -0.45] : [0.35, 0, -0.1],
            geoms: [ball(`${name}_foot`, 0.075, [0, 0, 0.1])],
          },
        ],
      },
    ],
  }
}

const arm = ({ name, sign }: Side): Body => {
  const [low, high] = sign < 0 ? ([-85, 60] as const) : ([-60, 85] as const)
  return {
    name: `${name}_upper_arm`,
    pos: [0, 0.17 * sign, 0.06],
    joints: [
      hinge(`${name}_shoulder1`, [2, -sign, 1], [low, high], { stiffness: 1, damping: 1, armature: 0.0068 }),
      hinge(`${name}_shoulder2`, [0, sign, 1], [low, high], { stiffness: 1, damping: 1, armature: 0.0051 }),
    ],
    geoms: [capsule(`${name}_uarm1`, [0, 0, 0, 0.16, 0.16 * sign, -0.16], 0.04)],
    bodies: [
      {
        name: `${name}_lower_arm`,
        pos: [0.18, 0.18 * sign, -0.18],
        joints: [hinge(`${name}_elbow`, [0, -1, -sign], [-90, 50], { damping: 1, armature: 0.0028 })],
        geoms: [
          capsule(`${name}_larm`, [0.01, -0.01 * sign, 0.01, 0.17, -0.17 * sign, 0.17], 0.031),
          ball(`${name}_hand`, 0.04, [0.18, -0.18 * sign, 0.18]),
        ],
      },
    ],
  }
}

/** A small turn about y by which the lower body leans. */
const lean = [0.999998, 0, -0.001999996, 0] as const

/** Joints with a motor, in the order of the motors, and the gear of each. */
const motors: readonly (readonly [joint: string, gear: number])[] = [
  ['abdomen_y', 100],
  ['abdomen_z', 100],
  ['abdomen_x', 100],
  ...['right', 'left'].flatMap(
    (side) =>
      [
        [`${side}_hip_x`, 100],
        [`${side}_hip_z`, 100],
        [`${side}_hip_y`, 300],
        [`${side}_knee`, 200],
      ] as const,
  ),
  ...['right', 'left'].flatMap((side) =>
    ['shoulder1', 'shoulder2', 'elbow'].map((joint) => [`${side}_${joint}`, 25] as const),
  ),
]

/** Names of the motors in their order. */
export const motorNames = motors.map(([joint]) => joint.replaceAll('_', ' '))

/** Names of the bodies in MuJoCo's order, the world first. */
export const bodyNames = [
  'world',
  'torso',
  'lower waist',
  'pelvis',
  ...['right', 'left'].flatMap((side) => [`${side} thigh`, `${side} shin`, `${side} foot`]),
  ...['right', 'left'].flatMap((side) => [`${side} upper arm`, `${side} lower arm`]),
] as const

/** Names of the hinges in MuJoCo's order. */
export const jointNames = [
  'abdomen z',
  'abdomen y',
  'abdomen x',
  ...['right', 'left'].flatMap((side) => [`${side} hip x`, `${side} hip z`, `${side} hip y`, `${side} knee`]),
  ...['right', 'left'].flatMap((side) => [`${side} shoulder 1`, `${side} shoulder 2`, `${side} elbow`]),
] as const

/** Bound of the controls. */
export const mostControl = 0.4

/** Meters from the floor to the torso in the initial posture. */
export const torsoHeight: Readonly<Record<Posture, number>> = { standing: 1.4, lying: 0.105 }

/** The humanoid in a posture. */
export const humanoidModel = (posture: Posture): Model => {
  const stands = posture === 'standing'
  const waist = { stiffness: 20, damping: 5, armature: 0.02, pos: [0, 0, 0.065] } as const
  const [x, z] = stands ? [-0.01, -0.12] : [0.11, 0]
  return {
    name: stands ? 'humanoid' : 'humanoidstandup',
    timestep: 0.003,
    integrator: 'RK4',
    solver: 'PGS',
    iterations: 50,
    geoms: [{ name: 'floor', type: 'plane', size: [20, 20, 0.125], friction: [1, 0.1, 0.1], margin: 0.001 }],
    bodies: [
      {
        name: 'torso',
        pos: [0, 0, torsoHeight[posture]],
        joints: [{ name: 'root', type: 'free' }],
        geoms: [
          capsule('torso1', [0, -0.07, 0, 0, 0.07, 0], 0.07),
          ball('head', 0.09, stands ? [0, 0, 0.19] : [-0.15, 0, 0]),
          capsule('uwaist', [x, -0.06, z, x, 0.06, z], 0.06),
        ],
        bodies: [
          {
            name: 'lwaist',
            pos: stands ? [-0.01, 0, -0.26] : [0.21, 0, 0],
            quat: lean,
            joints: [
              hinge('abdomen_z', [0, 0, 1], [-45, 45], waist),
              hinge('abdomen_y', [0, 1, 0], [-75, 30], { ...waist, stiffness: 10 }),
            ],
            geoms: [capsule('lwaist', [0, -0.06, 0, 0, 0.06, 0], 0.06)],
            bodies: [
              {
                name: 'pelvis',
                pos: stands ? [0, 0, -0.165] : [0.165, 0, 0],
                quat: lean,
                joints: [
                  hinge('abdomen_x', [1, 0, 0], [-35, 35], {
                    stiffness: 10,
                    damping: 5,
                    armature: 0.02,
                    pos: [0, 0, 0.1],
                  }),
                ],
                geoms: [capsule('butt', [-0.02, -0.07, 0, -0.02, 0.07, 0], 0.09)],
                bodies: [leg(right, posture), leg(left, posture)],
              },
            ],
          },
          arm(right),
          arm(left),
        ],
      },
    ],
    tendons: ['left', 'right'].map((side) => ({
      name: `${side}_hipknee`,
      joints: [
        { joint: `${side}_hip_y`, coef: -1 },
        { joint: `${side}_knee`, coef: 1 },
      ],
    })),
    actuators: motors.map(([joint, gear]) => ({
      name: joint,
      joint,
      gear,
      ctrlrange: [-mostControl, mostControl],
    })),
  }
}
