import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { SquashScalar } from '../../../src/kernels/kernels.js'
import { boundedNormal } from '../../../src/learners/equations/boundedNormal.js'
import { reparameterizedLoss } from '../../../src/learners/equations/reparameterizedLoss.js'
import { type SquashedNormal, squashedNormal } from '../../../src/learners/equations/squashedNormal.js'
import { layerGradients, storedGradients, storeGradients } from '../../../src/learners/parts/layerGradients.js'
import type { LogStdReading } from '../../../src/learners/parts/actorDescription.js'
import { batch, gradients } from '../../../src/learners/parts/passes.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import {
  act,
  actorTape,
  draw,
  drawnAnew,
  reparameterize,
  squashedActor,
  startActor,
} from '../../../src/learners/parts/squashedActor.js'
import { seeded } from '../../../src/random.js'
import { referenceForward } from './referenceForward.js'

const OBSERVATIONS = 3
const ACTIONS = 2
const ETA = 0.3

/** An actor with every weight drawn, observations and noise before it, and actions that are put behind observations of a critic. */
const opened = (home: 'webassembly' | 'typescript', rows: number, logStdReading: LogStdReading) => {
  const plan = newPlan()
  const spec = {
    observations: OBSERVATIONS,
    actions: ACTIONS,
    hidden: [6],
    logStdReading,
    norm: 'unit',
    activation: 'tanh',
  } as const
  const actor = squashedActor(plan, spec)
  const rowsOf = batch(plan, rows)
  const stride = OBSERVATIONS + ACTIONS
  const before = plan.floats.take(rows * stride)
  const on = actorTape(plan, actor, rowsOf, { action: before + OBSERVATIONS, stride })
  const anew = drawnAnew(plan, actor, on)
  const by = gradients(plan, actor.net, rowsOf)
  const stored = storedGradients(plan, actor.net.at, actor.net.size)
  const actionGradient = plan.floats.take(rows * ACTIONS)
  const memory = plannedArena(plan)
  const { f32, f64 } = memory
  startActor(memory, actor, ETA, rows)
  const run = bindKernels[home](memory)
  const random = seeded(9)('numbers')
  random.normal(f32.subarray(actor.net.at, actor.net.at + actor.net.size))
  for (const [at, size] of [
    [on.input, OBSERVATIONS],
    [on.noise, ACTIONS],
    [actionGradient, ACTIONS],
  ]) {
    random.normal(f32.subarray(at, at + rows * size))
  }
  const layers = layerGradients(actor.net, on, by)
  return { actor, on, anew, by, layers, stored, actionGradient, before, stride, f32, f64, run, rows }
}

describe.each(['webassembly', 'typescript'] as const)('a squashed actor in %s', (home) => {
  describe.each(['covariance', 'deviation', 'bounded'] as const)('with log_std read as a %s', (reading) => {
    const drawnOf = (mean: number, c: number, noise: number): SquashedNormal =>
      reading === 'bounded'
        ? boundedNormal(mean, c, noise)
        : squashedNormal(mean, c, noise, reading === 'covariance' ? 0.5 : 1)

    test.each([1, 4])('draws %d rows, and puts the actions behind observations', (rows) => {
      const { actor, on, before, stride, f32, f64, run } = opened(home, rows, reading)
      act(run, actor, on)
      for (let r = 0; r < rows; r++) {
        const head = referenceForward(
          actor.net,
          f32,
          f32.subarray(on.input + r * OBSERVATIONS, on.input + (r + 1) * OBSERVATIONS),
        )
        let logProbability = 0
        for (let i = 0; i < ACTIONS; i++) {
          const drawn = drawnOf(head[i], head[ACTIONS + i], f32[on.noise + r * ACTIONS + i])
          expect(f32[before + r * stride + OBSERVATIONS + i]).toBeCloseTo(drawn.action, 5)
          logProbability += drawn.logProbability
        }
        expect(f64[on.logProbability + r * (2 * ACTIONS + 1)]).toBeCloseTo(logProbability, 4)
        expect([...f32.subarray(before + r * stride, before + r * stride + OBSERVATIONS)]).toEqual([0, 0, 0])
      }
    })

    test.each([1, 4])('of %d rows the gradient is that of the mean loss, by finite differences in float64', (rows) => {
      const { actor, on, by, layers, stored, actionGradient, f32, run } = opened(home, rows, reading)
      act(run, actor, on)
      reparameterize(run, actor, on, actionGradient, by)
      storeGradients(run, layers, stored)
      const parameters = Float64Array.from(f32)
      const loss = (): number => {
        let sum = 0
        for (let r = 0; r < rows; r++) {
          const head = referenceForward(
            actor.net,
            parameters,
            f32.subarray(on.input + r * OBSERVATIONS, on.input + (r + 1) * OBSERVATIONS),
          )
          // A value that is a plane in the action has the gradient that the actor is given.
          let [logProbability, value] = [0, 0]
          for (let i = 0; i < ACTIONS; i++) {
            const drawn = drawnOf(head[i], head[ACTIONS + i], f32[on.noise + r * ACTIONS + i])
            logProbability += drawn.logProbability
            value += f32[actionGradient + r * ACTIONS + i] * drawn.action
          }
          sum += reparameterizedLoss(ETA, logProbability, value)
        }
        return sum / rows
      }
      for (let p = 0; p < actor.net.size; p++) {
        const at = actor.net.at + p
        const value = parameters[at]
        parameters[at] = value + 1e-6
        const above = loss()
        parameters[at] = value - 1e-6
        const below = loss()
        parameters[at] = value
        expect(Math.abs(f32[stored.at + p] - (above - below) / 2e-6), `parameter ${p}`).toBeLessThan(2e-5)
      }
    })
  })

  test('draws anew from the same pass, and leaves the first draw as it was', () => {
    const { actor, on, anew, f32, f64, run } = opened(home, 3, 'covariance')
    act(run, actor, on)
    const first = f64.slice(on.sample, on.sample + 3 * (2 * ACTIONS + 1))
    const noise = seeded(4)('noise')
    noise.normal(f32.subarray(anew.noise, anew.noise + 3 * ACTIONS))
    draw(run, actor, anew)
    expect(f64.slice(on.sample, on.sample + first.length)).toEqual(first)
    const again = f64.slice(anew.sample, anew.sample + first.length)
    expect(again).not.toEqual(first)
    // What a whole pass with that noise gives.
    f32.copyWithin(on.noise, anew.noise, anew.noise + 3 * ACTIONS)
    act(run, actor, on)
    expect(f64.slice(on.sample, on.sample + first.length)).toEqual(again)
  })

  test('η can be moved from step to step: the gradient is a line in it', () => {
    const { actor, on, by, actionGradient, f32, f64, run } = opened(home, 1, 'covariance')
    act(run, actor, on)
    const at = (eta: number): number[] => {
      f64[actor.scalars + SquashScalar.entropyCoefficient] = eta
      reparameterize(run, actor, on, actionGradient, by)
      return [...f32.subarray(by.output, by.output + 2 * ACTIONS)]
    }
    const [none, half, whole] = [at(0), at(0.5), at(1)]
    half.forEach((value, i) => expect(value).toBeCloseTo((none[i] + whole[i]) / 2, 6))
    expect(none).not.toEqual(whole)
  })
})
