/**
 * MountainCarContinuous-v0: a car in a valley, whose engine is too weak to drive out of it at once.
 *
 * Gymnasium's definition (1.3.0). Golden: test/golden/gymnasium/MountainCarContinuous-v0.json. Numbers are doubles; Gymnasium rounds states to
 * float32.
 */
import { finiteNumber } from '../../edge/codecs.js'
import { defaultsOf, field, type ValuesOf } from '../../edge/settings.js'
import { cos } from '../../kernels/elementary.js'
import type { Random, Spec } from '../../types.js'
import { components } from '../components.js'
import { classicSimulator, type ClassicSimulator } from './classicSimulator.js'

const leftmost = -1.2
const rightmost = 0.6
const maxSpeed = 0.07
const goalPosition = 0.45
const power = 0.0015
const gravity = 0.0025

/** The options of MountainCarContinuous-v0. */
export const mountainCarFields = {
  /** Least velocity at the goal. The default is 0. */
  goalVelocity: field(finiteNumber, { default: 0, about: 'least velocity at the goal', origin: 'Gymnasium' }),
}

/** Shapes, bounds and pace of MountainCarContinuous-v0, in units of its own: a step is its unit of time. */
export const mountainCarSpec: Spec = {
  name: 'MountainCarContinuous-v0',
  observation: components([
    ['position', '1', leftmost, rightmost],
    ['velocity', '1', -maxSpeed, maxSpeed],
  ]),
  action: components([['force', '1', -1, 1]]),
  stepSeconds: 1,
  stepLimit: 999,
}

/** The state of the car. */
export type MountainCarState = {
  readonly position: number
  readonly velocity: number
}

/** The car as a simulator. */
export type MountainCarSimulator = ClassicSimulator<MountainCarState>

const within = (low: number, high: number) => ({
  expected: `a number from ${low} to ${high}`,
  holds: (value: number): boolean => value >= low && value <= high,
})
const clip = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))

/**
 * The car. An episode begins at rest, anywhere from -0.6 to -0.4 in the valley, and terminates at the goal, 0.45, which is rewarded with 100. Every
 * step costs 0.1 times the squared force, as it was passed in; the engine gives at most 1.
 */
export const mountainCar = (
  { random }: { readonly random: Random },
  { goalVelocity }: ValuesOf<typeof mountainCarFields> = defaultsOf(mountainCarFields),
): MountainCarSimulator =>
  classicSimulator<MountainCarState>(
    {
      spec: mountainCarSpec,
      numbers: { position: within(leftmost, rightmost), velocity: within(-maxSpeed, maxSpeed) },
      begin: (source) => ({ position: -0.6 + 0.2 * source.uniform(), velocity: 0 }),
      observe: ({ position, velocity }) => Float64Array.of(position, velocity),
      step: ({ position, velocity }, [force]) => {
        const pull = clip(force, -1, 1) * power - gravity * cos(3 * position)
        const speed = clip(velocity + pull, -maxSpeed, maxSpeed)
        const next = clip(position + speed, leftmost, rightmost)
        // The wall on the left stops the car.
        const state = { position: next, velocity: next === leftmost && speed < 0 ? 0 : speed }
        const terminated = next >= goalPosition && state.velocity >= goalVelocity
        return { state, reward: (terminated ? 100 : 0) - 0.1 * force * force, terminated }
      },
    },
    { random },
  )
