/**
 * Signals that ask a process to end: from a terminal that is closed (SIGHUP), its Ctrl-C (SIGINT) and Ctrl-\ (SIGQUIT), from `kill`
 * (SIGTERM), from programs that start another one anew (SIGUSR2), and from a limit on a job's time (SIGXCPU).
 */
export const endingSignals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2', 'SIGXCPU'] as const

/** A signal that asks a process to end. */
export type EndingSignal = (typeof endingSignals)[number]
