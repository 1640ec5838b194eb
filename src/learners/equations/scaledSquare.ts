/**
 * The critic's loss (δ/σ)² and its slope by the value that δ was taken from (Vasan et al. 2024, algorithm 1). The target is held still,
 * as semi-gradient methods do, so that ∂δ/∂Q = -1.
 *
 * Ranks: all scalars.
 */

/** (δ/σ)², from δ and σ; σ is 1 where TD errors are not scaled. */
export const scaledSquare = (tdError: number, scale: number): number => (tdError / scale) * (tdError / scale)

/** ∂(δ/σ)²/∂Q = -2 δ/σ². */
export const scaledSquareSlope = (tdError: number, scale: number): number => (-2 * tdError) / (scale * scale)
