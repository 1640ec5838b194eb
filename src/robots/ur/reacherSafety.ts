/** Keeps an arm in its space: replaces commands that lead out of it by a slow return. */
import type { Vector } from '../../types.js'
import { BUFFER, isInBox, type ToolPlace, type ReacherSetup } from './reacherSetup.js'

/** What is sent in place of a command. */
export interface SafeCommand {
  /** Speeds of all joints, in rad/s. */
  readonly speeds: readonly number[]
  /** In rad/s²; null for that of the robot. */
  readonly acceleration: number | null
  /** What was replaced: nothing, the whole command, or the speeds of joints at their limits. */
  readonly replaced: 'nothing' | 'box' | 'joints'
}

/** Decides what is sent. */
export interface ReacherSafety {
  /** The command for the angles that the controller wants, and the measured speeds. */
  guard(command: Vector, targetQ: Vector, qd: Vector): SafeCommand
}

/** Speed of a return in rad/s: the length of the vector of all driven joints. */
const RETURN_SPEED = 0.1
/** Rad by which the arm may go on beyond the box before it turns round. */
const OVERSHOOT = 0.05
/** Bounds of the acceleration of a return, in rad/s². */
const [SLOWEST, FASTEST] = [2, 5]
/** Steps of the search for the angles of a place, how far it looks to find slopes, and how much it is damped. */
const [SEARCH, STEP, DAMPING] = [20, 1e-5, 1e-6]

const lengthOf = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, each) => sum + each * each, 0))

/** Solves a small system of equations by elimination; the matrix is symmetric and positive. */
const solved = (matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] => {
  const rows = matrix.map((row, i) => [...row, right[i]])
  const n = rows.length
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const share = rows[j][i] / rows[i][i]
      for (let k = i; k <= n; k++) rows[j][k] -= share * rows[i][k]
    }
  }
  const out: number[] = Array.from({ length: n }, () => 0)
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i][n]
    for (let k = i + 1; k < n; k++) sum -= rows[i][k] * out[k]
    out[i] = sum / rows[i][i]
  }
  return out
}

/**
 * The angles, near to `q`, at which the driven joints bring the tool nearest to a place; the other joints stay.
 *
 * Numbers: damped least squares with slopes by central differences. It has no solution beside the nearest one, as the closed form for six
 * joints may have, and it moves no joint that the agent does not drive.
 */
export const anglesOf = (setup: ReacherSetup, place: ToolPlace, q: Vector): readonly number[] => {
  const found = Array.from(q)
  for (let step = 0; step < SEARCH; step++) {
    const here = setup.placeOf(found)
    const rest = place.map((each, axis) => each - here[axis])
    if (lengthOf(rest) < BUFFER / 10) break
    const slopes = setup.driven.map((joint) => {
      const at = (by: number): ToolPlace => setup.placeOf(found.map((each, i) => (i === joint ? each + by : each)))
      const [before, after] = [at(-STEP), at(STEP)]
      return after.map((each, axis) => (each - before[axis]) / (2 * STEP))
    })
    const dot = (one: readonly number[], other: readonly number[]): number =>
      one.reduce((sum, each, axis) => sum + each * other[axis], 0)
    const matrix = slopes.map((one, i) => slopes.map((other, j) => dot(one, other) + (i === j ? DAMPING : 0)))
    const change = solved(
      matrix,
      slopes.map((slope) => dot(slope, rest)),
    )
    // No joint turns by more than a tenth of a radian at once, where slopes no longer hold.
    const longest = Math.max(...change.map(Math.abs))
    const scale = longest > 0.1 ? 0.1 / longest : 1
    setup.driven.forEach((joint, i) => (found[joint] += scale * change[i]))
  }
  return found
}

/**
 * Safety as in SenseAct's reacher. Outside the box, the tool returns to the nearest place inside it at 0.1 rad/s, with an acceleration that
 * keeps the way beyond the box short. A joint outside its limits turns back at 0.1 rad/s; the other joints obey the command.
 *
 * Memory: how fast the joints were when the tool left the box.
 */
export const reacherSafety = (setup: ReacherSetup): ReacherSafety => {
  const { driven, low, high, box } = setup
  let entrySpeed: number | null = null
  const full = (values: readonly number[]): number[] => {
    const speeds = setup.reference.map(() => 0)
    driven.forEach((joint, i) => (speeds[joint] = values[i]))
    return speeds
  }
  const returning = (place: ToolPlace, targetQ: Vector, qd: Vector): SafeCommand => {
    const fastest = Math.max(...driven.map((joint) => Math.abs(qd[joint])))
    entrySpeed ??= fastest
    // Twice the buffer inside, so that the return ends.
    const inside = place.map((each, axis) =>
      Math.max(box.low[axis] + 2 * BUFFER, Math.min(box.high[axis] - 2 * BUFFER, each)),
    ) as unknown as ToolPlace
    const goal = anglesOf(setup, inside, targetQ)
    const way = driven.map((joint) => goal[joint] - targetQ[joint])
    const length = lengthOf(way)
    const scale = length === 0 ? 0 : RETURN_SPEED / length
    const acceleration = Math.max(SLOWEST, Math.min(FASTEST, (fastest * entrySpeed) / OVERSHOOT))
    return { speeds: full(way.map((each) => scale * each)), acceleration, replaced: 'box' }
  }
  return {
    guard: (command, targetQ, qd) => {
      const place = setup.placeOf(targetQ)
      if (!isInBox(setup, place)) return returning(place, targetQ, qd)
      entrySpeed = null
      const wanted = Array.from(command)
      const speeds = wanted.map((speed, i) => {
        const joint = driven[i]
        if (targetQ[joint] < low[joint] + BUFFER) return Math.max(speed, RETURN_SPEED)
        return targetQ[joint] > high[joint] - BUFFER ? Math.min(speed, -RETURN_SPEED) : speed
      })
      const isChanged = speeds.some((speed, i) => speed !== wanted[i])
      return { speeds: full(speeds), acceleration: null, replaced: isChanged ? 'joints' : 'nothing' }
    },
  }
}
