/** MuJoCo's warnings, read from the memory in which MuJoCo counts them: the binding returns copies, which take longer than some steps. */
import type { MainModule, MjData, MjWarningStatVec } from '@mujoco/mujoco'

/** The warnings of MuJoCo about one model's data since the data were reset. */
export interface Warnings {
  /** `memory` if the counts themselves are read, `copies` if the binding's copies of them are. */
  readonly readFrom: 'memory' | 'copies'
  /** Finds the counts again, after their memory has moved. */
  fetch(): void
  /** Throws an Error with MuJoCo's text of the first warning; allocates nothing if there is none. */
  throwIfAny(): void
}

/**
 * A view of two numbers for each kind of warning: the subject of its last occurrence, and how often it occurred. It is empty if `data`
 * lacks the array in front of them.
 */
const countsAfterNeighbor = (data: MjData, kinds: number): Int32Array => {
  const neighbor: unknown = data.solver_fwdinv
  return neighbor instanceof Float64Array
    ? new Int32Array(neighbor.buffer, neighbor.byteOffset + neighbor.byteLength, 2 * kinds)
    : new Int32Array(0)
}

/** Whether the binding reads the numbers that are written to `counts`; restores them afterwards. */
const isReadByBinding = (counts: Int32Array, list: MjWarningStatVec): boolean => {
  if (counts.length === 0) return false
  const before = counts.slice()
  for (let i = 0; i < counts.length; i++) counts[i] = i + 1
  let same = true
  for (let kind = 0; kind < list.size(); kind++) {
    const copy = list.get(kind)!
    same &&= copy.lastinfo === 2 * kind + 1 && copy.number === 2 * kind + 2
    copy.delete()
  }
  counts.set(before)
  return same
}

/**
 * The warnings of `data`; `name` begins the errors.
 *
 * The binding has no address of the counts. In MuJoCo's record they follow the array `solver_fwdinv`, whose address it has. When a
 * model is opened, a trial checks whether the loaded MuJoCo has this order: the binding must return the numbers that were written
 * there. If it does not, every reading uses the binding's copies, which have the same content.
 */
export const warningsOf = (mujoco: Pick<MainModule, 'mju_warningText'>, data: MjData, name: string): Warnings => {
  // This handle is the data's own list: deleting it would delete the list of the data.
  const list = data.warning
  const kinds = list.size()
  let counts = countsAfterNeighbor(data, kinds)
  const fail = (kind: number, about: number): never => {
    throw new Error(`${name}: MuJoCo warns: ${mujoco.mju_warningText(kind, about)}`)
  }
  if (isReadByBinding(counts, list)) {
    return {
      readFrom: 'memory',
      fetch: () => {
        counts = countsAfterNeighbor(data, kinds)
      },
      throwIfAny: () => {
        for (let kind = 0; kind < kinds; kind++) if (counts[2 * kind + 1] > 0) fail(kind, counts[2 * kind])
      },
    }
  }
  return {
    readFrom: 'copies',
    fetch: () => {},
    throwIfAny: () => {
      for (let kind = 0; kind < kinds; kind++) {
        const copy = list.get(kind)!
        const { lastinfo, number } = copy
        copy.delete()
        if (number > 0) fail(kind, lastinfo)
      }
    },
  }
}
