/**
 * The loss of a deterministic actor, -Q(o, μ(o)) (Silver et al. 2014, theorem 1; Fujimoto et al. 2018, algorithm 1); its slope by Q is -1.
 *
 * Ranks: all scalars.
 */
export const deterministicLoss = (actionValue: number): number => -actionValue
