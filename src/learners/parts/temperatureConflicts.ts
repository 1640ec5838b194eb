/** Settings of a temperature, and those that float32 does not hold. */
import type { Failure } from '../../edge/decode.js'
import { conflict } from '../algorithm.js'
import { tooSmall } from './adamConflicts.js'
import { LEAST_NORMAL } from './adamReach.js'

/** The settings of a temperature that is learnt. */
export interface TemperatureSettings {
  /** Step size of its Adam optimizer. */
  readonly temperatureStepSize: number
  /** β1 and β2 of that optimizer. */
  readonly temperatureBetas: readonly number[]
  /** What that optimizer adds to the root of the second moment. */
  readonly adamEpsilon: number
  /** α before the first update. */
  readonly initialTemperature: number
  /** H̄, or `auto` for -|A|, the negative of the action's size. */
  readonly targetEntropy: number | 'auto'
}

/** The greatest α to begin with: as a float, its logarithm still gives a number that learners take. */
const MOST = 1e17

/** Refuses settings of a temperature whose numbers float32 would not hold. */
export const temperatureConflicts = (settings: TemperatureSettings): readonly Failure[] => {
  const { initialTemperature, temperatureBetas } = settings
  const isHeld = initialTemperature >= LEAST_NORMAL && initialTemperature <= MOST
  const held = `from ${LEAST_NORMAL.toPrecision(3)} to ${MOST}`
  return [
    ...tooSmall(settings, ['temperatureStepSize', 'adamEpsilon'], temperatureBetas[1]),
    ...(isHeld ? [] : [conflict('initialTemperature', held, initialTemperature)]),
  ]
}
