/** How long things took, in memory that never grows. */
import { checkRestored, checkSnapshot } from '../restored.js'
import type { Snapshots } from '../types.js'

/** What a histogram remembers, as plain data. A bin is an integer from 0 to 447. */
export interface HistogramState {
  /** The longest duration ever taken in, in ms. */
  readonly longest: number
  /** Without a window: how many durations each of the 448 bins holds; null with one. */
  readonly counts: readonly number[] | null
  /** With a window: the bin of each duration that counts, the oldest first; null without one. */
  readonly latest: readonly number[] | null
}

/** Durations, counted by size. */
export interface Histogram extends Snapshots<HistogramState> {
  /** Takes in one duration, in ms; one below 0 counts as 0. */
  add(milliseconds: number): void
  /**
   * The duration that this share of those taken in do not exceed, such as 0.99, by the nearest rank; 0 before the first.
   * Told as the upper edge of the duration's bin, 7 % too long at most, and never longer than the longest.
   */
  quantile(share: number): number
  /** The longest duration ever taken in, exactly; 0 before the first. */
  readonly longest: number
  /** How many count now. */
  readonly count: number
  /** Forgets all but the longest. */
  clear(): void
}

/** Bins for each doubling of the duration. */
const bitsWithin = 4
const binsWithin = 1 << bitsWithin
/** How many bins there are. */
export const BINS = (32 - bitsWithin) * binsWithin
const mostMicroseconds = 2 ** 31 - 1

// The exponent and the four bits below the leading one, as floating point has them: a bin is at most a sixteenth wide.
const binOf = (microseconds: number): number => {
  if (microseconds < binsWithin) return microseconds
  const exponent = 31 - Math.clz32(microseconds) - bitsWithin
  return exponent * binsWithin + (microseconds >> exponent)
}

const upperEdge = (bin: number): number => {
  if (bin < 2 * binsWithin) return bin
  const exponent = Math.floor(bin / binsWithin) - 1
  return (bin - exponent * binsWithin + 1) * 2 ** exponent - 1
}

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const isBin = (value: unknown): boolean => isCount(value) && (value as number) < BINS
const isListOf = (list: unknown, holds: (value: unknown) => boolean): boolean =>
  Array.isArray(list) && list.every(holds)

/** Refuses what no histogram with this window remembers. */
const checkState = (state: HistogramState, window: number): void => {
  checkSnapshot('histogram', state)
  const { longest, counts, latest } = state
  const require = (field: keyof HistogramState, expected: string, holds: boolean): void =>
    checkRestored({ owner: 'histogram', field }, state[field], expected, holds)
  require('longest', 'a number from 0 up', typeof longest === 'number' && longest >= 0 && longest < Infinity)
  if (window === Infinity) {
    require('counts', `${BINS} integers from 0 up`, isListOf(counts, isCount) && counts?.length === BINS)
    require('latest', 'null without a window', latest === null)
    return
  }
  require('counts', 'null with a window', counts === null)
  const fits = isListOf(latest, isBin) && latest !== null && latest.length <= window
  require('latest', `${window} bins at most, integers from 0 to ${BINS - 1}`, fits)
}

/**
 * An empty histogram with bins on a logarithmic scale, from a microsecond to half an hour.
 *
 * With a `window` it counts only so many of the latest durations; the default is Infinity.
 *
 * Memory: 448 counts, and one number for each duration of the window, whatever is taken in.
 * Fails: throws a RangeError unless `window` is a positive integer or Infinity, and for a state that is none of a histogram with this
 * window, before anything is restored.
 */
export const histogram = ({ window = Infinity }: { readonly window?: number } = {}): Histogram => {
  if (!(window === Infinity || (Number.isSafeInteger(window) && window > 0))) {
    throw new RangeError(`histogram: window: expected a positive integer or Infinity, got ${window}`)
  }
  const counts = new Float64Array(BINS)
  const recent = window === Infinity ? null : new Uint16Array(window)
  let oldest = 0
  let count = 0
  let longest = 0

  const record = (milliseconds: number): void => {
    longest = Math.max(longest, milliseconds)
    put(binOf(Math.min(Math.round(Math.max(milliseconds, 0) * 1000), mostMicroseconds)))
  }

  const put = (bin: number): void => {
    counts[bin] += 1
    if (recent === null || count < recent.length) {
      if (recent !== null) recent[(oldest + count) % recent.length] = bin
      count += 1
      return
    }
    counts[recent[oldest]] -= 1
    recent[oldest] = bin
    oldest = (oldest + 1) % recent.length
  }

  const quantile = (share: number): number => {
    let left = Math.max(1, Math.ceil(share * count))
    if (count === 0) return 0
    let bin = 0
    while (left > counts[bin]) left -= counts[bin++]
    return Math.min(upperEdge(bin) / 1000, longest)
  }

  const clear = (): void => {
    counts.fill(0)
    oldest = 0
    count = 0
  }

  const restore = (state: HistogramState): void => {
    checkState(state, window)
    clear()
    longest = state.longest
    for (const bin of state.latest ?? []) put(bin)
    if (state.counts === null) return
    counts.set(state.counts)
    count = state.counts.reduce((sum, each) => sum + each, 0)
  }
  return {
    add: record,
    quantile,
    clear,
    snapshot: () => ({
      longest,
      counts: recent === null ? Array.from(counts) : null,
      latest:
        recent === null ? null : Array.from({ length: count }, (_, place) => recent[(oldest + place) % recent.length]),
    }),
    restore,
    get longest() {
      return longest
    },
    get count() {
      return count
    },
  }
}
