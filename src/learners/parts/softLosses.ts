/**
 * The losses of SAC and their gradients, unfused, as means over rows (Haarnoja et al. 2018; Vasan et al. 2024, the baselines SAC-1 and SAC);
 * tests compare `sac1` and `sac` with them.
 */
import { exp } from '../../kernels/elementary.js'
import type { Numbers, Precision } from '../../kernels/reference.js'
import type { SampledAction, Transition, Vector } from '../../types.js'
import { boundedNormal, boundedSlopesByC, boundedSlopesByMean } from '../equations/boundedNormal.js'
import { clippedDoubleQ } from '../equations/clippedDoubleQ.js'
import { reparameterizedLoss, reparameterizedSlope } from '../equations/reparameterizedLoss.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { softValue } from '../equations/softValue.js'
import {
  slopesByC,
  slopesByMean,
  type SquashedNormal,
  squashedNormal,
  type SquashedSlopes,
} from '../equations/squashedNormal.js'
import { tdTarget } from '../equations/tdTarget.js'
import { temperatureLoss } from '../equations/temperatureLoss.js'
import type { NetworkSpec } from './network.js'
import { type ReferenceNetwork, referenceNetwork, type Tensors } from './referenceNetwork.js'
import type { LogStdReading } from './actorDescription.js'

/** A transition that is learnt from, and what is drawn for it: vectors of shape `[action.size]`. */
export interface SoftRow {
  readonly transition: Transition<SampledAction>
  /** Noise of the action at the next observation. */
  readonly nextNoise: Vector
  /** Noise of the action that is drawn anew at the observation. */
  readonly newNoise: Vector
}

/** What the losses need beside the weights and the rows. */
export interface SoftLossSettings extends Required<Pick<NetworkSpec, 'hidden' | 'activation' | 'norm'>> {
  /** As the tensor of a critic's output is named. */
  readonly head: string
  readonly logStdReading: LogStdReading
  readonly discount: number
  readonly targetEntropy: number
  /** σ, already with this step taken in; 1 where TD errors are not scaled. */
  readonly scale: number
  /** What every intermediate result is kept in. */
  readonly precision: Precision
}

/** All losses at the given weights, and their gradients by name; that of the temperature is by log α. */
export interface SoftLosses {
  readonly criticLoss: number
  readonly actorLoss: number
  readonly temperatureLoss: number
  readonly criticGradient: Tensors
  readonly actorGradient: Tensors
  readonly temperatureGradient: number
}

interface Spread {
  draw(mean: number, c: number, noise: number): SquashedNormal
  byMean(drawn: SquashedNormal): SquashedSlopes
  byC(drawn: SquashedNormal, c: number): SquashedSlopes
}

const spreadOf = (reading: LogStdReading): Spread => {
  if (reading === 'bounded') return { draw: boundedNormal, byMean: boundedSlopesByMean, byC: boundedSlopesByC }
  const k = reading === 'covariance' ? 0.5 : 1
  return {
    draw: (mean, c, noise) => squashedNormal(mean, c, noise, k),
    byMean: slopesByMean,
    byC: (drawn, c) => slopesByC(drawn, c, k),
  }
}

/** Σ of some tensors, each times a factor. */
const summed = (factor: number, all: readonly Tensors[]): Tensors =>
  Object.fromEntries(
    Object.keys(all[0]).map((name) => [
      name,
      all[0][name].map((_: number, i: number) => factor * all.reduce((sum, tensors) => sum + tensors[name][i], 0)),
    ]),
  )

/**
 * The losses of some rows as functions of the weights, `log_alpha` among them, with all noise held still. An update takes that of the
 * critics first, and those of the actor and the temperature at the weights of its critics after their step, and of its actor and α before theirs.
 */
