/**
 * The deviation of a normal distribution by a head of the actor, s = log(1 + e^x), which is above 0 for every x and grows like x where x is
 * large (Elsayed et al. 2024, the published program of Stream AC). The kernels `softplus` and `softplusBackward` are its form for vectors.
 *
 * Ranks: all scalars.
 */
import { exp, softplus } from '../../kernels/elementary.js'

/** s. */
export const softplusDeviation = (head: number): number => softplus(head)

/** ∂s/∂x, the logistic function: 1 / (1 + e^-x). */
export const softplusDeviationSlope = (head: number): number => 1 / (1 + exp(-head))
