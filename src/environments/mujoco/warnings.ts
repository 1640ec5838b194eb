/** MuJoCo's warnings, read from the memory in which MuJoCo counts them: the binding gives copies, which cost more than some steps. */
import type { MainModule, MjData, MjWarningStatVec } from '@mujoco/mujoco'

/** The warnings that MuJoCo has given on one model's data since the data were reset. */
export interface Warnings {
  /** `memory` where the counts themselves are read, `copies` where the binding's copies of them are. */
  readonly readFrom: 'memory' | 'copies'
  /** Finds the counts again, after their memory has moved. */
  fetch(): void
  /** Throws an Error with MuJoCo's text of the first warning that was given; allocates nothing if there is none. */
  refuse(): void
}

/** For each kind of warning what it was last about, and how often it was given: where MuJoCo keeps them, if `data` has the neighbor before them. */
const countsBehind = (data: MjData, kinds: number): Int32Array => {
  const neighbor: unknown = data.solver_fwdinv
  return neighbor instanceof Float64Array
    ? new Int32Array(neighbor.buffer, neighbor.byteOffset + neighbor.byteLength, 2 * kinds)
    : new Int32Array(0)
}

/** Whether the binding reads what is written to `counts`; leaves them as they were. */
const areRead = (counts: Int32Array, list: MjWarningStatVec): boolean => {
  if (counts.length === 0) return false
  const kept = counts.slice()
  for (let i = 0; i < counts.length; i++) counts[i] = i + 1
  let same = true
  for (let kind = 0; kind < list.size(); kind++) {
    const copy = list.get(kind)!
    same &&= copy.lastinfo === 2 * kind + 1 && copy.number === 2 * kind + 2
    copy.delete()
  }
  counts.set(kept)
  return same
}

/**
 * The warnings of `data`; `name` begins the errors.
 *
 * The binding tells no address of the counts. In MuJoCo's record they follow the array `solver_fwdinv`, whose address it tells. Whether they
 * do so in the MuJoCo that is loaded is tried out when a model is opened: numbers that are written there must be the ones that the binding
 * then gives. If they are not, every reading takes the binding's copies, which say the same.
 */
export const warningsOf = (mujoco: Pick<MainModule, 'mju_warningText'>, data: MjData, name: string): Warnings => {
  // This handle is of the data's own list: deleting it would take the list from the data.
  const list = data.warning
  const kinds = list.size()
  let counts = countsBehind(data, kinds)
  const fail = (kind: number, about: number): never => {
    throw new Error(`${name}: MuJoCo warns: ${mujoco.mju_warningText(kind, about)}`)
  }
  if (areRead(counts, list)) {
    return {
      readFrom: 'memory',
      fetch: () => {
        counts = countsBehind(data, kinds)
      },
      refuse: () => {
        for (let kind = 0; kind < kinds; kind++) if (counts[2 * kind + 1] > 0) fail(kind, counts[2 * kind])
      },
    }
  }
  return {
    readFrom: 'copies',
    fetch: () => {},
    refuse: () => {
      for (let kind = 0; kind < kinds; kind++) {
        const copy = list.get(kind)!
        const { lastinfo, number } = copy
        copy.delete()
        if (number > 0) fail(kind, lastinfo)
      }
    },
  }
}
