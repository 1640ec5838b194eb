/** A simulator that does almost nothing, so that a measurement around it measures the pipeline itself. */
import { components } from '../../environments/components.js'
import type { SavableSimulator, Spec } from '../../types.js'

const episodeLength = 1000

const idleSpec: Spec = {
  name: 'idle',
  observation: components(Array.from({ length: 11 }, (_, i) => [`sensor${i}`, '1'])),
  action: components([['motor', '1', -1, 1]]),
  stepSeconds: 0.1,
  stepLimit: Infinity,
}

/**
 * Its observation is the number of steps of the episode in each component; an episode terminates after 1000 actions. By default it has 11
 * sensors and one motor.
 */
export const idleSimulator = (spec: Spec = idleSpec): SavableSimulator => {
  let steps = 0
  const observe = (): Float64Array => new Float64Array(spec.observation.size).fill(steps)
  return {
    spec,
    reset: () => {
      steps = 0
      return { observation: observe(), info: {} }
    },
    step: () => {
      steps += 1
      return { observation: observe(), reward: 1, terminated: steps >= episodeLength, truncated: false, info: {} }
    },
    snapshot: () => steps,
    restore: (state) => {
      steps = state as number
    },
    close: () => undefined,
  }
}
