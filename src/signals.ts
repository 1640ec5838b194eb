/**
 * Signals that end a process: of a terminal that is closed (SIGHUP), of Ctrl-C (SIGINT) and Ctrl-\ (SIGQUIT), of `kill` (SIGTERM), of
 * programs that restart other programs (SIGUSR2), and of a limit on the time of a job (SIGXCPU).
 */
export const endingSignals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2', 'SIGXCPU'] as const

/** A signal that ends a process. */
export type EndingSignal = (typeof endingSignals)[number]
