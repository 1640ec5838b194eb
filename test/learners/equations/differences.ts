/** Slopes by finite differences. */
import { expect } from 'vitest'

/** Holds a slope at x against the central difference quotient of a function of doubles. */
export const expectSlope = (slope: number, at: number, of: (x: number) => number, h = 1e-5): void => {
  const quotient = (of(at + h) - of(at - h)) / (2 * h)
  expect(Math.abs(quotient - slope), `slope ${slope} at ${at}, quotient ${quotient}`).toBeLessThan(
    1e-8 * (1 + Math.abs(slope)),
  )
}
