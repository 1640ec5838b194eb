/**
 * The generator of NumPy's `RandomState(seed)`: MT19937 (Matsumoto and Nishimura 1998), seeded as in their program. Published random
 * searches name their configurations by such seeds. Runs use `seeded` and not this.
 */

const SIZE = 624
const OFFSET = 397
const UPPER = 0x80000000
const LOWER = 0x7fffffff
const TWIST = 0x9908b0df
/** The multiplier of the recurrence that fills the state from a seed. */
const SPREAD = 1812433253

/** Integers as NumPy's `RandomState` draws them. */
export interface RandomState {
  /** 32 bits, as a number from 0 to 2^32 - 1. */
  next(): number
  /** An integer from 0 to `count - 1`, all alike: as `randint(count)` and the places of `choice` draw it, by masks and rejection. */
  below(count: number): number
}

const initialState = (seed: number): Uint32Array => {
  const state = new Uint32Array(SIZE)
  state[0] = seed
  for (let i = 1; i < SIZE; i++) state[i] = Math.imul(SPREAD, state[i - 1] ^ (state[i - 1] >>> 30)) + i
  return state
}

const twist = (state: Uint32Array): void => {
  for (let i = 0; i < SIZE; i++) {
    const mixed = (state[i] & UPPER) | (state[(i + 1) % SIZE] & LOWER)
    state[i] = state[(i + OFFSET) % SIZE] ^ (mixed >>> 1) ^ (mixed & 1 ? TWIST : 0)
  }
}

const tempered = (word: number): number => {
  let bits = word ^ (word >>> 11)
  bits ^= (bits << 7) & 0x9d2c5680
  bits ^= (bits << 15) & 0xefc60000
  return (bits ^ (bits >>> 18)) >>> 0
}

/** All bits up to the highest one of a number. */
const maskOf = (largest: number): number => (largest === 0 ? 0 : 0xffffffff >>> Math.clz32(largest))

/**
 * Makes a generator.
 *
 * Fails: RangeError for a seed that is not an integer from 0 to 2^32 - 1, and later for a `count` that is not one from 1 to 2^32 - 1.
 */
export const randomState = (seed: number): RandomState => {
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new RangeError(`randomState: seed must be an integer from 0 to 2^32 - 1, got ${seed}`)
  }
  const state = initialState(seed)
  let place = SIZE
  const next = (): number => {
    if (place === SIZE) {
      twist(state)
      place = 0
    }
    return tempered(state[place++])
  }
  return {
    next,
    below: (count) => {
      if (!(Number.isInteger(count) && count > 0 && count < 2 ** 32)) {
        throw new RangeError(`randomState: count must be an integer from 1 to 2^32 - 1, got ${count}`)
      }
      const mask = maskOf(count - 1)
      // One value alone takes no draw.
      if (mask === 0) return 0
      let drawn: number
      do drawn = (next() & mask) >>> 0
      while (drawn >= count)
      return drawn
    },
  }
}
