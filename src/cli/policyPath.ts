/** Policies that are named on the command line: by their file, or by the directory of the run that left one. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, printable } from '../edge/decode.js'
import { runFiles } from '../runs/runFiles.js'
import type { Spec, VectorSpec } from '../types.js'

/** A refusal of what is at a path. */
export const refusal = (
  path: string,
  expected: string,
  got: string,
  nearest: string | null = null,
): readonly Failure[] => [{ path, expected, got, nearest }]

/** The file of the policy: the path itself, or the policy in the directory of a run. */
export const policyFileAt = (path: string): TE.TaskEither<readonly Failure[], string> => {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory() !== true) return TE.right(path)
  const inside = join(path, runFiles.policy)
  if (statSync(inside, { throwIfNoEntry: false }) !== undefined) return TE.right(inside)
  const isRun = statSync(join(path, runFiles.config), { throwIfNoEntry: false }) !== undefined
  const advice = isRun ? `a run without one; 'rivulet resume ${path}' ends it and writes one` : 'none'
  return TE.left([{ ...refusal('', '', '')[0], line: `${path}: expected a ${runFiles.policy} in it; got ${advice}` }])
}

const differing = (name: string, ours: VectorSpec, theirs: VectorSpec): string | null => {
  const [our, their] = [ours, theirs].map(({ names }) => names.join(', '))
  return our === their ? null : `${name} of ${their}`
}

/** Refuses a policy of a task that is not here, or whose task sees or does something else than the one that is here. */
export const checkTask = (path: string, saved: Spec, spec: Spec): readonly Failure[] => {
  const other =
    differing('observations', spec.observation, saved.observation) ?? differing('actions', spec.action, saved.action)
  return other === null ? [] : refusal(path, `a policy for ${spec.name} as it is in this version`, printable(other))
}
