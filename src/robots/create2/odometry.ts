/** How far the wheels of a Create 2 have rolled, by their encoders. */

/** Millimeters that a wheel rolls for one count of its encoder: a wheel of 72 mm has 508.8 counts a turn. */
export const MILLIMETERS_PER_COUNT = (Math.PI * 72) / 508.8

/** Millimeters between the wheels. */
export const WHEEL_BASE = 235

/**
 * Counts from one reading of an encoder to a later one, which may have wrapped at 16 bits: from 65 530 to 5 it is 11. Readings may be
 * signed or unsigned.
 *
 * The encoders do not see the direction in which a wheel turns: the robot takes it from the commanded speed.
 */
export const encoderDifference = (earlier: number, later: number): number => {
  const counts = (later - earlier) & 0xffff
  return counts < 0x8000 ? counts : counts - 0x10000
}

/** Distance in mm and change of heading in radians, counterclockwise, for the counts of both wheels. */
export const motionOf = (
  leftCounts: number,
  rightCounts: number,
): { readonly distance: number; readonly heading: number } => {
  const [left, right] = [leftCounts * MILLIMETERS_PER_COUNT, rightCounts * MILLIMETERS_PER_COUNT]
  return { distance: (left + right) / 2, heading: (right - left) / WHEEL_BASE }
}
