/**
 * The model of Ant: a torso on four legs of two joints each.
 *
 * It is written from the facts of Gymnasium's compiled one (test/golden/models/ant.json).
 */
import type { Body, Geom, Joint, Model } from '../mujoco/model.js'

/** Parts of the ant collide with the floor and not with each other; they are 200 times lighter than water. */
const part = { conaffinity: 0, friction: [1, 0.5, 0.5], margin: 0.01, density: 5 } as const satisfies Partial<Geom>
const actuated = { type: 'hinge', armature: 1, damping: 1 } as const satisfies Partial<Joint>
const degrees = (angle: number): number => (angle * Math.PI) / 180

/** A leg that points to the quadrant of `x` and `y`, which are 1 or -1. */
const leg = (number: number, body: string, names: readonly [string, string], x: number, y: number): Body => {
  const bone = (name: string, length: number): Geom => ({
    ...part,
    name,
    type: 'capsule',
    fromto: [0, 0, 0, x * length, y * length, 0],
    size: [0.08],
  })
  const [thigh, shin] = names
  return {
    name: body,
    geoms: [bone(`aux_${number}_geom`, 0.2)],
    bodies: [
      {
        name: `aux_${number}`,
        pos: [0.2 * x, 0.2 * y, 0],
        joints: [{ ...actuated, name: `hip_${number}`, axis: [0, 0, 1], range: [degrees(-30), degrees(30)] }],
        geoms: [bone(thigh, 0.2)],
        bodies: [
          {
            pos: [0.2 * x, 0.2 * y, 0],
            joints: [
              {
                ...actuated,
                name: `ankle_${number}`,
                axis: [-x * y, 1, 0],
                range: x > 0 ? [degrees(30), degrees(70)] : [degrees(-70), degrees(-30)],
              },
            ],
            geoms: [bone(shin, 0.4)],
          },
        ],
      },
    ],
  }
}

/** Names of the legs; the joints of the first one are number 1. */
export const legNames = ['front left', 'front right', 'back left', 'back right'] as const
/** The numbers of the legs in the order of the motors. */
export const motorLegs = [4, 1, 2, 3] as const

/** Meters from the floor to the middle of the torso, in the initial posture. */
const initialHeight = 0.75

/** The ant on its floor. */
export const antModel: Model = {
  name: 'ant',
  timestep: 0.01,
  integrator: 'RK4',
  geoms: [{ name: 'floor', type: 'plane', size: [40, 40, 40], friction: [1, 0.5, 0.5], margin: 0.01 }],
  bodies: [
    {
      name: 'torso',
      pos: [0, 0, initialHeight],
      joints: [{ name: 'root', type: 'free', margin: 0.01 }],
      geoms: [{ ...part, name: 'torso_geom', type: 'sphere', size: [0.25] }],
      bodies: [
        leg(1, 'front_left_leg', ['left_leg_geom', 'left_ankle_geom'], 1, 1),
        leg(2, 'front_right_leg', ['right_leg_geom', 'right_ankle_geom'], -1, 1),
        leg(3, 'back_leg', ['back_leg_geom', 'third_ankle_geom'], -1, -1),
        leg(4, 'right_back_leg', ['rightback_leg_geom', 'fourth_ankle_geom'], 1, -1),
      ],
    },
  ],
  actuators: motorLegs.flatMap((number) =>
    ['hip', 'ankle'].map((kind) => ({ joint: `${kind}_${number}`, gear: 150, ctrlrange: [-1, 1] as const })),
  ),
}
