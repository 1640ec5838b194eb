/** The returns of a saved policy, whose statistics stay as they were saved. */
import { pipe } from 'fp-ts/lib/function.js'
import { type Observable, take } from 'rxjs'
import { actuate } from '../../operators/actuate.js'
import { decide } from '../../operators/decide.js'
import { episodes } from '../../operators/episodes.js'
import type { Episode } from '../../operators/tallyEpisodes.js'
import { mean } from '../mean.js'
import { seeded } from '../random.js'
import type { Driver, Observation, Vector } from '../types.js'
import { interquartileMean } from './statistics/aggregates.js'
import { bootstrapIntervals, type Interval, resampled } from './statistics/bootstrap.js'

/** What decides in an episode: a saved policy, or any function from an observation and the actions so far in the episode to a command. */
export type Act = (observation: Observation, actions: number) => Vector

/**
 * Emits the summary of each of so many episodes in which a policy acts, and completes.
 *
 * Fails: error notification with every error of the world and of the policy.
 */
export const evaluationEpisodes = (world: Driver, act: Act, count: number): Observable<Episode> =>
  pipe(world.timeSteps, decide(act), actuate(world), episodes(), take(count))

/** What the returns of an evaluation say. */
export interface EvaluationSummary {
  readonly mean: number
  /** The deviation of a sample, divided by the number of episodes minus one; 0 for one episode. */
  readonly deviation: number
  readonly interquartileMean: Interval & { readonly value: number }
}

/**
 * Sums up the returns of an evaluation. The interval of the interquartile mean is the percentile bootstrap over episodes, 95 %, 2,000 samples
 * drawn from the stream `bootstrap` of the seed.
 */
export const summarizeReturns = (returns: readonly number[], seed: number): EvaluationSummary => {
  const middle = mean(returns)
  const squares = returns.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  const [interval] = bootstrapIntervals((random) => [interquartileMean(resampled(returns, random))], {
    random: seeded(seed)('bootstrap'),
  })
  return {
    mean: middle,
    deviation: returns.length < 2 ? 0 : Math.sqrt(squares / (returns.length - 1)),
    interquartileMean: { value: interquartileMean(returns), ...interval },
  }
}
