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
  /** A text message comes before it (RTDE alone). The default is 0. */
  readonly message?: number
  /** It is held back for `delay` milliseconds, and all that is sent later with it. The default is 0. */
  readonly delayed?: number
  /** Milliseconds. The default is 60. */
  readonly delay?: number
}

/** The names of the probabilities. */
const urDamageNames = [
  'split',
  'merged',
  'truncated',
  'oversize',
  'unknown',
  'duplicated',
  'skipped',
  'notFinite',
  'message',
  'delayed',
] as const

/** The types of messages from 1 to this number are not known. */
const UNKNOWN_TYPES = 4

/** Milliseconds for which a sample is held back, by default. */
const DELAY = 60

/** What the damage for one client needs. */
export interface UrDamageParts {
  readonly random: Random
  /** Asked at each sample. */
  readonly options: () => UrDamageOptions
  /** The bytes of the size field. */
  readonly width: 2 | 4
  /** The time in ms. */
  readonly now: () => number
}

/** What is sent to one client, in its order. */
export interface UrDamage {
  /** Whether the next sample has an angle that is not a number. */
  spoils(): boolean
  /** Whether a text message comes before the next sample. */
  says(): boolean
  /** What is sent in place of a sample, and whether the connection ends with it. */
  apply(frame: Uint8Array): { readonly bytes: Uint8Array; readonly ends: boolean }
  /** What is sent for another message, which is not damaged and comes after what is held back; no bytes for what is due without one. */
  pass(message: Uint8Array): Uint8Array
}

/**
 * Refuses what is no probability, and a delay that is none.
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
  const { delay = DELAY } = options
  if (!(delay >= 0)) throw new RangeError(`simulate ur5: delay: expected milliseconds, 0 or more, got ${delay}`)
  return options
}

/**
 * Damage for one client.
 *
 * Memory: what is held back.
 */
export const urDamage = ({ random, options, width, now }: UrDamageParts): UrDamage => {
  let held: readonly number[] = []
  let heldUntil = -Infinity
  const happens = (name: (typeof urDamageNames)[number]): boolean => {
    const probability = options()[name] ?? 0
    return probability > 0 && random.uniform() < probability
  }
  /** Sends bytes up to a place, and holds the others back. */
  const sent = (bytes: readonly number[], end: number): Uint8Array => {
    held = bytes.slice(end)
    return Uint8Array.from(bytes.slice(0, end))
  }
  /** A sample as its bytes are damaged; none if it is left out. */
  const damaged = (frame: Uint8Array): readonly number[] => {
    if (happens('skipped')) return []
    const bytes = [...frame]
    if (happens('duplicated')) bytes.push(...frame)
    if (width === 2 && happens('unknown')) {
      bytes.unshift(0, 5, 1 + Math.floor(UNKNOWN_TYPES * random.uniform()), 0, 0)
    }
    if (happens('oversize')) bytes[0] = 0x7f
    return bytes
  }
  return {
    spoils: () => happens('notFinite'),
    says: () => width === 2 && happens('message'),
    apply: (frame) => {
      const whole = damaged(frame)
      const all = [...held, ...whole]
      if (whole.length > 0 && happens('truncated')) {
        return { bytes: sent(all.slice(0, all.length - (frame.length >> 1)), Infinity), ends: true }
      }
      if (now() >= heldUntil && happens('delayed')) heldUntil = now() + (options().delay ?? DELAY)
      if (now() < heldUntil || happens('merged')) return { bytes: sent(all, 0), ends: false }
      const rest = whole.length > 0 && happens('split') ? 1 + Math.floor(random.uniform() * (whole.length - 1)) : 0
      return { bytes: sent(all, all.length - rest), ends: false }
    },
    pass: (message) => sent([...held, ...message], now() < heldUntil ? 0 : Infinity),
  }
}
