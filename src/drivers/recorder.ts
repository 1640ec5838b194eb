/** Writes a run down as it happens, for `recording` to play it again. */
import { filesAtOnce } from '#host'
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

/** A recording under way, which the operator `record` writes to. */
export interface Recorder {
  /**
   * Writes a step and hands it to the system before it returns, so that a crash loses nothing.
   *
   * Fails: throws on a step that `recording` would refuse, and when the disk does not take it or the file was deleted. The
   * recording then ends with the step before, and can be played; once the disk has room again, it goes on.
   */
  write(step: RecordedStep): void
  /** Puts the recording on the disk for good and closes it; writing then throws. */
  close(): void
}

/**
 * Begins a recording in a new file.
 *
 * Memory: none; nothing waits.
 * Fails: rejects when the file cannot be made or is there already: nothing that was written once is written over. A TypeError for a
 * spec that `recording` would refuse. A file that does not take the spec is removed.
 */
export const recorder = async (path: string, spec: Spec): Promise<Recorder> => {
  const label = `recorder ${path}`
  const head = lineOfSpec(spec)
  const file = await lineFile(path, { longest: longestRecordedLine })
  try {
    file.append(head)
  } catch (error) {
    file.close()
    const { rmSync } = await filesAtOnce()
    rmSync(path, { force: true })
    throw error
  }
  const refusedBy = stepOrder()
  return {
    write: (step) => {
      const line = lineOfStep(step)
      checkSizes(label, step, spec)
      const failure = refusedBy(step)
      if (failure !== null) throw new RangeError(`${label}: step ${step.index}: ${renderFailure(failure)}`)
      file.append(line)
    },
    close: file.close,
  }
}
