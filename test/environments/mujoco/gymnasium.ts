/** Tests of every Gymnasium task on MuJoCo, with its golden data. */
import { describe, expect, it } from 'vitest'
import type { Model } from '../../../src/environments/mujoco/model.js'
import { mujocoSimulator } from '../../../src/environments/mujoco/mujocoSimulator.js'
import { type Robot, robotTask, type Version } from '../../../src/environments/gymnasium/robot.js'
import { seeded } from '../../../src/random.js'
import { largestGap, readGolden } from '../golden.js'
import { expectFacts } from './facts.js'

interface GoldenStep {
  readonly action: readonly number[]
  readonly observation: readonly number[]
  readonly reward: number
  readonly terminated: boolean
}
interface SingleStep extends GoldenStep {
  readonly before: { readonly qpos: readonly number[]; readonly qvel: readonly number[] }
  readonly after: { readonly qpos: readonly number[]; readonly qvel: readonly number[] }
  readonly observationBefore: readonly number[]
  readonly info: Readonly<Record<string, number>>
}
interface Golden {
  readonly id: string
  readonly frameSkip: number
  readonly dt: number
  readonly maxEpisodeSteps: number
  readonly observationSize: number
  readonly actionLow: readonly number[]
  readonly actionHigh: readonly number[]
  readonly initQpos: readonly number[]
  readonly initQvel: readonly number[]
  readonly single: readonly SingleStep[]
  readonly rollout: readonly GoldenStep[]
  readonly resetNoise: {
    readonly min: readonly number[]
    readonly max: readonly number[]
    readonly std: readonly number[]
  }
}

/** What a task of Gymnasium's is compared with. */
export interface Compared {
  /** The name of its compiled model in `models/`. */
  readonly facts: string
  /** The largest noise of a position and of a velocity after a reset. */
  readonly noise: readonly [position: number, velocity: number]
  /** Whether the noise of positions is spread evenly around the initial ones. The default is true. */
  readonly isCentered?: boolean
  /** Positions whose noise the golden data lack. The default is []. */
  readonly unmeasured?: readonly number[]
}

/** Compares a task with `gymnasium/<its id>.json` and its model with `models/<facts>.json`. */
export const gymnasiumTask = (
  robot: Robot,
  version: Version,
  { facts, noise: bounds, isCentered = true, unmeasured = [] }: Compared,
): void => {
  const task = robotTask(robot, version)
  const golden = readGolden<Golden>(`gymnasium/${task.spec.name}.json`)
  const open = () => mujocoSimulator(task, { random: seeded(1)('environment') })

  describe(`${golden.id} against Gymnasium`, () => {
    it('has the compiled facts of the model, to 1e-9', () =>
      expectFacts(task.source as Model, readGolden(`models/${facts}.json`)))

    it('has its shapes, bounds and pace', () => {
      const { spec } = task
      expect(task.frameSkip).toBe(golden.frameSkip)
      expect(spec.stepSeconds).toBeCloseTo(golden.dt, 12)
      expect(spec.stepLimit).toBe(golden.maxEpisodeSteps)
      expect(spec.observation.size).toBe(golden.observationSize)
      expect(spec.observation.names).toHaveLength(golden.observationSize)
      // Gymnasium's bounds are float32.
      expect(largestGap(spec.action.low, golden.actionLow)).toBeLessThan(1e-7)
      expect(largestGap(spec.action.high, golden.actionHigh)).toBeLessThan(1e-7)
    })

    it('takes 24 single steps within 1e-6', async () => {
      const world = await open()
      expect(golden.single).toHaveLength(24)
      golden.single.forEach((step, index) => {
        const start = world.setState(step.before)
        expect(largestGap(start.observation, step.observationBefore), `before step ${index}`).toBeLessThan(1e-12)
        const { observation, reward, terminated, info } = world.step(step.action)
        expect(largestGap(observation, step.observation), `observation of step ${index}`).toBeLessThan(1e-6)
        expect(Math.abs(reward - step.reward), `reward of step ${index}`).toBeLessThan(1e-6)
        expect(terminated, `terminated of step ${index}`).toBe(step.terminated)
        expect(Object.keys(info)).toEqual(Object.keys(step.info))
        expect(largestGap(Object.values(info), Object.values(step.info)), `info of step ${index}`).toBeLessThan(1e-6)
        const after = world.snapshot().physics.integration
        const posture = [...step.after.qpos, ...step.after.qvel]
        expect(largestGap(after.slice(1, 1 + posture.length), posture), `state after step ${index}`).toBeLessThan(1e-6)
      })
      world.close()
    })

    it('stays within 1e-4 of the rollout for ten steps, and terminates where it does', async () => {
      const world = await open()
      world.setState({ qpos: golden.initQpos, qvel: golden.initQvel })
      const ours = golden.rollout.map(({ action }) => world.step(action))
      expect(ours.map(({ terminated }) => terminated)).toEqual(golden.rollout.map(({ terminated }) => terminated))
      golden.rollout.slice(0, 10).forEach((step, index) => {
        const { observation, reward } = ours[index]
        expect(largestGap(observation, step.observation), `observation of step ${index}`).toBeLessThan(1e-4)
        expect(Math.abs(reward - step.reward), `reward of step ${index}`).toBeLessThan(1e-4)
      })
      world.close()
    })

    it('scatters 500 resets as Gymnasium does', async () => {
      const world = await open()
      const initial = [...golden.initQpos, ...golden.initQvel]
      const isSymmetric = (i: number): boolean => isCentered || i >= golden.initQpos.length
      const noise = Array.from({ length: 500 }, () => {
        world.reset()
        const { integration } = world.snapshot().physics
        return initial.map((value, i) => integration[1 + i] - value)
      })
      initial.forEach((_, i) => {
        if (unmeasured.includes(i)) return
        const draws = noise.map((row) => row[i])
        const bound = bounds[i < golden.initQpos.length ? 0 : 1]
        expect(Math.max(...draws.map(Math.abs)), `largest draw of ${i}`).toBeLessThanOrEqual(bound)
        const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
        const deviation = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length)
        const { min, max, std } = golden.resetNoise
        if (std[i] === 0) {
          expect([mean, deviation], `noise of ${i}`).toEqual([0, 0])
          return
        }
        // The middle of the measured range is a mean only of what is spread evenly to both sides; the range has an error of its own.
        const middle = (min[i] + max[i]) / 2
        const error = 4 / Math.sqrt(500)
        if (isSymmetric(i)) expect(Math.abs(mean), `mean of ${i}`).toBeLessThan(error * std[i])
        else expect(Math.abs(mean - middle), `mean of ${i}`).toBeLessThan(2 * error * std[i])
        expect(Math.abs(deviation / std[i] - 1), `deviation of ${i}`).toBeLessThan(0.1)
      })
      world.close()
    })
  })
}
