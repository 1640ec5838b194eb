/** Initial states of the control suite's episodes: random joint positions, and attempts without contacts. */
import type { Random } from '../../types.js'
import type { Body, Joint, Model } from '../mujoco/model.js'
import type { Scene } from '../mujoco/types.js'

/** One draw, uniform from `low` up to `high`. */
export const uniformBetween = (low: number, high: number, random: Random): number =>
  low + (high - low) * random.uniform()

/** Draws from the standard normal distribution, as many as there are in `count`. */
export const normals = (count: number, random: Random): Float32Array => {
  const draws = new Float32Array(count)
  random.normal(draws)
  return draws
}

/** Writes a random orientation to four numbers from `at` on, all orientations being equally likely. */
export const writeRandomOrientation = (qpos: Float64Array, at: number, random: Random): void => {
  const draws = normals(4, random)
  let sum = 0
  for (let i = 0; i < 4; i++) sum += draws[i] * draws[i]
  const size = Math.sqrt(sum)
  for (let i = 0; i < 4; i++) qpos[at + i] = draws[i] / size
}

const jointsOf = ({ joints = [], bodies = [] }: Pick<Body, 'joints' | 'bodies'>): readonly Joint[] => [
  ...joints,
  ...bodies.flatMap(jointsOf),
]

/** What a randomizer needs of a scene. */
type Places = Pick<Scene, 'place' | 'data'>

/** Writes the random positions of one joint. */
const jointWriter = (
  { place, data }: Places,
  { name = '', type, range, limited }: Joint,
): ((random: Random) => void) => {
  const { qpos: at } = place('joint', name)
  if (type === 'free') return (random) => writeRandomOrientation(data.qpos, at + 3, random)
  const limits = limited === 'false' ? undefined : range
  if (limits === undefined && type === 'slide') return () => undefined
  const [low, high] = limits ?? [-Math.PI, Math.PI]
  return (random) => {
    data.qpos[at] = uniformBetween(low, high, random)
  }
}

/**
 * A function that writes random positions to all joints of a model that are limited or turn: uniform within the limits, uniform over
 * the turn of a hinge without limits, and a random orientation of a free body. Slides without limits stay where they are, and so do the
 * places of free bodies.
 */
export const jointRandomizer = (scene: Places, { bodies }: Pick<Model, 'bodies'>): ((random: Random) => void) => {
  const writers = jointsOf({ bodies }).map((joint) => jointWriter(scene, joint))
  return (random) => {
    for (const write of writers) write(random)
  }
}

/** Attempts at an initial state: the suite's tasks need three at most on average, so that this many fail only for a model of another kind. */
const ATTEMPTS = 10_000

/**
 * Calls `attempt`, which writes an initial state, until the state has no contacts.
 *
 * Fails: Error that begins with `owner`, after 10,000 attempts.
 */
export const placeWithoutContacts = (
  owner: string,
  scene: Pick<Scene, 'forward' | 'contacts'>,
  attempt: () => void,
): void => {
  for (let attempts = 0; attempts < ATTEMPTS; attempts++) {
    attempt()
    scene.forward()
    if (scene.contacts() === 0) return
  }
  throw new Error(`${owner}: no initial state without contacts in ${ATTEMPTS} attempts`)
}
