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
export const adamConflicts = (settings: AdamSettings): readonly Failure[] =>
  stepConflicts(settings, { actorStepSize: settings.actorStepSize, criticStepSize: settings.criticStepSize })

/** The same for step sizes by the names of their settings. */
export const stepConflicts = (
  settings: Pick<AdamSettings, 'adamBeta2' | 'adamEpsilon'>,
  stepSizes: Readonly<Record<string, number>>,
): readonly Failure[] => {
  // Adam multiplies both by √(1 - β2^t), which is least in the first step, and keeps the products as float32.
  const least = LEAST_NORMAL / Math.sqrt(1 - settings.adamBeta2)
  const { adamEpsilon } = settings
  const small = Object.entries({ ...stepSizes, adamEpsilon })
    .filter(([, value]) => value < least)
    .map(([name, value]) =>
      conflict(name, `${least.toPrecision(3)} or more, so that float32 does not make 0 of it`, value),
    )
  return adamEpsilon > LARGEST ? [...small, conflict('adamEpsilon', '1e18 or less', adamEpsilon)] : small
}
