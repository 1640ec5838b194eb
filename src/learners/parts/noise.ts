/** The noise of a learner's actions: a vector a call, whose draw can be taken back. */
import { NotFiniteError } from '../../failure.js'
import { isSeeded, type RandomState, type SeededRandom } from '../../random.js'
import type { Random } from '../../types.js'

/** Draws of standard normal noise. */
export interface Noise {
  /** Fills `out`, of the same size in every call. Throws a NotFiniteError for a source that gives a number that is not finite. */
  draw(out: Float32Array): void
  /** Takes the last draw back: the next one is the same again. */
  takeBack(): void
}

const canRewind = (random: Random): random is SeededRandom => 'mark' in random && 'rewind' in random

/**
 * Draws from a random number generator; `quantity` is what a number of it is called.
 *
 * Memory: none for streams of `seeded` and others that can save their place, which go back to it. A source that cannot is left
 * where it is, and what was taken back is kept here for the next draw.
 */
export const noiseOf = (random: Random, size: number): Noise => {
  const source = canRewind(random) ? rewinding(random) : isSeeded(random) ? restoring(random) : keeping(random, size)
  return {
    draw: (out) => {
      source.draw(out)
      for (let i = 0; i < size; i++) {
        if (out[i] - out[i] !== 0) throw new NotFiniteError('noise', { index: i }, out[i])
      }
    },
    takeBack: source.takeBack,
  }
}

const rewinding = (random: SeededRandom): Noise => ({
  draw: (out) => {
    random.mark()
    random.normal(out)
  },
  takeBack: random.rewind,
})

const restoring = (random: Random & { snapshot(): RandomState; restore(state: RandomState): void }): Noise => {
  let place = random.snapshot()
  return {
    draw: (out) => {
      place = random.snapshot()
      random.normal(out)
    },
    takeBack: () => random.restore(place),
  }
}

const keeping = (random: Random, size: number): Noise => {
  const last = new Float32Array(size)
  let isKept = false
  return {
    draw: (out) => {
      if (!isKept) random.normal(last)
      isKept = false
      out.set(last)
    },
    takeBack: () => {
      isKept = true
    },
  }
}
