/** Rewards and ends in terms of a model's sensors, as texts. */
import { type Codec, guarded, listOf } from '../../edge/codecs.js'

/** A term of the reward: a factor times a sensor. */
export interface RewardTerm {
  readonly factor: number
  readonly sensor: string
}

/** A condition that ends an episode. */
export interface EndTerm {
  readonly sensor: string
  readonly side: '<' | '>'
  readonly limit: number
}

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`
const rewardForm = new RegExp(String.raw`^(?:(${NUMBER})\s*\*\s*|(-))?([^*<>=]+)$`, 'i')
const endForm = new RegExp(String.raw`^([^*<>=]+)([<>])\s*(${NUMBER})$`, 'i')

/** Reads a term such as `-0.5*distance`, `-distance` or `speed`; null for another text. */
export const rewardTermOf = (written: string): RewardTerm | null => {
  const match = rewardForm.exec(written.trim())
  if (match === null) return null
  const [, factor = '1', minus, sensor] = match
  return { factor: minus === undefined ? Number(factor) : -1, sensor: sensor.trim() }
}

/** Reads a condition such as `height<0.8`; null for another text. */
export const endTermOf = (written: string): EndTerm | null => {
  const match = endForm.exec(written.trim())
  if (match === null) return null
  const [, sensor, side, limit] = match
  return { sensor: sensor.trim(), side: side as '<' | '>', limit: Number(limit) }
}

/** The codec of texts, each of which names one of the sensors. */
const termsOf = (
  form: string,
  read: (written: string) => { readonly sensor: string } | null,
  sensors: readonly string[],
): Codec<readonly string[]> => {
  const isTerm = (input: unknown): input is string => {
    const term = typeof input === 'string' ? read(input) : null
    return term !== null && sensors.includes(term.sensor)
  }
  const expected = `${form} (sensors of the model: ${sensors.length === 0 ? 'none' : sensors.join(', ')})`
  return listOf(Object.assign(guarded(expected, isTerm), { known: sensors }), `terms, each ${expected}`)
}

/** The codec of the terms of a reward. */
export const rewardTerms = (sensors: readonly string[]) =>
  termsOf('a sensor with a factor, such as -1*distance', rewardTermOf, sensors)

/** The codec of conditions that end an episode. */
export const endTerms = (sensors: readonly string[]) =>
  termsOf('a sensor with a limit, such as height<0.8', endTermOf, sensors)
