/** What the directory of a run holds, by name. */

/** The files and folders that every run has. */
export const runFiles = {
  config: 'config.json',
  episodes: 'episodes.csv',
  metrics: 'metrics.csv',
  /** Of runs under guard alone. */
  events: 'events.csv',
  checkpoints: 'checkpoints',
} as const
