/** Names several states in one record, to save and restore them together. */
import { nearestName, printable } from '../edge/decode.js'
import type { Part, Restorable } from '../types.js'
import { withRestore } from './withRestore.js'
import { RestoreError, within } from './restoreError.js'

/** The states of a run, by name. */
export type RestorableRecord = Readonly<Record<string, Restorable>>

/** The key of a part's member: its name up to the first `/`, unless nothing comes behind that. */
const keyOf = ({ name }: Part): string => {
  const end = name.indexOf('/')
  return end < 0 || end === name.length - 1 ? name : name.slice(0, end)
}

/** The result of `work`; a refusal in it names the part by its path below `key`. */
const namedBelow = <A>(key: string, work: () => A): A => {
  try {
    return work()
  } catch (error) {
    if (error instanceof RestoreError) throw error.within(key)
    if (error instanceof TypeError) throw new TypeError(`${key}: ${error.message}`, { cause: error })
    throw error
  }
}

/** Passes each member its parts, which are contiguous; the members may come in any order. Refuses missing and unknown parts. */
const eachMember = (
  record: RestorableRecord,
  parts: Iterable<Part>,
  visit: (key: string, own: Iterable<Part>) => void,
): void => {
  const keys = Object.keys(record)
  const left = new Set(keys)
  const iterator = parts[Symbol.iterator]()
  let next = iterator.next()
  /** The part that comes next, if it is one of this member. */
  const ofMember = (key: string): Part | null => (next.done !== true && keyOf(next.value) === key ? next.value : null)
  const own = function* (key: string): Generator<Part> {
    for (let part = ofMember(key); part !== null; part = ofMember(key)) {
      yield { ...part, name: part.name.slice(key.length + 1) }
      next = iterator.next()
    }
  }
  try {
    while (next.done !== true) {
      const { name: part } = next.value
      const key = keyOf(next.value)
      if (!Object.hasOwn(record, key)) {
        const expected = keys.length === 0 ? 'no part' : `one of ${keys.join(', ')}`
        throw new RestoreError({ part, expected, got: printable(key), nearest: nearestName(key, keys) })
      }
      if (!left.delete(key)) {
        throw new RestoreError({ part, expected: `all parts of ${key} together`, got: 'some apart' })
      }
      try {
        visit(key, own(key))
      } catch (error) {
        throw missingBefore(error, next)
      }
      // A member that kept its parts does not read them again.
      while (ofMember(key) !== null) next = iterator.next()
    }
    for (const part of left) throw new RestoreError({ part, expected: 'this part', got: 'none' })
  } finally {
    iterator.return?.()
  }
}

/** The refusal of a missing part, with the part that came in its place: the missing one may come later, behind parts of another member. */
const missingBefore = (error: unknown, next: IteratorResult<Part, unknown>): unknown => {
  if (!(error instanceof RestoreError) || error.refusal.got !== 'none' || next.done === true) return error
  return new RestoreError({ ...error.refusal, expected: `this part before ${next.value.name}` }, { cause: error })
}

/**
 * Several states as one: the parts of each under its name, such as `learner/floats` and `moments/mean`. Records may stand in records.
 *
 *     const state = restorables({ learner: restorable(learner, learnerFormat), moments: restorable(moments, momentsFormat) })
 *
 * Memory: that of its members, one after the other.
 * Fails: throws a TypeError for a name that is empty or has a `/`. `parts` throws what a member throws. `prepare` and `restore` throw a
 * RestoreError for a name that is not known, is missing or comes twice, and for everything that a member refuses, before any member is
 * overwritten.
 */
export const restorables = (record: RestorableRecord): Restorable => {
  for (const key of Object.keys(record)) {
    if (key === '' || key.includes('/')) {
      throw new TypeError(`restorables: expected names that are not empty and have no /, got ${printable(key)}`)
    }
  }
  return withRestore({
    parts: function* () {
      for (const [key, member] of Object.entries(record)) {
        const parts = namedBelow(key, () => member.parts()[Symbol.iterator]())
        for (
          let next = namedBelow(key, () => parts.next());
          next.done !== true;
          next = namedBelow(key, () => parts.next())
        ) {
          yield { ...next.value, name: within(key, next.value.name) }
        }
      }
    },
    prepare: (parts) => {
      const puts = new Map<string, (again: Iterable<Part>) => void>()
      eachMember(
        record,
        parts,
        (key, own) =>
          void puts.set(
            key,
            namedBelow(key, () => record[key].prepare(own)),
          ),
      )
      return (again) => eachMember(record, again, (key, own) => namedBelow(key, () => puts.get(key)?.(own)))
    },
  })
}
