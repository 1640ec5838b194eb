/**
 * The model of the manipulator with its ball, written from the facts of the suite's compiled one
 * (test/golden/models/dm_control/manipulator-bring_ball.json).
 */
import type { Body, Geom, Joint, Model, Sensor, Site, Vector3 } from '../mujoco/model.js'

const degree = Math.PI / 180

const surface = {
  friction: [0.7, 0.005, 0.0001],
  solref: [0.005, 1],
  solimp: [0.9, 0.97, 0.001],
} as const satisfies Partial<Geom>
const link = { ...surface, type: 'capsule', density: 500 } as const satisfies Partial<Geom>
const ghost = { contype: 0, conaffinity: 0 } as const satisfies Partial<Geom>

const joint = { solreflimit: [0.005, 1], solimplimit: [0, 0.99, 0.01] } as const satisfies Partial<Joint>
const hinge = { ...joint, type: 'hinge', axis: [0, -1, 0] } as const satisfies Partial<Joint>

/** A place in which nothing collides. */
const mark = (name: string, pos?: Vector3): Site => ({ name, size: [0.003, 0.003, 0.003], ...(pos && { pos }) })

/** The region in which touch is measured. */
const touchRegion = (name: string, size: Vector3, pos: Vector3): Site => ({
  name: `${name}_touch`,
  type: 'box',
  size,
  pos,
})

/** One of the two fingers of the hand, with its tip on a spring; it bends inward. */
const digit = (name: 'thumb' | 'finger', frame: Pick<Body, 'pos' | 'axisangle'>): Body => ({
  ...frame,
  name,
  joints: [{ ...hinge, name, range: [-10 * degree, 60 * degree], damping: 0.5 }],
  geoms: [
    { ...link, name: `${name}1`, fromto: [0, 0, 0, 0.02, 0, -0.01], size: [0.007] },
    { ...link, name: `${name}2`, fromto: [0.02, 0, -0.01, 0.04, 0, -0.01], size: [0.007] },
  ],
  sites: [{ ...touchRegion(name, [0.018, 0.005, 0.005], [0.022, 0, -0.002]), axisangle: [0, 1, 0, 15 * degree] }],
  bodies: [
    {
      name: `${name}tip`,
      pos: [0.05, 0, -0.01],
      joints: [{ ...hinge, name: `${name}tip`, range: [-40 * degree, 20 * degree], stiffness: 0.01, damping: 0.01 }],
      geoms: [-0.003, 0.003].map((x, i) => ({
        ...surface,
        name: `${name}tip${i + 1}`,
        type: 'sphere',
        size: [0.008],
        pos: [x, 0, 0],
        density: 500,
      })),
      sites: [touchRegion(`${name}tip`, [0.012, 0.005, 0.008], [0.003, 0, 0.003])],
    },
  ],
})

const hand: Body = {
  name: 'hand',
  pos: [0, 0, 0.12],
  joints: [{ ...hinge, name: 'arm_wrist', range: [-140 * degree, 140 * degree], damping: 0.5 }],
  geoms: [
    { ...link, name: 'hand', fromto: [0, 0, 0, 0, 0, 0.03], size: [0.011] },
    { ...link, name: 'palm1', fromto: [0, 0, 0.03, 0.03, 0, 0.045], size: [0.008] },
    { ...link, name: 'palm2', fromto: [0, 0, 0.03, -0.03, 0, 0.045], size: [0.008] },
  ],
  sites: [mark('grasp', [0, 0, 0.065]), touchRegion('palm', [0.025, 0.005, 0.008], [0, 0, 0.043])],
  bodies: [
    {
      name: 'pinch site',
      pos: [0, 0, 0.09],
      inertial: { pos: [0, 0, 0], mass: 1e-6, diaginertia: [1e-12, 1e-12, 1e-12] },
      sites: [mark('pinch')],
    },
    digit('thumb', { pos: [0.03, 0, 0.045], axisangle: [0, 1, 0, -Math.PI / 2] }),
    digit('finger', { pos: [-0.03, 0, 0.045], axisangle: [1, 0, 1, Math.PI] }),
  ],
}

