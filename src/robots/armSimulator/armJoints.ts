/** The joints of an arm in a compiled model. */
import type { JointPlace, Scene } from '../../environments/mujoco/types.js'

/** The joints, from the base on. */
export interface ArmJoints {
  /** Where each is in MuJoCo's arrays. */
  readonly places: readonly JointPlace[]
  /** The angles in rad between which each can be. */
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/**
 * Finds the joints of an arm by their names; `owner` begins the messages of errors.
 *
 * Fails: throws a RangeError of one line for a joint that the model does not have, and for one without a range.
 */
export const armJoints = (
  { place, compiled }: Pick<Scene, 'place' | 'compiled'>,
  joints: readonly string[],
  owner: string,
): ArmJoints => {
  const places = joints.map((joint) => place('joint', joint))
  const ranges = compiled('jnt_range')
  const low = places.map((joint) => ranges[2 * joint.row])
  const high = places.map((joint) => ranges[2 * joint.row + 1])
  const without = joints.find((_, i) => !(low[i] < high[i]))
  if (without !== undefined) throw new RangeError(`${owner}: expected a range of the joint ${without}, got none`)
  return { places, low, high }
}
