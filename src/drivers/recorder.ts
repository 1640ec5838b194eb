/** Writes a run down as it happens, for `recording` to play it again. */
import type { Spec } from '../spec.js'
import type { TimeStep } from '../types.js'
import { lineOfSpec, lineOfStep } from './recordedStep.js'

/** A recording under way, which the operator `record` writes to. */
export interface Recorder {
  /** Writes a step and hands it to the system before returning, so that a crash loses nothing; throws when the disk does not take it. */
  write(step: TimeStep): void
  /** Closes the file; writing then throws. */
  close(): void
}

/**
 * Begins a recording in a new file.
 *
 * Memory: none; nothing waits.
 * Fails: rejects when the file cannot be made or is there already: nothing that was written once is written over.
 */
export const recorder = async (path: string, spec: Spec): Promise<Recorder> => {
  const { closeSync, openSync, writeFileSync } = await import('node:fs')
  let file: number | null = openSync(path, 'wx')
  const write = (line: string): void => {
    if (file === null) throw new Error(`recorder: ${path} is closed`)
    writeFileSync(file, `${line}\n`)
  }
  write(lineOfSpec(spec))
  return {
    write: (step) => write(lineOfStep(step)),
    close: () => {
      if (file !== null) closeSync(file)
      file = null
    },
  }
}
