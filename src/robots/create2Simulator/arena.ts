/** The places in which the simulated Create 2 drives. */

/** A point on the floor, in m. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** Where a robot stands, in m and radians; a heading of 0 looks along x. */
export interface Pose extends Point {
  readonly heading: number
}

/** A rectangle of the floor, in m. */
export interface Rectangle {
  readonly low: Point
  readonly high: Point
}

/** A floor with walls around it, from 0 to `width` along x and from 0 to `depth` along y. */
export interface Arena {
  /** In m. */
  readonly width: number
  /** In m. */
  readonly depth: number
  /** Where the robot begins. */
  readonly start: Pose
  /** A hole in the floor: cliff sensors see it, and a wheel over it hangs in the air. None by default. */
  readonly hole?: Rectangle
  /** The dock: the point in the wall at its back, and the direction into the arena. None by default. */
  readonly dock?: Pose
  /** Round obstacles, with their radius in m. The default is []. */
  readonly pillars?: readonly (Point & { readonly radius: number })[]
}

const [WIDTH, DEPTH] = [0.9144, 0.762]

/** The arenas by name. `mover` is the one of Create-Mover, 3 by 2.5 feet; `docker` is larger and has a dock; `cliff` has a hole in its floor. */
export const arenas = {
  mover: { width: WIDTH, depth: DEPTH, start: { x: WIDTH / 2, y: DEPTH / 2, heading: 0 } },
  docker: {
    width: 1.6,
    depth: 1.2,
    start: { x: 0.9, y: 0.6, heading: Math.PI },
    dock: { x: 0, y: 0.6, heading: 0 },
  },
  cliff: {
    width: 2,
    depth: 1.2,
    start: { x: 0.4, y: 0.6, heading: 0 },
    hole: { low: { x: 1.2, y: 0.2 }, high: { x: 1.8, y: 1 } },
  },
} as const satisfies Readonly<Record<string, Arena>>

/** The name of an arena. */
export type ArenaName = keyof typeof arenas