/** A part of the arm on its hinge, and the one that hangs on it. */
const part = (
  name: string,
  { height, length, radius }: { readonly height: number; readonly length: number; readonly radius: number },
  bending: Pick<Joint, 'name' | 'range' | 'damping'>,
  next: Body,
): Body => ({
  name,
  pos: [0, 0, height],
  joints: [{ ...hinge, ...bending }],
  geoms: [{ ...link, name, fromto: [0, 0, 0, 0, 0, length], size: [radius] }],
  bodies: [next],
})

const bent = [-160 * degree, 160 * degree] as const
const arm = part(
  'upper_arm',
  { height: 0.4, length: 0.18, radius: 0.02 },
  { name: 'arm_root', damping: 2 },
  part(
    'middle_arm',
    { height: 0.18, length: 0.15, radius: 0.017 },
    { name: 'arm_shoulder', range: bent, damping: 1.5 },
    part(
      'lower_arm',
      { height: 0.15, length: 0.12, radius: 0.014 },
      { name: 'arm_elbow', range: bent, damping: 1 },
      hand,
    ),
  ),
)

/** A tendon over both fingers. */
const digits = (thumb: number, finger: number) => [
  { joint: 'thumb', coef: thumb },
  { joint: 'finger', coef: finger },
]
const plane = { ...surface, type: 'plane', size: [0.4, 0.2, 10] } as const satisfies Partial<Geom>
const touches = ['palm', 'finger', 'thumb', 'fingertip', 'thumbtip']

/** The arm upright between its walls, and ball and target to one side. */
export const manipulatorModel: Model = {
  name: 'manipulator',
  timestep: 0.001,
  integrator: 'Euler',
  cone: 'elliptic',
  geoms: [
    { ...plane, name: 'floor' },
    { ...plane, name: 'wall1', pos: [-0.682843, 0, 0.282843], axisangle: [0, 1, 0, 45 * degree] },
    { ...plane, name: 'wall2', pos: [0.682843, 0, 0.282843], axisangle: [0, 1, 0, -45 * degree] },
    { ...plane, name: 'background', size: [1, 0.5, 10], pos: [0, 0.2, 0.5], axisangle: [1, 0, 0, 90 * degree] },
    {
      ...surface,
      ...ghost,
      name: 'arm_root',
      type: 'cylinder',
      fromto: [0, -0.022, 0.4, 0, 0.022, 0.4],
      size: [0.024],
    },
  ],
  bodies: [
    arm,
    {
      name: 'ball',
      pos: [0.4, 0, 0.4],
      joints: [
        { ...joint, name: 'ball_x', type: 'slide', axis: [1, 0, 0], ref: 0.4 },
        { ...joint, name: 'ball_z', type: 'slide', axis: [0, 0, 1], ref: 0.4 },
        { ...joint, name: 'ball_y', type: 'hinge', axis: [0, 1, 0] },
      ],
      geoms: [{ ...surface, name: 'ball', type: 'sphere', size: [0.022] }],
      sites: [mark('ball')],
    },
    {
      name: 'target_ball',
      pos: [0.4, 0.001, 0.4],
      geoms: [{ ...surface, ...ghost, name: 'target_ball', type: 'sphere', size: [0.02] }],
      sites: [mark('target_ball')],
    },
  ],
  tendons: [
    { name: 'grasp', joints: digits(0.5, 0.5) },
    { name: 'coupling', joints: digits(-0.5, 0.5) },
  ],
  equalities: [{ tendon: 'coupling', solref: [0.005, 0.5], solimp: [0.95, 0.99, 0.001] }],
  actuators: [
    { name: 'root', joint: 'arm_root', gear: 12, ctrlrange: [-1, 1] },
    { name: 'shoulder', joint: 'arm_shoulder', gear: 8, ctrlrange: [-1, 1] },
    { name: 'elbow', joint: 'arm_elbow', gear: 4, ctrlrange: [-1, 1] },
    { name: 'wrist', joint: 'arm_wrist', gear: 2, ctrlrange: [-1, 1] },
    { name: 'grasp', tendon: 'grasp', gear: 2, ctrlrange: [-1, 1] },
  ],
  sensors: touches.map((name): Sensor => ({ name: `${name}_touch`, type: 'touch', site: `${name}_touch` })),
}
