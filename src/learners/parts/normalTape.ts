/**
 * Actions drawn from a normal distribution that is not squashed (`equations/normal.ts`), of one sample. The means are the first outputs of
 * a network; where the deviations come from is the actor's business: parameters of their own, or a head.
 */
import type { Arena } from '../../kernels/arena.js'
import { normalLogProbabilityOfLog } from '../equations/normal.js'
import type { Network } from './network.js'
import type { DrawnAction, DrawnTape } from './drawnPolicy.js'
import { tape, type Tape } from './passes.js'
import type { Plan } from './plan.js'

/** A decision of a policy whose actions have no bounds: arrays of shape `[action.size]`, and log π of the action as it was drawn. */
export interface NormalAction extends DrawnAction {}

/** A network's tape with the action that was drawn from it. */
export interface NormalTape extends Tape, DrawnTape {
  /** s, doubles of shape `[actions]`, and log s; both are the actor's to write. */
  readonly deviation: number
  readonly logDeviation: number
}

/** Lays out what drawing an action needs. */
export const normalTape = (plan: Plan, net: Network, actions: number): NormalTape => ({
  ...tape(plan, net),
  noise: plan.floats.take(actions),
  action: plan.floats.take(actions),
  deviation: plan.doubles.take(actions),
  logDeviation: plan.doubles.take(actions),
  logProbability: plan.doubles.take(1),
})

/**
 * Draws u = μ + s ε and its log-probability, from the means at `on.output`, the deviations and the noise. The action is rounded to a float
 * first, so that its log-probability is that of the action that is executed and stored.
 */
export const drawNormal = ({ f32, f64 }: Arena, actions: number, on: NormalTape): void => {
  let sum = 0
  for (let i = 0; i < actions; i++) {
    const mean = f32[on.output + i]
    const deviation = f64[on.deviation + i]
    f32[on.action + i] = mean + deviation * f32[on.noise + i]
    sum += normalLogProbabilityOfLog((f32[on.action + i] - mean) / deviation, f64[on.logDeviation + i])
  }
  f64[on.logProbability] = sum
}
