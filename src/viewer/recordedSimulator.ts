/** A simulator whose episodes are recorded as they can be seen. */
import type { VisibleFrame, VisibleScene } from '../environments/mujoco/visibleScene.js'
import type { SavableSimulator } from '../types.js'
import type { Clip } from './clip.js'

/** What is done with the episodes of a simulator. */
export interface Recorder {
  /** Called at the beginning of each episode: whether it is recorded. */
  isWanted(): boolean
  /** Takes an episode that was recorded, when it ends; one that is left before its end is dropped. */
  take(clip: Omit<Clip, 'about'>): void
}

interface Recording {
  readonly sizes: Float32Array
  readonly frames: VisibleFrame[]
  readonly rewards: number[]
}

/**
 * The same simulator, whose episodes a recorder receives. `scene` is what can be seen of the simulator itself, `MujocoSimulator.visible()`, also
 * if it is wrapped by others. The simulator is called through the result alone from here on. An episode that was restored is not recorded.
 *
 * Memory: the frames of one episode. A step that is recorded costs a look at the scene, and one that is not recorded nothing.
 */
export const recordedSimulator = (
  simulator: SavableSimulator,
  scene: VisibleScene,
  recorder: Recorder,
): SavableSimulator => {
  const { spec } = simulator
  let number = 0
  let recording: Recording | null = null
  return {
    spec,
    reset: (seed) => {
      const start = simulator.reset(seed)
      number += 1
      recording = recorder.isWanted() ? { sizes: scene.sizes(), frames: [scene.frame()], rewards: [0] } : null
      return start
    },
    step: (action) => {
      const step = simulator.step(action)
      if (recording === null) return step
      const { frames, rewards, sizes } = recording
      frames.push(scene.frame())
      rewards.push(step.reward)
      const isCut = step.truncated || frames.length > spec.stepLimit
      if (step.terminated || isCut) {
        recording = null
        recorder.take({ number, sizes, frames, rewards, ending: step.terminated ? 'terminated' : 'truncated' })
      }
      return step
    },
    snapshot: () => simulator.snapshot(),
    restore: (state) => {
      recording = null
      simulator.restore(state)
    },
    close: () => simulator.close(),
  }
}
