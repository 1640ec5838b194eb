/** The state of a guard, and its check before anything is overwritten. */
import { checkRestored, checkRestoredVector, checkSnapshot } from '../restored.js'
import type { WindowState } from './policyWatch.js'
import type { EarlierWeights } from './weightWatch.js'

/** What a rollback goes back to. */
export interface GoodState {
  /** What the learner had learnt, in its own format. */
  readonly learner: unknown
  /** What was saved with it, in the order of the options. */
  readonly alongside: readonly unknown[]
  /** Updates of the learner then. */
  readonly updates: number
}

/** The counts of a guard. */
export interface GuardCounts {
  readonly trips: number
  readonly updates: number
  readonly sinceLook: number
  readonly sinceSnapshot: number
}

/** The state of a guard, without its learner's, as plain data. */
export interface GuardMemory {
  /** Null before the first decision. */
  readonly good: GoodState | null
  readonly counts: GuardCounts
  /** The weights at the last look; null before the first decision. */
  readonly weights: EarlierWeights | null
  readonly window: WindowState
  /** By what the guard has multiplied all step sizes. */
  readonly stepSizeScale: number
  /** Whether the next decision is the safe one, since an update tripped the guard. */
  readonly isUnanswered: boolean
  /** Whether the latest decision was a safe one. */
  readonly wasSafe: boolean
}

/** The whole state of a guard and of its learner, as plain data. */
export interface GuardState extends GuardMemory {
  /** The whole state of the learner, in its own format. */
  readonly learner: unknown
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

/** What a state must fit. */
export interface GuardShapes {
  readonly alongside: number
  readonly hiddenUnits: number
  /** The sizes of the weights by name. */
  readonly weights: Readonly<Record<string, ArrayLike<number>>>
}

/**
 * Refuses what no guard of this learner remembers; the states of the learner are checked by it.
 *
 * Fails: RangeError with the field, what was expected and what came.
 */
export const checkGuardMemory = (given: unknown, shapes: GuardShapes): void => {
  const owner = 'guard'
  checkSnapshot(owner, given)
  const state = given as Partial<GuardMemory>
  const check = (field: string, value: unknown, expected: string, holds: boolean): void =>
    checkRestored({ owner, field }, value, expected, holds)
  const counts: Partial<GuardCounts> = state.counts ?? {}
  for (const name of ['trips', 'updates', 'sinceLook', 'sinceSnapshot'] as const) {
    check(`counts.${name}`, counts[name], 'an integer from 0 up', isCount(counts[name]))
  }
  const window: Partial<WindowState> = state.window ?? {}
  for (const name of ['decisions', 'components', 'atBound', 'marks'] as const) {
    check(`window.${name}`, window[name], 'an integer from 0 up', isCount(window[name]))
  }
  checkRestoredVector({ owner, field: 'window.active' }, window.active, shapes.hiddenUnits)
  const scale = state.stepSizeScale
  const isScale = typeof scale === 'number' && scale > 0 && scale <= 1
  check('stepSizeScale', scale, 'a number above 0 and at most 1', isScale)
  for (const name of ['isUnanswered', 'wasSafe'] as const) {
    check(name, state[name], 'true or false', typeof state[name] === 'boolean')
  }
  const { good, weights } = state
  if (weights !== null) {
    const isRecord = typeof weights === 'object'
    check('weights', weights, 'null or an object of weights', isRecord)
    const names = Object.keys(weights ?? {})
      .toSorted()
      .join(', ')
    const expected = Object.keys(shapes.weights).toSorted().join(', ')
    check('weights', names, expected, names === expected)
    for (const [name, values] of Object.entries(shapes.weights)) {
      checkRestoredVector({ owner, field: `weights.${name}` }, weights?.[name], values.length)
    }
  }
  if (good === null) return
  check('good', good, 'null or an object', typeof good === 'object')
  check('good.updates', good?.updates, 'an integer from 0 up', isCount(good?.updates))
  const { alongside } = good ?? {}
  const holds = Array.isArray(alongside) && alongside.length === shapes.alongside
  check('good.alongside', alongside, `a list of ${shapes.alongside}`, holds)
}
