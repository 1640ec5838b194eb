/**
 * What a program sees of a MuJoCo task. Types only, and apart from the rest because MuJoCo's own declarations are kept out
 * of ours: they do not compile in a program that checks its libraries.
 */
import type { Simulator, SimulatorStart, Vector } from '../../types.js'
import type { SimulatorRandomState } from '../simulatorRandom.js'

/** All that decides how a model moves on, and what was derived from it when the snapshot was taken. */
export interface PhysicsState {
  readonly integration: Float64Array
  readonly derived: Readonly<Record<string, Float64Array>>
}

/** Positions in m and rad and velocities in m/s and rad/s, in MuJoCo's order, shapes `[nq]` and `[nv]`. */
export interface Posture {
  readonly qpos: Vector
  readonly qvel: Vector
}

/** All that decides how an episode goes on; `elapsed` counts its steps and is null before the first one began. */
export interface MujocoSnapshot {
  readonly task: string
  readonly elapsed: number | null
  readonly physics: PhysicsState
  readonly random: SimulatorRandomState
}

/** A MuJoCo task as a simulator. */
export interface MujocoSimulator extends Simulator {
  /** Begins an episode at this posture: at time 0, with no control applied and no warm start left over. */
  setState(posture: Posture): SimulatorStart
  snapshot(): MujocoSnapshot
  restore(state: MujocoSnapshot): void
}
