/** What a learner in an arena saves of itself, and the check of it before anything is overwritten. */
import { checkRandomState, type RandomState } from '../../random.js'
import { checkRestored, checkRestoredVector, checkSnapshot } from '../../restored.js'

/** Everything that a learner remembers. */
export interface ArenaSnapshot {
  readonly floats: Float32Array
  readonly doubles: Float64Array
  /** The place in its stream of action noise; null where the random number generator given cannot tell. */
  readonly random: RandomState | null
  /** What it has collected: a replay buffer or a rollout, where it has one. */
  readonly collected?: unknown
  /** By what all step sizes are multiplied, above 0 and at most 1; left out where it is 1, which is the default. */
  readonly stepSizeScale?: number
}

/** The sizes of a learner's state, and where among its floats the second moments of its weights stand; null for a learner without any. */
export interface StateSizes {
  readonly stateFloats: number
  readonly stateDoubles: number
  readonly secondMoments: number | null
  readonly weightFloats: number
  /** The double by which all step sizes are multiplied; scratch, since a snapshot has it in a field of its own. */
  readonly stepScale: number
}

/** Refuses the place of a stream of random numbers that is neither one nor null. */
export const checkPlace = (owner: string, random: unknown): void => {
  if (random !== null) checkRandomState(`${owner}: random of a snapshot`, random)
}

/** Refuses what step sizes of a snapshot are not multiplied by. */
export const checkStepSizeScale = (owner: string, scale: unknown): void =>
  checkRestored(
    { owner, field: 'stepSizeScale' },
    scale,
    'a number above 0 and at most 1',
    typeof scale === 'number' && scale > 0 && scale <= 1,
  )

/**
 * Refuses a snapshot that is not of a learner's shapes, or whose numbers are not finite; what its doubles mean, and how its
 * floats go with them, `checkDoubles` looks at.
 *
 * Fails: RangeError with the field, what was expected and what came.
 */
export const checkArenaSnapshot = (
  owner: string,
  { stateFloats, stateDoubles, secondMoments, weightFloats }: StateSizes,
  state: ArenaSnapshot,
  checkDoubles: (owner: string, doubles: ArrayLike<number>, floats: ArrayLike<number>) => void,
): void => {
  checkSnapshot(owner, state)
  const { floats, doubles, random, stepSizeScale = 1 } = state
  if (floats?.length !== undefined && doubles?.length !== undefined) {
    if (floats.length !== stateFloats || doubles.length !== stateDoubles) {
      throw new RangeError(
        `${owner}: a snapshot of ${stateFloats} floats and ${stateDoubles} doubles was expected, ` +
          `got ${floats.length} and ${doubles.length}: it was taken of other shapes or settings`,
      )
    }
  }
  checkRestoredVector({ owner, field: 'floats' }, floats, stateFloats)
  checkRestoredVector({ owner, field: 'doubles' }, doubles, stateDoubles)
  if (secondMoments !== null) {
    for (let i = secondMoments; i < secondMoments + weightFloats; i++) {
      const field = `the second moment floats[${i}]`
      if (!(floats[i] >= 0)) checkRestored({ owner, field }, floats[i], 'a number from 0 up', false)
    }
  }
  checkDoubles(owner, doubles, floats)
  checkPlace(owner, random)
  checkStepSizeScale(owner, stepSizeScale)
}
