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
  /** The uniform numbers that `update` draws, before the normal ones. */
  readonly uniforms?: readonly number[]
  /** What `update` draws, vector by vector; of learners with minibatches number by number, and left out where nothing is learnt. */
  readonly updateNormals?: readonly (readonly number[])[] | readonly number[]
  readonly sigma: number
  readonly actorLoss: number
  readonly criticLoss: number
  /** Of Stream AC and Intentional AC. */
  readonly value: number
  readonly tdError: number
  readonly actorStep: number
  readonly criticStep: number
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

/** A random number generator that gives the numbers that it is told, in their order; any other draw throws. */
export const scriptedNumbers = () => {
  const told: (readonly ['normal' | 'uniform', number])[] = []
  const next = (kind: 'normal' | 'uniform'): number => {
    const [first, number] = told.shift() ?? ['nothing']
    if (first !== kind) throw new Error(`a ${kind} number was drawn, and there was ${first}`)
    return number ?? NaN
  }
  return {
    sayNormals: (numbers: readonly number[]) => numbers.forEach((number) => told.push(['normal', number])),
    sayUniforms: (numbers: readonly number[]) => numbers.forEach((number) => told.push(['uniform', number])),
    left: () => told.length,
    normal: (out: Float32Array) => {
      for (let i = 0; i < out.length; i++) out[i] = next('normal')
    },
    uniform: () => next('uniform'),
  }
}
