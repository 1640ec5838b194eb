/** What the directory of a run holds, by name. */

/** The files and folders that every run has; `policy` from its end on. */
export const runFiles = {
  config: 'config.json',
  episodes: 'episodes.csv',
  metrics: 'metrics.csv',
  /** Of runs under guard alone. */
  events: 'events.csv',
  checkpoints: 'checkpoints',
  policy: 'policy.safetensors',
} as const

/** The files of weights in a run's directory: `initial` if the run's `weights` named some, `final` at its end. */
export const weightFiles = { initial: 'initial.safetensors', final: 'weights.safetensors' } as const
