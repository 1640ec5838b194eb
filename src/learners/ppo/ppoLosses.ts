/** The loss of PPO on a minibatch and its gradients, unfused and row by row; tests compare `ppo` with it. */
import { exp } from '../../kernels/elementary.js'
import type { Numbers, Precision } from '../../kernels/reference.js'
import type { Vector } from '../../types.js'
import { clippedSurrogate, clippedSurrogateSlope } from '../equations/clippedSurrogate.js'
import { clippedValueLoss, clippedValueSlope } from '../equations/clippedValueLoss.js'
import {
  logProbabilityByDeviation,
  logProbabilityByMean,
  normalEntropy,
  normalLogProbability,
} from '../equations/normal.js'
import { standardizeAdvantages } from '../equations/standardizedAdvantages.js'
import { type ReferenceNetwork, referenceNetwork, type Tensors } from '../parts/referenceNetwork.js'
import type { PpoHyperparameters } from './ppoSettings.js'

/** One step of a rollout, as the weights of its collection saw it. */
export interface PpoRow {
  readonly observation: Vector
  readonly action: Vector
  readonly logProbability: number
  /** V(o). */
  readonly value: number
  /** Â, before it is standardized. */
  readonly advantage: number
  /** Â + V(o). */
  readonly target: number
}

/** What the loss needs beside the weights and the rows. */
export interface PpoLossSettings extends Pick<
  PpoHyperparameters,
  'hidden' | 'clip' | 'clipValueLoss' | 'normalizeAdvantage' | 'valueCoefficient' | 'entropyCoefficient'
> {
  /** What every intermediate result is kept in. */
  readonly precision: Precision
}

/** The loss at the given weights, its parts, and its gradients by name. */
export interface PpoLosses {
  readonly loss: number
  readonly policyLoss: number
  readonly valueLoss: number
  readonly entropy: number
  readonly gradient: Tensors
}

/** The loss of a minibatch (Schulman et al. 2017, equation 9, in CleanRL's order), as a function of the weights. */
export const ppoLosses = (weights: Tensors, rows: readonly PpoRow[], settings: PpoLossSettings): PpoLosses => {
  const { hidden, clip, clipValueLoss, valueCoefficient, entropyCoefficient, precision: Numbers } = settings
  const network = (name: string): ReferenceNetwork =>
    referenceNetwork(Numbers, weights, { name, hidden, heads: [{ name: 'head' }], activation: 'tanh' })
  const [actor, critic] = [network('actor'), network('critic')]
  const deviations = Array.from(weights['actor.log_std'], exp)
  const advantages = Float64Array.from(rows, ({ advantage }) => advantage)
  if (settings.normalizeAdvantage) standardizeAdvantages(advantages)
  const gradient: Record<string, Numbers> = Object.fromEntries(
    Object.entries(weights).map(([name, values]) => [name, new Numbers(values.length)]),
  )
  const add = (tensors: Tensors): void => {
    for (const [name, values] of Object.entries(tensors))
      for (const [i, by] of values.entries()) gradient[name][i] += by
  }

  let [policyLoss, valueLoss] = [0, 0]
  for (const [r, { observation, action, logProbability, value: oldValue, target }] of rows.entries()) {
    // The actor: ρ is the probability of the action that was collected over what it was then.
    const pass = actor.forward(Numbers.from(observation))
    const means = pass.heads['head']
    const logProbabilities = deviations.map((s, i) => normalLogProbability(action[i], means[i], s))
    const logRatio = logProbabilities.reduce((sum, each) => sum + each, 0) - logProbability
    policyLoss += clippedSurrogate(logRatio, advantages[r], clip) / rows.length
    const slope = clippedSurrogateSlope(logRatio, advantages[r], clip) / rows.length
    const byMean = means.map((mean: number, i: number) => slope * logProbabilityByMean(action[i], mean, deviations[i]))
    add(actor.backward(pass, { head: byMean }).tensors)
    const byLogStd = deviations.map((s, i) => slope * s * logProbabilityByDeviation(action[i], means[i], s))
    add({ 'actor.log_std': Numbers.from(byLogStd) })

    // The critic: the greater of the losses of the value and of the value that moved no farther than ε.
    const judged = critic.forward(Numbers.from(observation))
    const value = judged.heads['head'][0]
    const from = clipValueLoss ? oldValue : value
    valueLoss += clippedValueLoss(value, from, target, clip) / rows.length
    const byValue = (valueCoefficient * clippedValueSlope(value, from, target, clip)) / rows.length
    add(critic.backward(judged, { head: Numbers.of(byValue) }).tensors)
  }

  // The entropy, the same at every observation, moves with log s alone: by ∂H/∂s s = 1.
  const entropy = deviations.reduce((sum, s) => sum + normalEntropy(s), 0)
  add({ 'actor.log_std': Numbers.from(deviations.map(() => -entropyCoefficient)) })
  const loss = policyLoss - entropyCoefficient * entropy + valueCoefficient * valueLoss
  return { loss, policyLoss, valueLoss, entropy, gradient }
}
