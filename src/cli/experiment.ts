/** What `rivulet plot` and `rivulet report` do alike: they read runs, and write a file. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Content, replaceFile } from '../edge/disk.js'
import { type Failure, printable } from '../edge/decode.js'
import { escaped } from '../edge/escaped.js'
import { causeOf } from '../failure.js'
import { type Experiment, experimentOf, stepsReached } from '../runs/records/experiment.js'
import type { Panel } from '../runs/records/learningCurves.js'
import { type RecordedRun, readRuns } from '../runs/records/recordedRun.js'
import type { CommandProcess } from './commandProcess.js'
import { type Exit, badInput } from './exit.js'
import { guardedWriting } from './guardedWriting.js'
import { countText, countWithNoun } from './numberText.js'
import { labelOf } from './pictures/drawnGroups.js'

/** Reads the runs at some paths and groups them; runs that cannot be read are bad input. */
export const readExperiment = (directories: readonly string[]): TE.TaskEither<Exit, Experiment> =>
  pipe(readRuns(directories), TE.flatMapEither(experimentOf), TE.mapLeft(badInput))

/** Writes a file in the place of an earlier one; a place that takes no file is bad input. */
export const writeOut = (
  out: string,
  content: Content,
  commandProcess: Pick<CommandProcess, 'guard'>,
): TE.TaskEither<Exit, void> =>
  guardedWriting(
    commandProcess,
    TE.tryCatch(
      () => replaceFile(out, content),
      (error): Exit => {
        const expected = 'a place that can be written to'
        const failure: Failure = {
          path: '--out',
          expected,
          got: `${printable(out)} (${causeOf(error)})`,
          nearest: null,
        }
        return badInput([failure])
      },
    ),
  )

/** What the runs of an experiment are, in one phrase: `18 runs of avg and iac on 3 tasks`. */
export const experimentText = ({ groups, tasks }: Experiment): string => {
  const runs = groups.flatMap((group) => Object.values(group.runs).map((some) => some?.length ?? 0))
  const names = [...new Set(groups.map(({ algorithm }) => algorithm))]
  const listed = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`
  const where = tasks.length === 1 ? tasks[0] : countWithNoun(tasks.length, 'task')
  return `${countWithNoun(
    runs.reduce((sum, each) => sum + each, 0),
    'run',
  )} of ${listed} on ${where}`
}

/** A sentence for runs in which no episode has ended; none if there is no such run. */
export const unfinishedNotes = ({ unfinished }: Pick<Experiment, 'unfinished'>): readonly string[] =>
  unfinished.map(({ path }) => `${escaped(path)} is left out: no episode of it has ended.`)

/** How far a run came, in words. */
export const reachedText = (run: RecordedRun): string =>
  `${escaped(run.path)} ends at ${countText(stepsReached(run))} of ${countWithNoun(run.config.steps, 'step')}`

/** A sentence for each curve that ends before its panel does. */
export const endedNotes = (panels: readonly Panel[]): readonly string[] =>
  panels.flatMap(({ task, curves }) =>
    curves.flatMap(({ group, endedBy }) =>
      endedBy === null ? [] : [`The curve of ${labelOf(group)} on ${task} ends early: ${reachedText(endedBy)}.`],
    ),
  )

/** Refuses curves of which none has a point: too few steps are shown for an episode to end. */
export const checkPoints = (panels: readonly Panel[]): TE.TaskEither<Exit, readonly Panel[]> =>
  panels.some(({ curves }) => curves.some(({ points }) => points.length > 0))
    ? TE.right(panels)
    : TE.left(
        badInput([
          {
            path: '--steps',
            expected: 'so many that an episode of every run of a group ends',
            got: String(panels[0].steps),
            nearest: null,
          },
        ]),
      )
