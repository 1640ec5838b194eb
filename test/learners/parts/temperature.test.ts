import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { adam } from '../../../src/kernels/reference.js'
import { temperatureLoss } from '../../../src/learners/equations/temperatureLoss.js'
import { ADAM_DOUBLES, moments, takeStored } from '../../../src/learners/parts/adam.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import {
  readTemperature,
  readyTemperature,
  startTemperature,
  temperature,
  temperatureMoments,
  temperatureParameter,
} from '../../../src/learners/parts/temperature.js'
import { temperatureConflicts, type TemperatureSettings } from '../../../src/learners/parts/temperatureConflicts.js'

const settings: TemperatureSettings = {
  temperatureStepSize: 0.02,
  temperatureBetas: [0.5, 0.999],
  adamEpsilon: 1e-8,
  initialTemperature: 0.1,
  targetEntropy: 'auto',
}

const open = (home: 'webassembly' | 'typescript', adamBeta1: number, extra: Partial<TemperatureSettings> = {}) => {
  const all = { ...settings, ...extra }
  const plan = newPlan()
  const clock = plan.doubles.take(ADAM_DOUBLES)
  const [value, logProbability, scale] = [plan.doubles.take(1), plan.doubles.take(1), plan.doubles.take(1)]
  plan.floats.take(5)
  const parameter = temperatureParameter(plan)
  const own = temperatureMoments(plan, parameter, moments(plan, { beta1: adamBeta1, beta2: 0.999 }), all)
  const stateFloats = plan.floats.size
  const at = temperature(plan, { parameter, moments: own, clock, scale, actions: 3 }, all)
  const memory = plannedArena(plan)
  memory.f64[scale] = 1
  const kernels = bindKernels[home](memory)
  startTemperature(memory, at, clock)
  return { at, memory, kernels, value, logProbability, stateFloats }
}

describe.each(['webassembly', 'typescript'] as const)('a temperature in %s', (home) => {
  test.each([
    [0, [0.5, 0.999], 13],
    [0, [0, 0.9], 12],
    [0.9, [0.5, 0.999], 18],
  ])('is Adam on log α, where networks have β1 = %d and it has %j', (adamBeta1, temperatureBetas, floats) => {
    const { at, memory, kernels, value, logProbability, stateFloats } = open(home, adamBeta1, { temperatureBetas })
    expect(stateFloats).toBe(floats)
    expect(at.targetEntropy).toBe(-3)
    const wanted = Float64Array.of(Math.log(0.1))
    const behind = { first: new Float64Array(1), second: new Float64Array(1) }
    const [beta1, beta2] = temperatureBetas
    for (const [i, drawn] of [-2, 5, 0.3, -1, 4].entries()) {
      readTemperature(memory, at, value)
      expect(memory.f64[value]).toBeCloseTo(Math.exp(wanted[0]), 6)
      memory.f64[logProbability] = drawn
      readyTemperature(memory, kernels, at, value, logProbability)
      takeStored(kernels, at.step)
      const gradient = Float64Array.of(temperatureLoss(Math.exp(wanted[0]), drawn, -3))
      adam(wanted, gradient, behind, i + 1, { stepSize: 0.02, beta1, beta2, epsilon: 1e-8 })
      expect(memory.f32[at.parameter.at]).toBeCloseTo(wanted[0], 5)
    }
    // Nothing beside the parameter and its moments has moved.
    expect(memory.f32.slice(0, 5)).toEqual(new Float32Array(5))
  })

  test('whose gradient is beyond measure is refused by name, and stays where it was', () => {
    const { at, memory, kernels, value, logProbability } = open(home, 0)
    readTemperature(memory, at, value)
    memory.f64[logProbability] = 1e20
    expect(() => readyTemperature(memory, kernels, at, value, logProbability)).toThrow('temperatureGradient is')
    expect(memory.f32[at.parameter.at]).toBeCloseTo(Math.log(0.1), 6)
  })
})

test('a target of its own is in the place of the negative of the action’s size', () => {
  expect(open('typescript', 0, { targetEntropy: 1.5 }).at.targetEntropy).toBe(1.5)
})

test.each<readonly [Partial<TemperatureSettings>, string, string]>([
  [{ temperatureStepSize: 1e-40 }, 'temperatureStepSize', '3.72e-37 or more, so that float32 does not make 0 of it'],
  [{ initialTemperature: 1e-40 }, 'initialTemperature', 'from 1.18e-38 to 100000000000000000'],
  [{ initialTemperature: 1e19 }, 'initialTemperature', 'from 1.18e-38 to 100000000000000000'],
])('the settings %j are refused', (extra, path, expected) => {
  expect(temperatureConflicts(settings)).toEqual([])
  expect(temperatureConflicts({ ...settings, ...extra })).toMatchObject([{ path, expected }])
})
