/** The geometry of an arm that MJCF describes. */
import { openPhysics } from '../../environments/mujoco/physics.js'
import type { ModelText } from '../../environments/mujoco/model.js'
import type { Vector } from '../../types.js'
import { armJoints } from './armJoints.js'
import type { ToolPlace } from '../ur/reacherSetup.js'

/** How an arm is described. */
export interface ArmModelOptions {
  /** Begins the messages of errors. */
  readonly name: string
  /** The model as MJCF or URDF, with the files that it refers to. */
  readonly source: ModelText
  /** The names of the joints that turn the arm, from its base on; each turns about one axis and has a `range`. */
  readonly joints: readonly string[]
  /** The name of the site at the tool. */
  readonly tool: string
}

/** The geometry of an arm. */
export interface ArmModel {
  /** The ranges of the joints, in rad. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  /** Where the tool is for angles of all joints, in m, in the frame of the model. */
  placeOf(q: Vector): ToolPlace
  /** Frees the memory of the model. */
  close(): void
}

/**
 * Compiles the model of an arm.
 *
 * Memory: that of a model of MuJoCo, until `close`.
 * Fails: rejects with an error of one line for a model that does not compile, for a joint or a site that it does not have, and for a joint
 * without a range.
 */
export const openArmModel = async ({ name, source, joints, tool }: ArmModelOptions): Promise<ArmModel> => {
  const physics = await openPhysics({ name, source, reads: ['site_xpos'], moves: [] })
  try {
    const { scene } = physics
    const { places, low, high } = armJoints(scene, joints, name)
    const { row } = scene.place('site', tool)
    physics.begin(() => {})
    return {
      low,
      high,
      placeOf: (q) => {
        physics.requireOpen()
        places.forEach(({ qpos }, i) => (scene.data.qpos[qpos] = q[i]))
        scene.forward()
        const at = (axis: number): number => scene.data.site_xpos[3 * row + axis]
        return [at(0), at(1), at(2)]
      },
      close: physics.close,
    }
  } catch (error) {
    physics.close()
    throw error
  }
}
