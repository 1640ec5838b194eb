/** What Humanoid and HumanoidStandup observe, and the options that say so. */
import type { ValuesOf } from '../../edge/settings.js'
import { type Component, components } from '../components.js'
import type { Scene } from '../mujoco/types.js'
import type { VectorSpec } from '../../types.js'
import { contactComponents, inertiaComponents, velocityComponents } from './bodyComponents.js'
import { bodyNames, jointNames, motorNames, mostControl } from './humanoidModel.js'
import { excludeCurrentPositionsFromObservation, included } from './options.js'
import type { Version } from './robot.js'

/** Options of what is observed. */
export const humanoidObservationFields = {
  excludeCurrentPositionsFromObservation,
  includeCinertInObservation: included("the bodies' inertia"),
  includeCvelInObservation: included("the bodies' velocities"),
  includeQfrcActuatorInObservation: included("the motors' torques"),
  includeCfrcExtInObservation: included("the contacts' forces"),
}

/** The arrays that are observed. */
export const humanoidReads = ['cinert', 'cvel', 'qfrc_actuator', 'cfrc_ext'] as const

/** One array of those. */
export type HumanoidRead = (typeof humanoidReads)[number]

/** Numbers of the torso in the array of velocities, and so of torques, on which no motor acts. */
const ROOT = 6

const rootTorques: readonly Component[] = ['force x', 'force y', 'force z', 'torque x', 'torque y', 'torque z'].map(
  (name, i) => [`root motor ${name}`, i < 3 ? 'N' : 'N m'] as const,
)

const positions: readonly Component[] = [
  ['forward position', 'm'],
  ['sideward position', 'm'],
  ['torso height', 'm'],
  ...['w', 'x', 'y', 'z'].map((axis) => [`torso orientation ${axis}`, '1'] as const),
  ...jointNames.map((name) => [`${name} angle`, 'rad'] as const),
]

const velocities: readonly Component[] = [
  ['root velocity x', 'm/s'],
  ['root velocity y', 'm/s'],
  ['root velocity z', 'm/s'],
  ...['x', 'y', 'z'].map((axis) => [`root rotation ${axis}`, 'rad/s'] as const),
  ...jointNames.map((name) => [`${name} velocity`, 'rad/s'] as const),
]

/** The controls of the humanoid. */
export const humanoidAction: VectorSpec = components(
  motorNames.map((name) => [`${name} torque`, '1', -mostControl, mostControl] as const),
)

/**
 * The observation of a version: its spec, and the function that makes it in a scene.
 *
 * v5 leaves out what is always 0: the rows of the world, and the torques of motors on the torso.
 */
export const humanoidObservation = (version: Version, options: ValuesOf<typeof humanoidObservationFields>) => {
  const first = options.excludeCurrentPositionsFromObservation ? 2 : 0
  const bodies = version === 'v4' ? bodyNames : bodyNames.slice(1)
  const skipped = bodyNames.length - bodies.length
  const torques = version === 'v4' ? rootTorques : []
  const parts: readonly {
    readonly isSeen: boolean
    readonly array: HumanoidRead
    readonly from: number
    readonly components: readonly Component[]
  }[] = [
    {
      isSeen: options.includeCinertInObservation,
      array: 'cinert',
      from: 10 * skipped,
      components: inertiaComponents(bodies),
    },
    {
      isSeen: options.includeCvelInObservation,
      array: 'cvel',
      from: 6 * skipped,
      components: velocityComponents(bodies),
    },
    {
      isSeen: options.includeQfrcActuatorInObservation,
      array: 'qfrc_actuator',
      from: ROOT - torques.length,
      components: [...torques, ...jointNames.map((name) => [`${name} motor torque`, 'N m'] as const)],
    },
    {
      isSeen: options.includeCfrcExtInObservation,
      array: 'cfrc_ext',
      from: 6 * skipped,
      components: contactComponents(bodies),
    },
  ]
  const seen = parts.filter(({ isSeen }) => isSeen)
  const spec = components([...positions.slice(first), ...velocities, ...seen.flatMap((part) => part.components)])
  const observe = (data: Scene<HumanoidRead>['data']): Float64Array => {
    const observation = new Float64Array(spec.size)
    let at = 0
    const put = (values: Float64Array, from: number): void => {
      for (let i = from; i < values.length; i++) observation[at++] = values[i]
    }
    put(data.qpos, first)
    put(data.qvel, 0)
    for (const { array, from } of seen) put(data[array], from)
    return observation
  }
  return { spec, observe }
}
