/**
 * The value of the next action by two critics of which the lower one counts (clipped double Q-learning: Fujimoto et al. 2018, equation
 * 10): min(Q1, Q2). NaN where one of them is.
 *
 * Ranks: all scalars.
 */
export const clippedDoubleQ = (value1: number, value2: number): number => Math.min(value1, value2)
