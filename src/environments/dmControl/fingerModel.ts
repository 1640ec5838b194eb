/**
 * The model of the finger and its spinner, written from the facts of the suite's compiled one
 * (test/golden/models/dm_control/finger-spin.json).
 */
import type { Geom, Joint, Model, Sensor, Site, Vector3 } from '../mujoco/model.js'

const surface = { solimp: [0, 0.9, 0.01] } as const satisfies Partial<Geom>
const limit = (110 * Math.PI) / 180
const knuckle = {
  type: 'hinge',
  axis: [0, -1, 0],
  range: [-limit, limit],
  damping: 2.5,
} as const satisfies Partial<Joint>

const touchSite = (name: string, x: number): Site => ({
  name,
  type: 'ellipsoid',
  size: [0.025, 0.03, 0.025],
  pos: [x, 0, -0.17],
})
const placeOf = (objtype: 'site' | 'xbody', objname: string, name = objname): Sensor => ({
  name,
  type: 'framepos',
  objtype,
  objname,
})

/** The middle of the spinner, on its hinge. */
export const spinnerPlace: Vector3 = [0.2, 0, 0.4]
const capRadius = 0.04
const capHalfLength = 0.09
/** Meters from the hinge of the spinner to its tip. */
export const spinnerRadius = capRadius + capHalfLength

/** The finger over the floor, straight to one side, and the spinner, upright. Nothing weighs. */
export const fingerModel = (options: { readonly spinnerDamping: number; readonly targetRadius: number }): Model => ({
  name: 'finger',
  timestep: 0.01,
  integrator: 'Euler',
  cone: 'elliptic',
  iterations: 200,
  flags: { gravity: 'disable' },
  geoms: [{ ...surface, name: 'ground', type: 'plane', size: [0.6, 0.2, 10] }],
  sites: [{ name: 'target', size: [options.targetRadius], pos: [0, 0, 0.4] }],
  bodies: [
    {
      name: 'proximal',
      pos: [-0.2, 0, 0.4],
      joints: [{ ...knuckle, name: 'proximal', ref: -Math.PI / 2 }],
      geoms: [
        {
          ...surface,
          name: 'proximal_decoration',
          type: 'cylinder',
          fromto: [0, -0.033, 0, 0, 0.033, 0],
          size: [0.034],
        },
        { ...surface, name: 'proximal', type: 'capsule', fromto: [0, 0, 0, 0, 0, -0.17], size: [0.03] },
      ],
      bodies: [
        {
          name: 'distal',
          pos: [0, 0, -0.18],
          joints: [{ ...knuckle, name: 'distal' }],
          geoms: [
            {
              ...surface,
              name: 'distal',
              type: 'capsule',
              fromto: [0, 0, 0, 0, 0, -0.16],
              size: [0.028],
              contype: 0,
              conaffinity: 0,
            },
            { ...surface, name: 'fingertip', type: 'capsule', fromto: [0, 0, -0.13, 0, 0, -0.161], size: [0.03] },
          ],
          sites: [touchSite('touchtop', 0.01), touchSite('touchbottom', -0.01)],
        },
      ],
    },
    {
      name: 'spinner',
      pos: spinnerPlace,
      joints: [{ name: 'hinge', type: 'hinge', axis: [0, -1, 0], damping: options.spinnerDamping, frictionloss: 0.1 }],
      geoms: [
        { ...surface, name: 'cap1', type: 'capsule', size: [capRadius, capHalfLength], pos: [0.02, 0, 0] },
        { ...surface, name: 'cap2', type: 'capsule', size: [capRadius, capHalfLength], pos: [-0.02, 0, 0] },
        {
          ...surface,
          name: 'spinner_decoration',
          type: 'cylinder',
          fromto: [0, -0.045, 0, 0, 0.045, 0],
          size: [0.02],
        },
      ],
      sites: [{ name: 'tip', size: [0.02], pos: [0, 0, spinnerRadius] }],
    },
  ],
  actuators: [
    { name: 'proximal', joint: 'proximal', gear: 30, ctrlrange: [-1, 1] },
    { name: 'distal', joint: 'distal', gear: 15, ctrlrange: [-1, 1] },
  ],
  sensors: [
    { name: 'proximal', type: 'jointpos', joint: 'proximal' },
    { name: 'distal', type: 'jointpos', joint: 'distal' },
    { name: 'proximal_velocity', type: 'jointvel', joint: 'proximal' },
    { name: 'distal_velocity', type: 'jointvel', joint: 'distal' },
    { name: 'hinge_velocity', type: 'jointvel', joint: 'hinge' },
    placeOf('site', 'tip'),
    placeOf('site', 'target'),
    placeOf('xbody', 'spinner'),
    { name: 'touchtop', type: 'touch', site: 'touchtop' },
    { name: 'touchbottom', type: 'touch', site: 'touchbottom' },
    placeOf('site', 'touchtop', 'touchtop_pos'),
    placeOf('site', 'touchbottom', 'touchbottom_pos'),
  ],
})
