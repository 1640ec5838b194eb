/** The model of the fish, written from the facts of the suite's compiled one (test/golden/models/dm_control/fish-swim.json). */
import type { Actuator, Body, Joint, Model } from '../mujoco/model.js'

/** Limits are written down, but switched off. */
const joint = {
  range: [-60, 60],
  limited: 'false',
  solreflimit: [0.1, 1],
  solimplimit: [0, 0.8, 0.1],
} as const satisfies Partial<Joint>
const hinge = { ...joint, type: 'hinge', damping: 2e-5 } as const
const alongX = [1, 0, 0] as const
const alongY = [0, 1, 0] as const
const alongZ = [0, 0, 1] as const

const fin = (side: 'right' | 'left'): Body => {
  const x = side === 'right' ? 1 : -1
  return {
    name: `fin${side}`,
    pos: [0.01 * x, 0, 0],
    joints: [
      { ...hinge, name: `fin${side}_roll`, axis: alongY },
      { ...hinge, name: `fin${side}_pitch`, axis: alongX, pos: [0, 0.005, 0] },
    ],
    geoms: [{ name: `fin${side}`, type: 'ellipsoid', size: [0.02, 0.015, 0.001], pos: [0.015 * x, 0, 0] }],
  }
}

/** A tendon over the rolls of both fins. */
const fins = (left: number, right: number) => [
  { joint: 'finleft_roll', coef: left },
  { joint: 'finright_roll', coef: right },
]
const servo = { type: 'position', ctrlrange: [-1, 1] } as const satisfies Partial<Actuator>

/** The radius of the mouth, in meters. */
export const mouthRadius = 0.005
/** The radius of the target, in meters. */
export const targetRadius = 0.04

/** The fish above the floor, with its nose along y. Nothing weighs, and nothing collides. */
export const fishModel: Model = {
  name: 'fish',
  timestep: 0.004,
  integrator: 'Euler',
  density: 5000,
  flags: { constraint: 'disable', gravity: 'disable' },
  geoms: [
    { name: 'ground', type: 'plane', size: [0.5, 0.5, 0.1] },
    { name: 'target', type: 'sphere', size: [targetRadius], pos: [0, 0.4, 0.1] },
  ],
  bodies: [
    {
      name: 'torso',
      pos: [0, 0, 0.1],
      joints: [{ ...joint, name: 'root', type: 'free' }],
      geoms: [
        {
          name: 'eye',
          type: 'ellipsoid',
          size: [0.008, 0.012, 0.008],
          pos: [0, 0.055, 0.015],
          axisangle: [1, 0, 0, (-10 * Math.PI) / 180],
          mass: 0,
        },
        { name: 'mouth', type: 'capsule', fromto: [0, 0.079, 0, 0, 0.07, 0], size: [mouthRadius], mass: 0 },
        {
          name: 'lower_mouth',
          type: 'capsule',
          fromto: [0, 0.079, -0.004, 0, 0.07, -0.003],
          size: [0.0045],
          mass: 0,
        },
        { name: 'torso', type: 'ellipsoid', size: [0.01, 0.08, 0.04], mass: 0 },
        { name: 'back_fin', type: 'ellipsoid', size: [0.001, 0.03, 0.015], pos: [0, -0.03, 0.03], mass: 0 },
        { name: 'torso_massive', type: 'box', size: [0.002, 0.06, 0.03] },
      ],
      sites: [{ name: 'torso', size: [0.01] }],
      bodies: [
        {
          name: 'tail1',
          pos: [0, -0.09, 0],
          joints: [
            { ...hinge, name: 'tail1', axis: alongZ, pos: [0, 0.01, 0] },
            { ...hinge, name: 'tail_twist', axis: alongY, pos: [0, 0.01, 0], range: [-30, 30] },
          ],
          geoms: [{ name: 'tail1', type: 'ellipsoid', size: [0.001, 0.008, 0.016] }],
          bodies: [
            {
              name: 'tail2',
              pos: [0, -0.028, 0],
              joints: [{ ...hinge, name: 'tail2', axis: alongZ, pos: [0, 0.02, 0], stiffness: 8e-5 }],
              geoms: [{ name: 'tail2', type: 'ellipsoid', size: [0.001, 0.018, 0.035] }],
            },
          ],
        },
        fin('right'),
        fin('left'),
      ],
    },
  ],
  tendons: [
    { name: 'fins_flap', joints: fins(-0.5, 0.5) },
    { name: 'fins_sym', stiffness: 1e-4, joints: fins(0.5, 0.5) },
  ],
  actuators: [
    { ...servo, name: 'tail', joint: 'tail1', kp: 5e-4 },
    { ...servo, name: 'tail_twist', joint: 'tail_twist', kp: 1e-4 },
    { ...servo, name: 'fins_flap', tendon: 'fins_flap', kp: 3e-4 },
    { ...servo, name: 'finleft_pitch', joint: 'finleft_pitch', kp: 1e-4 },
    { ...servo, name: 'finright_pitch', joint: 'finright_pitch', kp: 1e-4 },
  ],
  sensors: [
    { name: 'velocimeter', type: 'velocimeter', site: 'torso' },
    { name: 'gyro', type: 'gyro', site: 'torso' },
  ],
}
