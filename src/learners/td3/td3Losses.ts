/** The two losses of TD3 and their gradients, unfused, in the order of the paper; tests compare `td3` with them. */
import { tanh } from '../../kernels/elementary.js'
import type { Numbers, Precision } from '../../kernels/reference.js'
import type { Vector } from '../../types.js'
import { clippedDoubleQ } from '../equations/clippedDoubleQ.js'
import { deterministicLoss } from '../equations/deterministicLoss.js'
import { noisyAction } from '../equations/noisyAction.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { tdTarget } from '../equations/tdTarget.js'
import { type ReferenceNetwork, referenceNetwork, type Tensors } from '../parts/referenceNetwork.js'
import type { Td3Hyperparameters } from './td3Settings.js'

/** What the losses need beside the weights and the minibatch. */
export interface Td3LossSettings extends Pick<
  Td3Hyperparameters,
  'hidden' | 'discount' | 'targetNoise' | 'targetNoiseClip'
> {
  /** What every intermediate result is kept in. */
  readonly precision: Precision
}

/** A row of a minibatch. */
export interface Td3Row {
  readonly observation: Vector
  readonly action: Vector
  readonly reward: number
  readonly nextObservation: Vector
  readonly terminated: boolean
  /** ε of the next action, a standard normal draw for each component. */
  readonly noise: Vector
}

/** Both losses at the given weights, and their gradients by name. */
export interface Td3Losses {
  /** The mean over the rows of (y - Q1)² + (y - Q2)². */
  readonly criticLoss: number
  /** The mean of -Q1(o, μ(o)). */
  readonly actorLoss: number
  readonly criticGradient: Tensors
  readonly actorGradient: Tensors
}

/**
 * The losses of a minibatch (Fujimoto et al. 2018, algorithm 1), as functions of the weights of all six networks; the target is held still
 * by the critics' loss, and the critics by the actor's. An update takes the actor's loss at the weights to which the critics have moved.
 */
export const td3Losses = (weights: Tensors, rows: readonly Td3Row[], settings: Td3LossSettings): Td3Losses => {
  const { hidden, discount, targetNoise, targetNoiseClip, precision: Numbers } = settings
  const network = (name: string): ReferenceNetwork =>
    referenceNetwork(Numbers, weights, { name, hidden, heads: [{ name: 'head' }], activation: 'relu' })
  const [actor, Q1, Q2] = ['actor', 'critic.Q1', 'critic.Q2'].map(network)
  const [targetActor, target1, target2] = ['target.actor', 'target.Q1', 'target.Q2'].map(network)
  const beside = (observation: Vector, action: Iterable<number>): Numbers => Numbers.from([...observation, ...action])
  const valueOf = (net: ReferenceNetwork, input: Numbers): number => net.forward(input).heads['head'][0]

  const [criticGradient, actorGradient]: Record<string, Numbers>[] = [{}, {}]
  const add = (to: Record<string, Numbers>, tensors: Tensors): void => {
    for (const [name, values] of Object.entries(tensors)) {
      const sum = to[name]
      to[name] = sum === undefined ? values : sum.map((value, i) => value + values[i])
    }
  }

  let [criticLoss, actorLoss] = [0, 0]
  for (const { observation, action, reward, nextObservation, terminated, noise } of rows) {
    // y = R + γ min(Q̄1, Q̄2)(o', A'), with A' = clip(μ̄(o') + clip(s ε, -c, c), -1, 1).
    const nextMean = targetActor.forward(Numbers.from(nextObservation)).heads['head'].map((x) => tanh(x))
    const nextAction = Array.from(nextMean, (mean, i) => noisyAction(mean, noise[i], targetNoise, targetNoiseClip))
    const next = beside(nextObservation, nextAction)
    const nextValue = clippedDoubleQ(valueOf(target1, next), valueOf(target2, next))
    const target = tdTarget(reward, terminated ? 0 : discount, nextValue)

    for (const critic of [Q1, Q2]) {
      const pass = critic.forward(beside(observation, action))
      const error = target - pass.heads['head'][0]
      criticLoss += scaledSquare(error, 1) / rows.length
      add(
        criticGradient,
        critic.backward(pass, { head: Numbers.of(scaledSquareSlope(error, 1) / rows.length) }).tensors,
      )
    }

    // The actor's slope is -∂Q1/∂a, through the tanh of its head.
    const deciding = actor.forward(Numbers.from(observation))
    const means = deciding.heads['head'].map((x) => tanh(x))
    const judging = Q1.forward(beside(observation, means))
    actorLoss += deterministicLoss(judging.heads['head'][0]) / rows.length
    const byInput = Q1.backward(judging, { head: Numbers.of(-1 / rows.length) }).input
    const byMean = byInput.slice(observation.length)
    const byHead = means.map((mean, i) => byMean[i] * (1 - mean * mean))
    add(actorGradient, actor.backward(deciding, { head: byHead }).tensors)
  }
  return { criticLoss, actorLoss, criticGradient, actorGradient }
}
