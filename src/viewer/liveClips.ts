/** Episodes of a run while it learns, of which those are recorded that a page waits for. */
import type { SchedulerLike } from 'rxjs'
import type { VisibleModel, VisibleScene } from '../environments/mujoco/visibleScene.js'
import type { SavableSimulator } from '../types.js'
import { packedClip } from './packed.js'
import { recordedSimulator } from './recordedSimulator.js'
import type { ClipSource } from './viewer.js'

/** Milliseconds after which a page that waits is answered that there is no clip yet, so that it asks again. */
const PATIENCE = 20_000

/** Options of `liveClips`. */
export interface LiveOptions {
  /** A line about the episode that ends now, the one of this number that the simulator began. */
  about(number: number): string
  /** Where its timers run. */
  readonly scheduler: SchedulerLike
}

/** The clips of a run, and the simulator from which they come. */
export interface LiveClips extends ClipSource {
  /** The simulator of the run, from here on in its place. */
  record(simulator: SavableSimulator, scene: VisibleScene): SavableSimulator
  /** Answers all pages that wait. */
  close(): void
}

/**
 * The episodes of a run that begin while a page waits for one: a page asks when it has nearly played the one before, so that a run which is faster
 * than real time records few of its episodes, and without a page none.
 *
 * Memory: the frames of one episode and the newest message.
 */
export const liveClips = ({ about, scheduler }: LiveOptions): LiveClips => {
  let newest: { readonly number: number; readonly json: string } | null = null
  let waiting: ((json: string | null) => void)[] = []
  const answerAll = (json: string | null): void => {
    const answered = waiting
    waiting = []
    answered.forEach((each) => each(json))
  }
  return {
    record: (simulator, scene) => {
      const model: VisibleModel = scene.model
      return recordedSimulator(simulator, scene, {
        isWanted: () => waiting.length > 0,
        take: (clip) => {
          newest = {
            number: clip.number,
            json: JSON.stringify(packedClip(model, { ...clip, about: about(clip.number) })),
          }
          answerAll(newest.json)
        },
      })
    },
    close: () => answerAll(null),
    after: (number) =>
      new Promise((resolve) => {
        // A page of an earlier process may ask for what comes after a greater number.
        if (number === 0 && newest !== null) return resolve(newest.json)
        const limit = scheduler.schedule(() => {
          waiting = waiting.filter((each) => each !== answer)
          answer(null)
        }, PATIENCE)
        const answer = (json: string | null): void => {
          limit.unsubscribe()
          resolve(json)
        }
        waiting.push(answer)
      }),
  }
}
