/** The body of a simulated arm in MuJoCo: torques at its joints move its masses along a path, and things stand in its way. */
import { openPhysics } from '../../environments/mujoco/physics.js'
import type { Vector } from '../../types.js'
import { armJoints } from './armJoints.js'
import type { ArmModelOptions } from './armModel.js'
import type { JointLimits } from './jointPlan.js'

/** A body of an arm. Its arrays are of all joints that turn the arm, from its base on. */
export interface ArmBody extends JointLimits {
  /** Angles in rad and speeds in rad/s. */
  readonly q: Float64Array
  readonly qd: Float64Array
  /** The greatest torque in Nm with which contacts turned a joint in the last `follow`. */
  readonly contactTorque: number
  /**
   * Moves on by so many seconds, on a path that begins at these angles, at a constant speed.
   *
   * Fails: throws a RangeError if the seconds are no multiple of the model's timestep, and an error with MuJoCo's warning, or that names the
   * joint whose angle is not finite.
   */
  follow(from: Vector, speeds: Vector, seconds: number): void
  /** Puts the joints somewhere, at rest. */
  place(q: Vector): void
  /** Frees the memory of the model. */
  close(): void
}

/** The angular frequency in 1/s at which a joint returns to its path, without overshoot; a fifth of the physics step's rate at most. */
const STIFFNESS = 100
const STEP_SHARE = 0.2
/** How far from a whole number of physics steps a time may be, in steps. */
const ROUNDING = 1e-6

/**
 * Compiles the model of an arm, as `openArmModel` does, and lets its controller hold it where the model is compiled.
 *
 * Numbers: the torques are the inertia times the wanted acceleration, and gravity, motion and friction without the contacts, within the joint's
 * `actuatorfrcrange`; the wanted acceleration brings a joint back to its path as a critically damped spring would. Actuators of the model are off.
 * Memory: that of a model of MuJoCo, until `close`.
 * Fails: rejects with an error of one line for a model that does not compile, for a joint that it does not have, and for a joint without a range.
 */
export const openArmBody = async ({ name, source, joints }: Omit<ArmModelOptions, 'tool'>): Promise<ArmBody> => {
  const physics = await openPhysics({
    name,
    source,
    reads: ['qfrc_applied', 'qfrc_bias', 'qfrc_passive', 'qfrc_constraint'],
    moves: ['actuator_gainprm', 'actuator_biasprm'],
    stepping: 'suite',
  })
  const { data, model, compiled } = physics.scene
  const found = (() => {
    try {
      return armJoints(physics.scene, joints, name)
    } catch (error) {
      physics.close()
      throw error
    }
  })()
  const { places, low, high } = found
  const ranges = compiled('jnt_actfrcrange')
  const torques = places.map(({ row }): readonly [number, number] => {
    const [least, most] = [ranges[2 * row], ranges[2 * row + 1]]
    return least < most ? [least, most] : [-Infinity, Infinity]
  })
  const { timestep } = physics
  const stiffness = Math.min(STIFFNESS, STEP_SHARE / timestep)
  const noControl = new Float64Array(physics.controls)
  const accelerations = Array.from({ length: data.qvel.length }, () => 0)
  const [q, qd] = [new Float64Array(joints.length), new Float64Array(joints.length)]
  let contactTorque = 0

  const measure = (): void => {
    for (let i = 0; i < joints.length; i++) {
      q[i] = data.qpos[places[i].qpos]
      qd[i] = data.qvel[places[i].qvel]
    }
  }
  const place = (angles: Vector): void => {
    physics.begin(() => {
      model.actuator_gainprm.fill(0)
      model.actuator_biasprm.fill(0)
      for (let i = 0; i < joints.length; i++) data.qpos[places[i].qpos] = angles[i]
    })
    measure()
  }
  /** One physics step towards the path, `seconds` after its beginning. */
  const step = (from: Vector, speeds: Vector, seconds: number): void => {
    for (let i = 0; i < joints.length; i++) {
      const { qpos, qvel } = places[i]
      const behind = from[i] + seconds * speeds[i] - data.qpos[qpos]
      accelerations[qvel] = stiffness * (stiffness * behind + 2 * (speeds[i] - data.qvel[qvel]))
    }
    const inertial = physics.inertial(accelerations)
    for (let i = 0; i < joints.length; i++) {
      const { qvel } = places[i]
      const [least, most] = torques[i]
      const torque = inertial[qvel] + data.qfrc_bias[qvel] - data.qfrc_passive[qvel]
      data.qfrc_applied[qvel] = Math.max(least, Math.min(most, torque))
    }
    physics.advance(noControl, 1)
    for (const { qvel } of places) contactTorque = Math.max(contactTorque, Math.abs(data.qfrc_constraint[qvel]))
  }
  place(places.map(({ qpos }) => data.qpos[qpos]))

  return {
    low,
    high,
    q,
    qd,
    get contactTorque() {
      return contactTorque
    },
    follow: (from, speeds, seconds) => {
      physics.requireOpen()
      const steps = Math.round(seconds / timestep)
      if (steps < 1 || Math.abs(seconds / timestep - steps) > ROUNDING * steps) {
        throw new RangeError(
          `${name}: expected a timestep of the model that divides ${1000 * seconds} ms, got ${1000 * timestep} ms`,
        )
      }
      contactTorque = 0
      for (let i = 0; i < steps; i++) step(from, speeds, i * timestep)
      measure()
    },
    place,
    close: physics.close,
  }
}
