/** The random number generator: named streams of numbers, each determined by a seed and its name alone. */
import { logInPlace } from './kernels/elementary.js'
import type { Random, Snapshots } from './types.js'

/** Four 32-bit words: the whole state of a stream. */
export type RandomState = readonly [number, number, number, number]

/** A stream of random numbers whose place can be saved and restored. */
export interface SeededRandom extends Random, Snapshots<RandomState> {
  /**
   * Fills `out` with the numbers that as many calls of `uniform` give. A number that a call returns may be allocated by the engine; these
   * are not.
   */
  uniforms(out: Float64Array): void
  /** Stores the present place for `rewind`, in place of an earlier one. Unlike `snapshot` it allocates nothing. */
  mark(): void
  /** Goes back to the place of the last `mark`, or to the beginning if there was none. */
  rewind(): void
}

/** Whether a random number generator can save its place, as those of `seeded` can. */
export const isSeeded = (random: Random): random is SeededRandom => 'snapshot' in random && 'restore' in random

const isWord = (value: unknown): value is number => typeof value === 'number' && (value | 0) === value

/** Whether this is a place in a stream: four signed 32-bit integers, not all of them 0, in an array. */
export const isRandomState = (state: unknown): state is RandomState =>
  Array.isArray(state) && state.length === 4 && state.every(isWord) && state.some((word) => word !== 0)

/**
 * Refuses a value that is not a place in a stream: four signed 32-bit integers, not all of them 0, in a plain or a typed array.
 *
 * Fails: RangeError that begins with `owner` and shows the value.
 */
export const checkRandomState = (owner: string, state: unknown): void => {
  if (isRandomState(state instanceof Int32Array ? [...state] : state)) return
  const got = typeof state === 'object' && state !== null ? JSON.stringify(state) : String(state)
  throw new RangeError(
    `${owner}: expected a place in a stream of random numbers, four signed 32-bit integers that are not all 0, got ${got.slice(0, 80)}`,
  )
}

/** Mixes every bit of a 32-bit word into all of its bits (the finalizer of MurmurHash3, Appleby). */
const mix = (word: number): number => {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

/** The first state of the stream of a seed and a name. */
const firstWords = (seed: number, name: string): Int32Array => {
  const words = new Int32Array(4)
  for (let w = 0; w < 4; w++) {
    let h = mix(w + 1)
    h = mix(h ^ (seed >>> 0))
    h = mix(h ^ Math.floor(seed / 4294967296))
    for (let i = 0; i < name.length; i++) h = mix((h ^ name.charCodeAt(i)) + 0x9e3779b9)
    words[w] = h
  }
  // The generator never leaves the state of all zeros.
  if ((words[0] | words[1] | words[2] | words[3]) === 0) words[0] = 1
  return words
}

const stream = (seed: number, name: string): SeededRandom => {
  // A typed array and not variables: the engine boxes a 32-bit word in a variable at every change.
  const s = firstWords(seed, name)
  const marked = s.slice()

  /** xoshiro128++ (Blackman and Vigna 2021), as a signed word: the engine would box an unsigned word that is too large for a small integer. */
  const word = (): number => {
    const result = (rotate((s[0] + s[3]) | 0, 7) + s[0]) | 0
    const t = s[1] << 9
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotate(s[3], 11)
    return result
  }
  /** Numbers on their way: the engine would box one that a call returns, unless it puts the call's code in its place. */
  const drawn = new Float64Array(2)
  /** Puts a number, uniform in [0, 1), there. */
  const draw = (at: number): void => {
    drawn[at] = ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992
  }
  const uniform = (): number => {
    draw(0)
    return drawn[0]
  }

  const squared = new DataView(new ArrayBuffer(8))

  /** Marsaglia's polar method: two numbers from a point in the unit disc. An odd last number is thrown away, so that `s` is the whole state. */
  const normal = (out: Float32Array): void => {
    for (let i = 0; i < out.length; i += 2) {
      let x: number, y: number, square: number
      do {
        draw(0)
        draw(1)
        x = 2 * drawn[0] - 1
        y = 2 * drawn[1] - 1
        square = x * x + y * y
      } while (square >= 1 || square === 0)
      squared.setFloat64(0, square)
      logInPlace(squared)
      const scale = Math.sqrt((-2 * squared.getFloat64(0)) / square)
      out[i] = x * scale
      if (i + 1 < out.length) out[i + 1] = y * scale
    }
  }

  return {
    normal,
    uniform,
    uniforms: (out) => {
      for (let i = 0; i < out.length; i++) {
        draw(0)
        out[i] = drawn[0]
      }
    },
    snapshot: () => [s[0], s[1], s[2], s[3]],
    restore: (state) => {
      checkRandomState('random.restore', state)
      s.set(state)
    },
    mark: () => {
      for (let w = 0; w < 4; w++) marked[w] = s[w]
    },
    rewind: () => {
      for (let w = 0; w < 4; w++) s[w] = marked[w]
    },
  }
}

/** Refuses a value that is not a stream of random numbers, such as `seeded(1)` instead of `seeded(1)('policy')`. */
export const checkRandom = (owner: string, name: string, random: unknown, stream = name): void => {
  if (typeof random === 'object' && random !== null && 'normal' in random) return
  throw new TypeError(
    `${owner}: ${name} must be a stream of random numbers, such as seeded(1)('${stream}'), got ` +
      (typeof random === 'function' ? 'a function' : String(random)),
  )
}

/**
 * Named streams of random numbers from one seed, an integer in [0, 2^53): the same seed and name give the same numbers on any machine.
 *
 * Fails: RangeError for any other seed.
 */
export const seeded = (seed: number): ((name: string) => SeededRandom) => {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seeded: seed must be an integer from 0 to 2^53 - 1, got ${seed}`)
  }
  return (name) => stream(seed, name)
}
