/** Settings of Adam that float32 does not hold. */
import type { Failure } from '../../edge/decode.js'
import { LARGEST } from '../../failure.js'
import { conflict } from '../algorithm.js'
import { LEAST_NORMAL } from './adamReach.js'

/** Settings of two networks that Adam moves. */
export interface AdamSettings {
  readonly actorStepSize: number
  readonly criticStepSize: number
  readonly adamBeta2: number
  readonly adamEpsilon: number
}

/** Refuses settings that float32 would not hold: Adam stores its step and epsilon as such. */
export const adamConflicts = (settings: AdamSettings): readonly Failure[] => {
  // Adam multiplies both by √(1 - β2^t), which is least in the first step, and keeps the products as float32.
  const least = LEAST_NORMAL / Math.sqrt(1 - settings.adamBeta2)
  const small = (['actorStepSize', 'criticStepSize', 'adamEpsilon'] as const)
    .filter((name) => settings[name] < least)
    .map((name) => [name, `${least.toPrecision(3)} or more, so that float32 does not make 0 of it`] as const)
  const large = settings.adamEpsilon > LARGEST ? ([['adamEpsilon', '1e18 or less']] as const) : []
  return [...small, ...large].map(([name, expected]) => conflict(name, expected, settings[name]))
}
