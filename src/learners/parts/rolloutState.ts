/** What a rollout saves of itself: the steps that it holds, column by column. */
import { closed, type TypeOfFields } from '../../edge/codecs.js'
import { LARGEST } from '../../failure.js'
import { checkRestored, checkRestoredVector, checkSnapshot } from '../../restored.js'
import { arrayOf } from '../../state/codecs.js'
import type { Collected } from './arenaState.js'

const fields = {
  observations: arrayOf('Float32Array'),
  actions: arrayOf('Float32Array'),
  logProbabilities: arrayOf('Float64Array'),
  values: arrayOf('Float64Array'),
  rewards: arrayOf('Float64Array'),
  discounts: arrayOf('Float64Array'),
}

/** The steps of a rollout that is not full, row behind row: vectors have shape `[steps, size]`, the others `[steps]`. */
export type RolloutState = TypeOfFields<typeof fields>

/** Its codec; sizes and ranges are checked by the rollout. */
export const rolloutCodec = closed(fields)

/** Where a rollout keeps each of them, and how many numbers a step has there. */
export type RolloutColumns = {
  readonly [Name in keyof RolloutState]: {
    readonly values: Float32Array | Float64Array
    readonly width: number
  }
}

/** How many steps are held. */
interface Held {
  get(): number
  set(size: number): void
}

/**
 * Saves and restores columns of `steps` steps.
 *
 * Fails: `check` throws a RangeError with the field for another size, for a rollout that is full, which no learner leaves behind, for a
 * number that is not finite or larger than `LARGEST`, and for a discount outside [0, 1].
 */
export const rolloutState = (
  steps: number,
  columns: RolloutColumns,
  held: Held,
): Required<Omit<Collected, 'state'>> => {
  let mark = 0
  const names = Object.keys(columns) as (keyof RolloutState)[]
  return {
    isReplay: false,
    snapshot: (): RolloutState => {
      const kept = names.map((name) => [name, columns[name].values.slice(0, held.get() * columns[name].width)])
      return Object.fromEntries(kept) as RolloutState
    },
    check: (owner, given) => {
      checkSnapshot(`${owner}: collected`, given)
      const state = given as RolloutState
      const { rewards } = state
      const size = rewards?.length
      const expected = `a vector of fewer than ${steps} numbers`
      checkRestored({ owner, field: 'collected rewards' }, rewards, expected, Number.isInteger(size) && size < steps)
      for (const name of names) {
        const field = `collected ${name}`
        checkRestoredVector({ owner, field }, state[name], size * columns[name].width)
        const most = name === 'discounts' ? 1 : LARGEST
        const least = name === 'discounts' ? 0 : -LARGEST
        const beyond = (state[name] as ArrayLike<number> as number[]).findIndex(
          (value) => !(value >= least && value <= most),
        )
        if (beyond < 0) continue
        const range = `a number from ${least} to ${most}`
        checkRestored({ owner, field: `${field}[${beyond}]` }, state[name][beyond], range, false)
      }
    },
    restore: (given) => {
      const state = given as RolloutState
      for (const name of names) columns[name].values.set(state[name])
      held.set(state.rewards.length)
    },
    begin: () => {
      mark = held.get()
    },
    // Steps that were collected before the mark are still where they were.
    takeBack: () => held.set(mark),
  }
}
