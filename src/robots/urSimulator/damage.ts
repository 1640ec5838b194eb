/** Damage on the way from a simulated controller to its clients. */
import type { Random } from '../../types.js'

/** Probabilities, from 0 to 1, that something happens to a sample. */
export interface UrDamageOptions {
  /** The second part of its bytes comes with the next one. The default is 0. */
  readonly split?: number
  /** It comes together with the next one. The default is 0. */
  readonly merged?: number
  /** Its bytes end in the middle, and the connection is closed. The default is 0. */
  readonly truncated?: number
  /** Its size field is too large. The default is 0. */
  readonly oversize?: number
  /** A message of a type that is not known comes before it (RTDE alone). The default is 0. */
  readonly unknown?: number
  /** It comes twice. The default is 0. */
  readonly duplicated?: number
  /** It is left out. The default is 0. */
  readonly skipped?: number
  /** An angle of it is not a number. The default is 0. */
  readonly notFinite?: number
}

/** The names of the probabilities. */
export const urDamageNames = [
  'split',
  'merged',
  'truncated',
  'oversize',
  'unknown',
  'duplicated',
  'skipped',
  'notFinite',
] as const

/** The types of messages from 1 to this number are not known. */
const UNKNOWN_TYPES = 4

/** Damages the samples of one client. */
export interface UrDamage {
  /** Whether the next sample has an angle that is not a number. */
  spoils(): boolean
  /** What is sent in place of a sample, and whether the connection ends with it. */
  apply(frame: Uint8Array): { readonly bytes: Uint8Array; readonly ends: boolean }
}

/**
 * Refuses what is no probability.
 *
 * Fails: throws a RangeError that names it.
 */
export const checkUrDamage = (options: UrDamageOptions): UrDamageOptions => {
  for (const name of urDamageNames) {
    const value = options[name] ?? 0
    if (!(value >= 0 && value <= 1)) {
      throw new RangeError(`simulate ur5: ${name}: expected a probability from 0 to 1, got ${value}`)
    }
  }
  return options
}

/** Damage for one client; `options` is asked at each sample, and `width` is that of the size field. */
export const urDamage = (random: Random, options: () => UrDamageOptions, width: 2 | 4): UrDamage => {
  let held: readonly number[] = []
  const happens = (name: keyof UrDamageOptions): boolean => {
    const probability = options()[name] ?? 0
    return probability > 0 && random.uniform() < probability
  }
  return {
    spoils: () => happens('notFinite'),
    apply: (frame) => {
      const whole = [...frame]
      if (happens('skipped')) whole.length = 0
      if (whole.length > 0 && happens('duplicated')) whole.push(...frame)
      if (whole.length > 0 && width === 2 && happens('unknown')) {
        whole.unshift(0, 5, 1 + Math.floor(UNKNOWN_TYPES * random.uniform()), 0, 0)
      }
      if (whole.length > 0 && happens('oversize')) whole[0] = 0x7f
      const all = [...held, ...whole]
      held = []
      if (whole.length > 0 && happens('truncated')) {
        return { bytes: Uint8Array.from(all.slice(0, all.length - (frame.length >> 1))), ends: true }
      }
      if (happens('merged')) {
        held = all
        return { bytes: new Uint8Array(), ends: false }
      }
      const cut =
        whole.length > 0 && happens('split')
          ? all.length - 1 - Math.floor(random.uniform() * (whole.length - 1))
          : all.length
      held = all.slice(cut)
      return { bytes: Uint8Array.from(all.slice(0, cut)), ends: false }
    },
  }
}
