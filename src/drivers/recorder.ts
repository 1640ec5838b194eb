/** Writes the steps of a run to a file while it goes on; `recording` plays that file. */
import { filesSync } from '#host'
import { renderFailure } from '../edge/decode.js'
import { lineFile } from '../edge/lineFile.js'
import type { Spec } from '../types.js'
import {
  type RecordedStep,
  checkSizes,
  lineOfSpec,
  lineOfStep,
  longestRecordedLine,
  stepOrder,
} from './recordedStep.js'

/** An open recording, to which the operator `record` writes. */
export interface Recorder {
  /**
   * Writes a step to the system before it returns, so that a crash loses no step.
   *
   * Fails: throws on a step that `recording` would refuse, and when the disk refuses it or the file was deleted. The recording then
   * ends with the step before, and can be played; after the disk has room again, further steps can be written.
   */
  write(step: RecordedStep): void
  /** Waits until the disk has the recording and closes the file; `write` then throws. */
  close(): void
}

/**
 * Opens a recording in a new file.
 *
 * Memory: none; no step is queued.
 * Fails: rejects when the file cannot be made, and when there is a file of this name already, which is never overwritten. A TypeError
 * for a spec that `recording` would refuse. If the spec cannot be written, the file is removed.
 */
export const recorder = async (path: string, spec: Spec): Promise<Recorder> => {
  const label = `recorder ${path}`
  const head = lineOfSpec(spec)
  const file = await lineFile(path, { longest: longestRecordedLine })
  try {
    file.append(head)
  } catch (error) {
    file.close()
    const { rmSync } = await filesSync()
    rmSync(path, { force: true })
    throw error
  }
  const failureInOrder = stepOrder()
  return {
    write: (step) => {
      const line = lineOfStep(step)
      checkSizes(label, step, spec)
      const failure = failureInOrder(step)
      if (failure !== null) throw new RangeError(`${label}: step ${step.index}: ${renderFailure(failure)}`)
      file.append(line)
    },
    close: file.close,
  }
}
