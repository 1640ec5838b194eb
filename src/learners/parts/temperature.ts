/**
 * The temperature α of SAC, which is learnt so that the policy's entropy meets a target (`equations/temperatureLoss.ts`). The parameter is
 * log α, a float among the weights, and has an optimizer of its own.
 */
import type { Arena } from '../../kernels/arena.js'
import { exp, log } from '../../kernels/elementary.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { temperatureLoss } from '../equations/temperatureLoss.js'
import { type MomentsAt, readyStored, startClock, startSteps, type StoredStep, storedStep, tick } from './adam.js'
import { type Betas, reachOf } from './adamReach.js'
import { storedGradients } from './layerGradients.js'
import type { OtherParameter } from './parameterViews.js'
import type { Plan } from './plan.js'
import type { TemperatureSettings } from './temperatureConflicts.js'

/** A temperature as it is laid out. */
export interface Temperature {
  readonly parameter: OtherParameter
  readonly step: StoredStep
  readonly betas: Betas
  /** H̄. */
  readonly targetEntropy: number
  /** α before the first update. */
  readonly initial: number
}

/** Lays out the parameter, before the moments, which it has as weights do. */
export const temperatureParameter = ({ floats }: Plan): OtherParameter => ({
  path: 'log_alpha',
  at: floats.take(1),
  size: 1,
})

/**
 * The moments of the parameter, from those of all parameters. A first one of its own is laid out, as state, where networks without any
 * have none.
 */
export const temperatureMoments = (
  { floats }: Plan,
  { at }: OtherParameter,
  moments: MomentsAt,
  { temperatureBetas: [beta1] }: Pick<TemperatureSettings, 'temperatureBetas'>,
): MomentsAt => (beta1 > 0 && moments.first === 0 ? { ...moments, first: floats.take(1) - at } : moments)

/** What a temperature is laid out on. */
export interface TemperatureOn {
  readonly parameter: OtherParameter
  readonly moments: MomentsAt
  /** The doubles of a clock of its own. */
  readonly clock: number
  /** The double by which its step size is multiplied. */
  readonly scale: number
  /** The size of an action. */
  readonly actions: number
}

/** Lays out what its steps need, scratch. */
export const temperature = (
  plan: Plan,
  { parameter, moments, clock, scale, actions }: TemperatureOn,
  settings: TemperatureSettings,
): Temperature => {
  const [beta1, beta2] = settings.temperatureBetas
  const betas = { beta1, beta2 }
  const { temperatureStepSize: stepSize, adamEpsilon: epsilon } = settings
  const step = { name: 'temperature', moments, clock, stepSize, scale, epsilon, reach: reachOf(betas) }
  return {
    parameter,
    step: storedStep(plan, step, storedGradients(plan, parameter.at, 1)),
    betas,
    targetEntropy: settings.targetEntropy === 'auto' ? -actions : settings.targetEntropy,
    initial: settings.initialTemperature,
  }
}

/** Writes what a learner reads before it has written it; `clock` is where the clock is state. */
export const startTemperature = (
  memory: Arena,
  { parameter, step, betas, initial }: Temperature,
  clock: number,
): void => {
  memory.f32[parameter.at] = log(initial)
  startClock(memory, clock)
  startSteps(memory, step, betas)
}

/** Writes α to the double at `into`. */
export const readTemperature = ({ f32, f64 }: Arena, { parameter }: Temperature, into: number): void => {
  f64[into] = exp(f32[parameter.at])
}

/**
 * Readies a step of log α, from the doubles α and log π(A|o), which is a mean where there are rows.
 *
 * Fails: NotFiniteError with the quantity; nothing has moved but the clock of the step.
 */
export const readyTemperature = (
  memory: Arena,
  run: ConstantKernels,
  { step, targetEntropy }: Temperature,
  value: number,
  logProbability: number,
): void => {
  memory.f32[step.gradients.at] = temperatureLoss(memory.f64[value], memory.f64[logProbability], targetEntropy)
  tick(memory, step)
  readyStored(memory, run, step)
}
