/** The recorded traces of published programs (test/golden/algorithms). */
import { readFileSync } from 'node:fs'

/** One step, with all that went in and came out. */
export interface TraceStep {
  readonly observation: readonly number[]
  /** What `sample` draws. */
  readonly noise: readonly number[]
  readonly action: readonly number[]
  readonly logProbability: number
  readonly reward: number
  readonly terminated: boolean
  readonly truncated: boolean
  readonly nextObservation: readonly number[]
  /** What `update` draws, vector by vector. */
  readonly updateNormals: readonly (readonly number[])[]
  readonly sigma: number
  readonly actorLoss: number
  readonly criticLoss: number
  readonly parametersAfter?: Readonly<Record<string, readonly number[]>>
}

/** A trace as its file has it. */
export interface AlgorithmTrace {
  readonly settings: Readonly<Record<string, unknown>>
  readonly shapes: Readonly<Record<string, readonly number[]>>
  readonly initial: Readonly<Record<string, readonly number[]>>
  readonly steps: readonly TraceStep[]
}

/** Reads one by its name. */
export const readAlgorithmTrace = (name: string): AlgorithmTrace =>
  JSON.parse(readFileSync(new URL(`../golden/algorithms/${name}.json`, import.meta.url), 'utf8')) as AlgorithmTrace
