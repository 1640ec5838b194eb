/** The likelihood-ratio gradient of a squashed actor (`equations/likelihoodRatioLoss.ts`), of one sample. */
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { SquashScalar } from '../../kernels/kernels.js'
import { likelihoodRatioSlope } from '../equations/likelihoodRatioLoss.js'
import { normalEntropyOfLog, scoreByLogDeviation, scoreByMean } from '../equations/normal.js'
import { logDeviationByC, logDeviationOf } from '../equations/squashedNormal.js'
import { backward, type Gradients } from './passes.js'
import type { Plan } from './plan.js'
import type { ActorTape, SquashedActor } from './squashedActor.js'

/** Doubles that such a gradient reads and writes, scratch: the engine would box them on their way through a call. */
export interface ScoreAt {
  /** δ, the caller's to write. */
  readonly advantage: number
  /** H of the normal distribution before it is squashed, written by `measureEntropy`. */
  readonly entropy: number
}

/** Lays them out. */
export const scoreAt = ({ doubles }: Plan): ScoreAt => ({ advantage: doubles.take(1), entropy: doubles.take(1) })

/** Sums up the entropy of the components of the unsquashed action on the tape. */
export const measureEntropy = (
  { f32, f64 }: Arena,
  actor: SquashedActor,
  on: ActorTape,
  { entropy }: ScoreAt,
): void => {
  const { actions, scalars } = actor
  const k = f64[scalars + SquashScalar.k]
  let sum = 0
  for (let i = 0; i < actions; i++) sum += normalEntropyOfLog(logDeviationOf(f32[on.output + actions + i], k))
  f64[entropy] = sum
}

/**
 * Fills `into` with the gradients of `likelihoodRatioLoss` by what each layer of the actor made, the action on the tape held still. The
 * squashing does not move with the weights, so that the scores are those of the unsquashed normal distribution.
 */
export const likelihoodRatio = (
  run: ConstantKernels,
  { f32, f64 }: Arena,
  actor: SquashedActor,
  on: ActorTape,
  { advantage }: ScoreAt,
  into: Gradients,
): void => {
  const { net, actions, scalars } = actor
  const delta = f64[advantage]
  const eta = f64[scalars + SquashScalar.entropyCoefficient]
  const k = f64[scalars + SquashScalar.k]
  for (let i = 0; i < actions; i++) {
    const noise = f32[on.noise + i]
    const c = f32[on.output + actions + i]
    const distance = f64[on.sample + actions + i]
    const byC = logDeviationByC(c, k)
    f32[into.output + i] = likelihoodRatioSlope(delta, scoreByMean(noise, distance), eta, 0)
    f32[into.output + actions + i] = likelihoodRatioSlope(delta, scoreByLogDeviation(noise) * byC, eta, byC)
  }
  backward(run, net, on, into)
}
