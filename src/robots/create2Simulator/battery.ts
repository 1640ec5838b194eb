/** The battery of the simulated Create 2. */

/** The charge, and how it changes. */
export interface Battery {
  /** Milliampere hours. */
  charge: number
  readonly capacity: number
  /** Milliamperes now, negative while it is discharged. */
  current: number
}

/** Milliamperes that the robot draws at rest, for each mm/s of a wheel, and that a charger gives. */
const [IDLE, PER_SPEED, CHARGING] = [180, 0.9, 1250]
/** Hours of 15 ms. */
const TICK = 0.015 / 3600

/** A battery with so many mAh. */
export const batteryOf = (charge: number, capacity = 2696): Battery => ({ charge, capacity, current: -IDLE })

/** What happens to the battery in 15 ms: it is charged on the dock in passive mode, and drained otherwise. */
export const passTick = (battery: Battery, isCharging: boolean, speed: number): void => {
  battery.current = isCharging ? (battery.charge < battery.capacity ? CHARGING : 0) : -(IDLE + PER_SPEED * speed)
  battery.charge = Math.max(0, Math.min(battery.capacity, battery.charge + battery.current * TICK))
}

/** Its voltage in mV: 13 V when it is empty, 16 V when it is full. */
export const voltageOf = ({ charge, capacity }: Battery): number => Math.round(13_000 + (3000 * charge) / capacity)
