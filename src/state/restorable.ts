/** Makes an object whose state fits into memory twice restorable in parts. */
import { reason } from '../failure.js'
import type { Part, Restorable, Snapshots } from '../types.js'
import { type StateFormat, decodeState } from './format.js'
import { pack } from './pack.js'
import { withRestore } from './withRestore.js'
import { readParts } from './readParts.js'
import { RestoreError } from './restoreError.js'
import { descriptionOf, pieceName, piecesOf } from './typedArrays.js'
import { unpack } from './unpack.js'

/** An object with a state that `restorable` takes. */
export interface RestorableTarget<State> extends Snapshots<State> {
  /**
   * Throws what `restore` would throw, and changes nothing; needed if `snapshot` cannot be called at any time. The default is to
   * restore the state and then the present one again.
   */
  check?(state: State): void
}

/**
 * Throws what `restore` would throw. The target does not change, since its own state is restored afterwards.
 *
 * Fails: with what `restore` throws.
 */
export const tryRestore = <State>(target: Snapshots<State>, state: State): void => {
  const before = target.snapshot()
  try {
    target.restore(state)
  } finally {
    target.restore(before)
  }
}

const read = <State>(parts: Iterable<Part>, format: StateFormat<State>): State => {
  let build = (): unknown => undefined
  const codec = readParts(parts, format, (json) => {
    const unpacked = unpack(json)
    build = unpacked.build
    return unpacked.slots
  })
  return decodeState(codec, build())
}

/**
 * A state in parts: the result of `snapshot` as JSON, and each typed array in it as bytes, under the path of its field.
 *
 *     restorable(moments, momentsFormat)      parts '' (JSON), 'mean', 'variance' (bytes)
 *
 * Memory: a copy of the state while its parts are made, and while they are read. `restorableArray` needs no copy.
 * Numbers: all bits are restored, with the kind of each array.
 * Fails: `parts` throws a TypeError for a state that is not plain data. `prepare` and `restore` throw a RestoreError for a part that is
 * missing, comes twice or is not known, for a version that is not known, for a field that the codec refuses, and for a state that
 * `target` refuses, before anything is overwritten.
 */
export const restorable = <State>(target: RestorableTarget<State>, format: StateFormat<State>): Restorable =>
  withRestore({
    parts: function* () {
      const { version } = format
      const { json, arrays } = pack(target.snapshot())
      yield { name: '', version, json }
      for (const [path, array] of arrays) {
        const { pieces } = descriptionOf(array)
        let index = 0
        for (const bytes of piecesOf(array)) yield { name: pieceName(path, pieces, index++), version, bytes }
      }
    },
    prepare: (parts) => {
      const state = read(parts, format)
      try {
        if (target.check === undefined) tryRestore(target, state)
        else target.check(state)
      } catch (error) {
        throw new RestoreError({ part: '', expected: '', got: '', line: reason(error) }, { cause: error })
      }
      return () => target.restore(state)
    },
  })
