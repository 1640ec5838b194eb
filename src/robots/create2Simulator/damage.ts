/** Damage on the way from the simulated robot to its driver. */
import type { Random } from '../../types.js'
import { FRAME_HEADER } from '../create2/frames.js'

/** Probabilities, from 0 to 1, that something happens to a frame. */
export interface DamageOptions {
  /** It is lost. The default is 0. */
  readonly lost?: number
  /** Its end is lost. The default is 0. */
  readonly cut?: number
  /** One of its bits is flipped. The default is 0. */
  readonly flipped?: number
  /** Random bytes come before it. The default is 0. */
  readonly garbage?: number
  /** A whole frame with a packet of an unknown number comes before it. The default is 0. */
  readonly unknown?: number
  /** It is held back for `delay` milliseconds, and all later ones with it. The default is 0. */
  readonly delayed?: number
  /** Milliseconds. The default is 60. */
  readonly delay?: number
}

/** The names of the probabilities. */
const damageNames = ['lost', 'cut', 'flipped', 'garbage', 'unknown', 'delayed'] as const

const TICK = 15
/** Most random bytes. */
const MOST_GARBAGE = 64
/** Numbers that no packet and no group has, from the first to the last one. */
const UNKNOWN = [59, 62] as const

/**
 * Damages what is sent, one call a tick. Other bytes than frames, such as the text after a reset, are damaged alike.
 *
 * Memory: what is held back.
 * Fails: throws a RangeError on a probability that is not between 0 and 1.
 */
export const damage = (random: Random, options: DamageOptions): ((bytes: Uint8Array) => Uint8Array) => {
  const { lost = 0, cut = 0, flipped = 0, garbage = 0, unknown = 0, delayed = 0, delay = 60 } = options
  for (const name of damageNames) {
    const value = options[name] ?? 0
    if (!(value >= 0 && value <= 1)) {
      throw new RangeError(`simulate create2: ${name}: expected a probability from 0 to 1, got ${value}`)
    }
  }
  if (!(delay >= 0)) throw new RangeError(`simulate create2: delay: expected milliseconds, 0 or more, got ${delay}`)
  let held: number[] = []
  let heldTicks = 0
  const happens = (probability: number): boolean => probability > 0 && random.uniform() < probability
  const draw = (below: number): number => Math.floor(below * random.uniform())
  const unknownFrame = (): readonly number[] => {
    const bytes = [FRAME_HEADER, 3, UNKNOWN[0] + draw(UNKNOWN[1] - UNKNOWN[0] + 1), draw(256), draw(256)]
    return [...bytes, (256 - (bytes.reduce((sum, byte) => sum + byte, 0) % 256)) % 256]
  }

  return (bytes) => {
    let piece = [...bytes]
    if (piece.length > 0) {
      if (happens(lost)) piece = []
      else if (happens(cut)) piece = piece.slice(0, draw(piece.length))
      else if (happens(flipped)) piece[draw(piece.length)] ^= 1 << draw(8)
      if (happens(garbage)) piece = [...Array.from({ length: 1 + draw(MOST_GARBAGE) }, () => draw(256)), ...piece]
      if (happens(unknown)) piece = [...unknownFrame(), ...piece]
      if (heldTicks === 0 && happens(delayed)) heldTicks = Math.ceil(delay / TICK)
    }
    held.push(...piece)
    if (heldTicks > 0) heldTicks -= 1
    if (heldTicks > 0) return new Uint8Array()
    const all = Uint8Array.from(held)
    held = []
    return all
  }
}
