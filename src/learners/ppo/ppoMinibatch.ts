/** One step of the optimizer along the gradients of PPO's loss on a minibatch. */
import { finite } from '../../checks.js'
import type { Arena } from '../../kernels/arena.js'
import { expMinusOne } from '../../kernels/elementary.js'
import { AdamScalar, type Kernels } from '../../kernels/kernels.js'
import { clippedNorm } from '../equations/clippedNorm.js'
import { clippedSurrogate, clippedSurrogateSlope } from '../equations/clippedSurrogate.js'
import { clippedValueLoss, clippedValueSlope } from '../equations/clippedValueLoss.js'
import { normalEntropyOfLog, normalLogProbabilityOfLog, scoreByLogDeviation } from '../equations/normal.js'
import { standardizeAdvantages } from '../equations/standardizedAdvantages.js'
import { readyStored, takeStored, tick } from '../parts/adam.js'
import { copyChosen } from '../parts/columns.js'
import { spread } from '../parts/freeNormalActor.js'
import { storeGradients } from '../parts/layerGradients.js'
import type { NamedJobs } from '../parts/namedJobs.js'
import { backward, forward } from '../parts/passes.js'
import type { Rollout } from '../parts/rollout.js'
import type { CriticJob } from './ppoCritic.js'
import { MinibatchSum, type PpoLayout } from './ppoLayout.js'
import type { PpoHyperparameters } from './ppoSettings.js'

/** What the steps are made with. */
export interface MinibatchParts {
  readonly memory: Arena
  readonly kernels: Kernels
  readonly at: PpoLayout
  readonly collected: Rollout
  readonly jobs: NamedJobs<CriticJob>['jobs']
  readonly settings: PpoHyperparameters
}

/**
 * Makes the function that takes a step on the rows of a minibatch, and returns its loss; the rest of what it saw is at `sums`.
 *
 * Memory: none that grows; the advantages of a minibatch.
 * Fails: NotFiniteError for a loss or a gradient that is not finite, and for a step after which a weight might not be; then no weight has
 * moved by this minibatch.
 */
export const minibatchStep = ({ memory, kernels, at, collected, jobs, settings }: MinibatchParts) => {
  const { f32, f64 } = memory
  const { actor, acting, judging, actorGradients, criticGradients, actions, observations, rows, stored, step, sums } =
    at
  const { clip, clipValueLoss, valueCoefficient, entropyCoefficient, maxGradientNorm, normalizeAdvantage } = settings
  const advantages = new Float64Array(rows)

  /** (u - μ) / s of a component of a row's action, u as it was collected. */
  const standardized = (r: number, row: number, i: number): number =>
    (collected.action.values[row * actions + i] - f32[acting.output + r * actions + i]) / f64[at.deviation + i]

  /** The loss of the actor, its gradients by the means and by log s, and the entropy. */
  const judgeActions = (chosen: Int32Array): void => {
    spread(memory, actor, at.deviation, at.logDeviation)
    let [loss, divergence, clippedRows, entropy] = [0, 0, 0, 0]
    for (let i = 0; i < actions; i++) {
      // Every row has the same entropy, whose slope by log s is 1.
      entropy += normalEntropyOfLog(f64[at.logDeviation + i])
      f64[at.logStdSlopes + i] = -entropyCoefficient
    }
    for (let r = 0; r < rows; r++) {
      const row = chosen[r]
      let logProbability = 0
      for (let i = 0; i < actions; i++) {
        logProbability += normalLogProbabilityOfLog(standardized(r, row, i), f64[at.logDeviation + i])
      }
      const logRatio = logProbability - collected.logProbabilities[row]
      const change = expMinusOne(logRatio)
      loss += clippedSurrogate(logRatio, advantages[r], clip)
      divergence += change - logRatio
      if (Math.abs(change) > clip) clippedRows++
      const slope = clippedSurrogateSlope(logRatio, advantages[r], clip) / rows
      for (let i = 0; i < actions; i++) {
        const z = standardized(r, row, i)
        f32[actorGradients.output + r * actions + i] = (slope * z) / f64[at.deviation + i]
        f64[at.logStdSlopes + i] += slope * scoreByLogDeviation(z)
      }
    }
    f64[sums + MinibatchSum.policyLoss] = finite('policyLoss', loss / rows)
    f64[sums + MinibatchSum.entropy] = finite('entropy', entropy)
    f64[sums + MinibatchSum.approximateKl] = finite('approximateKl', divergence / rows)
    f64[sums + MinibatchSum.clippedShare] = clippedRows / rows
  }

  /** The loss of the critic and its gradients by the values. */
  const judgeValues = (chosen: Int32Array): void => {
    let loss = 0
    for (let r = 0; r < rows; r++) {
      const row = chosen[r]
      const value = f32[judging.output + r]
      const target = collected.targets[row]
      // Not clipped is clipped to the value itself.
      const oldValue = clipValueLoss ? collected.values[row] : value
      loss += clippedValueLoss(value, oldValue, target, clip)
      f32[criticGradients.output + r] = (valueCoefficient * clippedValueSlope(value, oldValue, target, clip)) / rows
    }
    f64[sums + MinibatchSum.valueLoss] = finite('valueLoss', loss / rows)
  }

  return (chosen: Int32Array): number => {
    copyChosen(collected.observation, chosen, f32, judging.input, observations)
    jobs.values.start()
    copyChosen(collected.observation, chosen, f32, acting.input, observations)
    for (let r = 0; r < rows; r++) advantages[r] = collected.advantages[chosen[r]]
    if (normalizeAdvantage) standardizeAdvantages(advantages)
    forward(kernels, actor.net, acting)
    judgeActions(chosen)
    jobs.values.finish()
    judgeValues(chosen)

    jobs.gradients.start()
    backward(kernels, actor.net, acting, actorGradients)
    storeGradients(kernels, at.actorLayers, stored)
    for (let i = 0; i < actions; i++) f32[at.logStdGradient + i] = f64[at.logStdSlopes + i]
    jobs.gradients.finish()

    // The gradients of both networks and of log s are clipped and stepped along as one.
    kernels.sumOfSquares(stored.at, stored.size, at.squares)
    f64[step.scalars + AdamScalar.factor] = clippedNorm(f64[at.squares], maxGradientNorm)
    tick(memory, step)
    readyStored(memory, kernels, step)
    takeStored(kernels, step)
    return (
      f64[sums + MinibatchSum.policyLoss] -
      entropyCoefficient * f64[sums + MinibatchSum.entropy] +
      valueCoefficient * f64[sums + MinibatchSum.valueLoss]
    )
  }
}
