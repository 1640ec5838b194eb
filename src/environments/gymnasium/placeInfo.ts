/** What several robots that run on the floor have in `info`: where they are, and how fast. */

/** Gymnasium's names for the place on the floor, in meters, and the velocity, in meters per second. */
export const placeInfo = (x_position: number, y_position: number, x_velocity: number, y_velocity: number) => ({
  x_position,
  y_position,
  distance_from_origin: Math.sqrt(x_position * x_position + y_position * y_position),
  x_velocity,
  y_velocity,
})
