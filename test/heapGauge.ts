/** Watches whether a run keeps what it should let go. */
import { bytesInUse, garbageCollector } from '../src/runs/bench/measure.js'
import type { TimeStep } from '../src/types.js'

export interface HeapGauge {
  /** To be told of each step. */
  readonly step: (step: Pick<TimeStep, 'index'>) => void
  /** Megabytes by which the heap grew from the first measurement after the warm-up to the largest one. */
  growth(): number
}

/** Measures the live heap each `interval` steps; the first three measurements are warm-up, in which code gets compiled. */
export const heapGauge = (interval: number): HeapGauge => {
  const collect = garbageCollector()
  const megabytes: number[] = []
  return {
    step: ({ index }) => {
      if (index % interval !== interval - 1) return
      collect()
      megabytes.push(bytesInUse() / 1e6)
    },
    growth: () => {
      const settled = megabytes.slice(3)
      return Math.max(...settled) - settled[0]
    },
  }
}
