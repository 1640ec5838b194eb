/** Random numbers of a learner: those of the present decision or update can be taken back, all at once. */
import { NotFiniteError } from '../../failure.js'
import { isSeeded, type RandomState, type SeededRandom } from '../../random.js'
import type { Random } from '../../types.js'

/** Draws that can be taken back. */
export interface Draws extends Random {
  /** Begins a decision or an update: `takeBack` goes back to here. */
  begin(): void
  /**
   * Fills `out` with standard normal numbers.
   *
   * Fails: NotFiniteError with the component for a source that gives a number that is not finite.
   */
  normal(out: Float32Array): void
  /**
   * One number, uniform in [0, 1).
   *
   * Fails: RangeError for a source that gives another number.
   */
  uniform(): number
  /**
   * Fills `out` with numbers as `uniform` draws them, one after the other.
   *
   * Fails: RangeError as `uniform`.
   */
  uniforms(out: Float64Array): void
  /** Takes back all draws since `begin`: the same ones come again. */
  takeBack(): void
}

/** Draws that are not checked. */
type Source = Pick<Draws, 'begin' | 'takeBack' | 'uniforms'> & Random

const canRewind = (random: Random): random is SeededRandom =>
  'mark' in random && 'rewind' in random && 'uniforms' in random

const isUniform = (u: number): boolean => u >= 0 && u < 1

const refuseUniform = (u: number): never => {
  throw new RangeError(`random.uniform: expected a number in [0, 1), got ${u}`)
}

/** One after the other from a source that gives single numbers. */
const oneByOne =
  (uniform: () => number) =>
  (out: Float64Array): void => {
    for (let i = 0; i < out.length; i++) out[i] = uniform()
  }

/**
 * Draws from a random number generator.
 *
 * Memory: none for streams of `seeded` and others that can save their place, which go back to it. A source that cannot is left
 * where it is, and what was taken back is kept here for the next draws.
 */
export const drawsOf = (random: Random): Draws => {
  const source = canRewind(random) ? rewinding(random) : isSeeded(random) ? restoring(random) : keeping(random)
  return {
    begin: source.begin,
    normal: (out) => {
      source.normal(out)
      for (let i = 0; i < out.length; i++) {
        if (out[i] - out[i] !== 0) throw new NotFiniteError('noise', { index: i }, out[i])
      }
    },
    uniform: () => {
      const u = source.uniform()
      return isUniform(u) ? u : refuseUniform(u)
    },
    uniforms: (out) => {
      source.uniforms(out)
      for (let i = 0; i < out.length; i++) if (!isUniform(out[i])) refuseUniform(out[i])
    },
    takeBack: source.takeBack,
  }
}

const rewinding = (random: SeededRandom): Source => ({
  begin: () => random.mark(),
  normal: (out) => random.normal(out),
  uniform: () => random.uniform(),
  uniforms: (out) => random.uniforms(out),
  takeBack: () => random.rewind(),
})

const restoring = (random: Random & { snapshot(): RandomState; restore(state: RandomState): void }): Source => {
  let place = random.snapshot()
  return {
    begin: () => {
      place = random.snapshot()
    },
    normal: (out) => random.normal(out),
    uniform: () => random.uniform(),
    uniforms: oneByOne(() => random.uniform()),
    takeBack: () => random.restore(place),
  }
}

/** Numbers of one kind in the order of their draws, those from `next` on taken back. */
const keptNumbers = () => {
  const numbers: number[] = []
  let next = 0
  return {
    /** Drops what was drawn and not taken back. */
    begin: () => {
      numbers.splice(0, next)
      next = 0
    },
    has: () => next < numbers.length,
    again: (): number => numbers[next++],
    keep: (number: number): void => {
      next = numbers.push(number)
    },
    takeBack: () => {
      next = 0
    },
  }
}

const keeping = (random: Random): Source => {
  const normals = keptNumbers()
  const uniforms = keptNumbers()
  const uniform = (): number => {
    if (uniforms.has()) return uniforms.again()
    const u = random.uniform()
    uniforms.keep(u)
    return u
  }
  return {
    begin: () => {
      normals.begin()
      uniforms.begin()
    },
    normal: (out) => {
      let known = 0
      while (known < out.length && normals.has()) out[known++] = normals.again()
      if (known === out.length) return
      const fresh = known === 0 ? out : out.subarray(known)
      random.normal(fresh)
      for (let i = 0; i < fresh.length; i++) normals.keep(fresh[i])
    },
    uniform,
    uniforms: oneByOne(uniform),
    takeBack: () => {
      normals.takeBack()
      uniforms.takeBack()
    },
  }
}

/** Throws the TypeError of a policy that should draw and has nothing to draw from. */
export const noDraws = (owner: string): never => {
  throw new TypeError(
    `${owner}: sample needs a random number generator, which this policy was not given: ` +
      'pass { deterministic: true }, or make it with random',
  )
}
