/**
 * The TD errors of intentional updates (Sharifnassab et al. 2026): δc = sign(δ) min(|δ|, c √ê), where ê is the running mean of δ², so that
 * no surprise counts for more than some c usual ones; for the actor in units of the usual size, δc / max(m̂, 1e-12), where m̂ is the running
 * mean of |δc|.
 *
 * Ranks: all scalars.
 */

/** δc. */
export const cappedTdError = (tdError: number, multiple: number, meanSquare: number): number => {
  const cap = multiple * Math.sqrt(meanSquare)
  return tdError > cap ? cap : tdError < -cap ? -cap : tdError
}

/** δc / m̂. */
export const relativeTdError = (capped: number, meanSize: number): number =>
  capped / (meanSize > LEAST_SIZE ? meanSize : LEAST_SIZE)

/** The least mean size that an error is divided by. */
const LEAST_SIZE = 1e-12
