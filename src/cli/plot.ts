/** `rivulet plot`: draws the learning curves of runs. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Content } from '../edge/disk.js'
import { escaped } from '../edge/escaped.js'
import { reason } from '../failure.js'
import { learningCurves } from '../runs/records/learningCurves.js'
import type { CommandProcess } from './commandProcess.js'
import { checkPoints, endedNotes, experimentText, readExperiment, unfinishedNotes, writeOut } from './experiment.js'
import type { ExperimentRequest } from './experimentOptions.js'
import { type Exit, failed } from './exit.js'
import { curvesPicture } from './pictures/curvesPicture.js'
import { drawnGroups } from './pictures/drawnGroups.js'

const contentOf = (out: string, svg: string): TE.TaskEither<Exit, Content> =>
  out.endsWith('.svg')
    ? TE.right(svg)
    : TE.tryCatch(
        async () => (await import('./pictures/png.js')).png(svg),
        (error) => failed(`${escaped(out)}: ${reason(error)}`),
      )

/** Draws as requested, and returns a sentence, and one more for each run and curve that is not whole. */
export const plot = (
  { directories, out, title, bins, steps }: ExperimentRequest,
  commandProcess: Pick<CommandProcess, 'guard'>,
): TE.TaskEither<Exit, string> =>
  pipe(
    readExperiment(directories),
    TE.bindTo('experiment'),
    TE.bind('panels', ({ experiment }) => checkPoints(learningCurves(experiment, { bins, steps }))),
    TE.tap(({ experiment: { groups }, panels }) =>
      pipe(
        contentOf(out, curvesPicture(panels, { title, bins, drawn: drawnGroups(groups) })),
        TE.flatMap((content) => writeOut(out, content, commandProcess)),
      ),
    ),
    TE.map(({ experiment, panels }) =>
      [
        `${escaped(out)}: learning curves of ${experimentText(experiment)}.`,
        ...unfinishedNotes(experiment),
        ...endedNotes(panels),
      ].join('\n'),
    ),
  )