export const softLosses = (weights: Tensors, rows: readonly SoftRow[], settings: SoftLossSettings): SoftLosses => {
  const { hidden, activation, norm, head, discount, scale, precision: Numbers } = settings
  const spread = spreadOf(settings.logStdReading)
  const network = (name: string, ...heads: readonly string[]): ReferenceNetwork =>
    referenceNetwork(Numbers, weights, { name, hidden, activation, norm, heads: heads.map((each) => ({ name: each })) })
  const actor = network('actor', 'mu', 'log_std')
  const critics = [network('critic.Q1', head), network('critic.Q2', head)]
  const targets = [network('target.Q1', head), network('target.Q2', head)]
  const alpha = exp(weights['log_alpha'][0])

  /** A ~ π(·|o) by noise ε, component by component, and log π(A|o). */
  const act = (observation: Vector, noise: Vector) => {
    const pass = actor.forward(Numbers.from(observation))
    const { mu, log_std: c } = pass.heads
    const drawn = Array.from(mu, (mean, i) => spread.draw(mean, c[i], noise[i]))
    const logProbability = drawn.reduce((sum, component) => sum + component.logProbability, 0)
    return { pass, c, drawn, action: Numbers.from(drawn.map(({ action }) => action)), logProbability }
  }
  /** Q(o, a) of one critic. */
  const judge = (critic: ReferenceNetwork, observation: Vector, action: Vector) => {
    const pass = critic.forward(Numbers.from([...observation, ...action]))
    return { pass, value: pass.heads[head][0] }
  }

  // The critics: δ = R + γ (min Q̄(o', A') - α log π(A'|o')) - Q(o, A), with no gradient through the target; each one's loss is (δ/σ)².
  const ofCritics = rows.map(({ transition, nextNoise }) => {
    const { observation, sampled, reward, nextObservation, terminated } = transition
    const next = act(nextObservation, nextNoise)
    const [value1, value2] = targets.map((target) => judge(target, nextObservation, next.action).value)
    const bootstrap = softValue(clippedDoubleQ(value1, value2), alpha, next.logProbability)
    const target = tdTarget(reward, terminated ? 0 : discount, bootstrap)
    const each = critics.map((critic) => {
      const taken = judge(critic, observation, sampled.action)
      const tdError = target - taken.value
      const byValue = Numbers.of(scaledSquareSlope(tdError, scale))
      return { loss: scaledSquare(tdError, scale), gradient: critic.backward(taken.pass, { [head]: byValue }).tensors }
    })
    return {
      loss: each.reduce((sum, { loss }) => sum + loss, 0),
      gradient: Object.assign({}, ...each.map(({ gradient }) => gradient)) as Tensors,
    }
  })

  // The actor: α log π(Ã|o) - min Q(o, Ã), through Ã by the reparameterization of its noise and through the lower critic alone.
  const ofActor = rows.map(({ transition: { observation }, newNoise }) => {
    const chosen = act(observation, newNoise)
    const judged = critics.map((critic) => ({ critic, ...judge(critic, observation, chosen.action) }))
    const lower = judged[0].value <= judged[1].value ? judged[0] : judged[1]
    const byAction = lower.critic.backward(lower.pass, { [head]: Numbers.of(1) }).input.subarray(observation.length)
    const slopes = (by: (i: number) => SquashedSlopes): Numbers =>
      byAction.map((valueByAction: number, i: number) => {
        const { action, logProbability } = by(i)
        return reparameterizedSlope(alpha, logProbability, valueByAction, action)
      })
    const byHeads = {
      mu: slopes((i) => spread.byMean(chosen.drawn[i])),
      log_std: slopes((i) => spread.byC(chosen.drawn[i], chosen.c[i])),
    }
    return {
      logProbability: chosen.logProbability,
      loss: reparameterizedLoss(alpha, chosen.logProbability, lower.value),
      gradient: actor.backward(chosen.pass, byHeads).tensors,
    }
  })

  const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / rows.length
  const logProbability = mean(ofActor.map((row) => row.logProbability))
  const ofTemperature = temperatureLoss(alpha, logProbability, settings.targetEntropy)
  const gradientOf = (all: readonly { readonly gradient: Tensors }[]): Tensors =>
    summed(
      1 / rows.length,
      all.map(({ gradient }) => gradient),
    )
  return {
    criticLoss: mean(ofCritics.map(({ loss }) => loss)),
    actorLoss: mean(ofActor.map(({ loss }) => loss)),
    temperatureLoss: ofTemperature,
    criticGradient: gradientOf(ofCritics),
    actorGradient: gradientOf(ofActor),
    // The slope of this loss by log α is the loss itself.
    temperatureGradient: ofTemperature,
  }
}
