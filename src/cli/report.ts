/** `rivulet report`: writes the page of an experiment. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { escaped } from '../edge/escaped.js'
import { compare } from '../runs/records/comparison.js'
import { finalReturns } from '../runs/records/finalReturns.js'
import { learningCurves } from '../runs/records/learningCurves.js'
import { rivuletVersion } from '../runs/versions.js'
import type { CommandProcess } from './commandProcess.js'
import { checkPoints, experimentText, readExperiment, writeOut } from './experiment.js'
import type { ExperimentRequest } from './experimentOptions.js'
import { type Exit, badInput } from './exit.js'
import { reportNotes, reportPage } from './report/page.js'

/** Writes the page as requested, and returns a sentence, and one more for each run and curve that is not whole. */
export const report = (
  { directories, out, title, bins, steps }: ExperimentRequest,
  commandProcess: Pick<CommandProcess, 'guard'>,
): TE.TaskEither<Exit, string> =>
  pipe(
    readExperiment(directories),
    TE.bindTo('experiment'),
    TE.bind('panels', ({ experiment }) => checkPoints(learningCurves(experiment, { bins, steps }))),
    TE.bind('returns', ({ experiment }) => pipe(TE.fromEither(finalReturns(experiment, steps)), TE.mapLeft(badInput))),
    TE.tap(({ experiment, panels, returns }) => {
      const comparison = compare(experiment.groups, returns)
      const version = rivuletVersion()
      return writeOut(
        out,
        reportPage({ experiment, panels, returns, comparison, bins, title, version }),
        commandProcess,
      )
    }),
    TE.map((parts) =>
      [`${escaped(out)}: report of ${experimentText(parts.experiment)}.`, ...reportNotes(parts)].join('\n'),
    ),
  )
