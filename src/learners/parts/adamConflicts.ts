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

/** Refuses those of some step sizes and epsilons, by their names, of which float32 would make 0: Adam stores them as such. */
export const tooSmall = <Name extends string>(
  settings: Readonly<Record<Name, number>>,
  names: readonly Name[],
  beta2: number,
): readonly Failure[] => {
  // Adam multiplies both by √(1 - β2^t), which is least in the first step, and keeps the products as float32.
  const least = LEAST_NORMAL / Math.sqrt(1 - beta2)
  return names
    .filter((name) => settings[name] < least)
    .map((name) =>
      conflict(name, `${least.toPrecision(3)} or more, so that float32 does not make 0 of it`, settings[name]),
    )
}

/** Refuses settings that float32 would not hold. */
export const adamConflicts = (settings: AdamSettings): readonly Failure[] =>
  stepConflicts(settings, { actorStepSize: settings.actorStepSize, criticStepSize: settings.criticStepSize })

/** The same for step sizes by the names of their settings. */
export const stepConflicts = (
  settings: Pick<AdamSettings, 'adamBeta2' | 'adamEpsilon'>,
  stepSizes: Readonly<Record<string, number>>,
): readonly Failure[] => {
  const { adamBeta2, adamEpsilon } = settings
  const sizes = { ...stepSizes, adamEpsilon }
  return [
    ...tooSmall(sizes, Object.keys(sizes) as (keyof typeof sizes)[], adamBeta2),
    ...(adamEpsilon > LARGEST ? [conflict('adamEpsilon', '1e18 or less', adamEpsilon)] : []),
  ]
}
