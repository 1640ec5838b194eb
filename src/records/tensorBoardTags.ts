/**
 * The tags of a run in TensorBoard. Where Stable-Baselines3 or CleanRL has a tag for a number, it is that one, so that runs of both lie in
 * one chart; all other numbers are under `rivulet/`, with the names that they have in `metrics.csv`.
 */
import type { Metrics } from './metrics.js'

/** Tags of Stable-Baselines3, by the names of scalars. */
const trainTags: Readonly<Record<string, string>> = {
  actorLoss: 'train/actor_loss',
  criticLoss: 'train/critic_loss',
  policyLoss: 'train/policy_gradient_loss',
  valueLoss: 'train/value_loss',
  loss: 'train/loss',
  approximateKl: 'train/approx_kl',
  clippedShare: 'train/clip_fraction',
  stepSize: 'train/learning_rate',
  temperature: 'train/ent_coef',
  temperatureLoss: 'train/ent_coef_loss',
}

/** Tags of the episodes so far: `rollout/` is of Stable-Baselines3. */
export const rolloutTags = (meanReturn: number, meanLength: number): Readonly<Record<string, number>> => ({
  'rollout/ep_rew_mean': meanReturn,
  'rollout/ep_len_mean': meanLength,
})

/** Tags of an episode that ended: `charts/` is of CleanRL. */
export const episodeTags = (episode: {
  readonly length: number
  readonly return: number
}): Readonly<Record<string, number>> => ({
  'charts/episodic_return': episode.return,
  'charts/episodic_length': episode.length,
})

const prefixed = (prefix: string, values: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]))

/** The numbers of a window by their tags. */
export const metricsTags = ({
  seconds,
  stepsPerSecond,
  memoryBytes,
  updates,
  means,
  moved,
}: Metrics): Readonly<Record<string, number>> => ({
  ...(stepsPerSecond === null ? {} : { 'time/fps': stepsPerSecond }),
  'time/time_elapsed': seconds,
  ...Object.fromEntries(Object.entries(means).map(([name, value]) => [trainTags[name] ?? `rivulet/${name}`, value])),
  ...prefixed('rivulet/moved/', moved),
  'rivulet/updates': updates,
  ...(memoryBytes === null ? {} : { 'rivulet/memoryBytes': memoryBytes }),
})
