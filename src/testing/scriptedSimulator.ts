/** A world without randomness or physics, whose numbers can be computed by hand, for tests of the code around it. */
import type { Observation, SavableSimulator } from '../types.js'

/** Options of a scripted simulator. */
export interface ScriptOptions {
  /** The name in its spec. The default is `Scripted`. */
  readonly name?: string
  /** The components of an observation, 1 or more. The default is 2. */
  readonly size?: number
  /** The components of an action. The default is 1. */
  readonly actionSize?: number
  /** The actions from an episode's first step to its last one; Infinity for an episode that never ends. The default is 3. */
  readonly episodeLength?: number
  /** How episodes end. The default is `terminated`. */
  readonly ends?: 'terminated' | 'truncated'
  /** The seconds of a step. The default is 0.1. */
  readonly stepSeconds?: number
}

/** The state of a scripted simulator. */
interface ScriptState {
  episode: number
  steps: number
  position: number
}

const numbered = (kind: string, size: number, bound: number) => ({
  size,
  low: new Array<number>(size).fill(-bound),
  high: new Array<number>(size).fill(bound),
  names: Array.from({ length: size }, (_, i) => `${kind}${i}`),
  units: new Array<string>(size).fill('1'),
})

/**
 * A simulator that counts.
 *
 *     action        a   b   c         a   b   c
 *     observation  10  11  12  13    20  21  22  23     component 0: ten times the episode, and the steps taken in it
 *     reward            1   2   3         1   2   3     the steps taken
 *
 * Component i is component 0 plus i times the position. The position is half the position before plus the sum of the action, so that an
 * observation depends on every action since the reset.
 *
 * Memory: episode, steps and position; `reset(7)` goes to episode 7, `reset()` to the next one.
 * Fails: `step` throws before the first reset; after `close`, every call but `close` throws.
 */
export const scriptedSimulator = ({
  name = 'Scripted',
  size = 2,
  actionSize = 1,
  episodeLength = 3,
  ends = 'terminated',
  stepSeconds = 0.1,
}: ScriptOptions = {}): SavableSimulator => {
  let state: ScriptState = { episode: 0, steps: 0, position: 0 }
  let closed = false

  const open = (call: string): void => {
    if (closed) throw new Error(`${name}: ${call} after close`)
  }
  const observe = (): Observation =>
    Float64Array.from({ length: size }, (_, i) => 10 * state.episode + state.steps + i * state.position)

  return {
    spec: {
      name,
      observation: numbered('sensor', size, Infinity),
      action: numbered('motor', actionSize, 1),
      stepSeconds,
      stepLimit: ends === 'truncated' ? episodeLength : Infinity,
    },
    reset: (seed) => {
      open('reset')
      state = { episode: seed ?? state.episode + 1, steps: 0, position: 0 }
      return { observation: observe(), info: {} }
    },
    step: (action) => {
      open('step')
      if (state.episode === 0) throw new Error(`${name}: step before the first reset`)
      let push = 0
      for (let i = 0; i < actionSize; i++) push += action[i]
      const steps = state.steps + 1
      state = { ...state, steps, position: state.position / 2 + push }
      const ended = steps >= episodeLength
      return {
        observation: observe(),
        reward: steps,
        terminated: ended && ends === 'terminated',
        truncated: ended && ends === 'truncated',
        info: {},
      }
    },
    snapshot: () => {
      open('snapshot')
      return { ...state }
    },
    restore: (saved) => {
      open('restore')
      state = { ...(saved as ScriptState) }
    },
    close: () => {
      closed = true
    },
  }
}
