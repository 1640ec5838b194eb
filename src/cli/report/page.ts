/** The page of an experiment. */
import type { Comparison } from '../../runs/records/comparison.js'
import type { Experiment } from '../../runs/records/experiment.js'
import type { TaskReturns } from '../../runs/records/finalReturns.js'
import type { Panel } from '../../runs/records/learningCurves.js'
import { experimentText, reachedText, unfinishedNotes, endedNotes } from '../experiment.js'
import { countText, countWithNoun } from '../numberText.js'
import { curvesPicture } from '../pictures/curvesPicture.js'
import { drawnGroups } from '../pictures/drawnGroups.js'
import { element, escapedXml } from '../pictures/svg.js'
import { comparisonSection } from './comparisonSection.js'
import { figure, list, page, paragraph, section } from './html.js'
import { returnsSection } from './returnsSection.js'
import { machinesSection, runsSection, settingsSection } from './runsSections.js'

/** What a report shows. */
export interface ReportParts {
  readonly experiment: Experiment
  readonly panels: readonly Panel[]
  readonly returns: readonly TaskReturns[]
  readonly comparison: Comparison
  readonly bins: number
  /** Null for a title that says which runs these are. */
  readonly title: string | null
  /** The version of Rivulet that writes the page. */
  readonly version: string
}

/** Runs of a group below which the page warns of its intervals. */
const FEW_RUNS = 5

/** Sentences about what is not whole; the same go to the terminal. */
export const reportNotes = ({
  experiment,
  panels,
  returns,
}: Pick<ReportParts, 'experiment' | 'panels' | 'returns'>): readonly string[] => [
  ...unfinishedNotes(experiment),
  ...endedNotes(panels),
  ...returns.flatMap(({ task, steps, endedBy }) =>
    endedBy === null
      ? []
      : [`The final returns of ${task} are those at ${countText(steps)} steps: ${reachedText(endedBy)}.`],
  ),
]

const fewRunsNotes = (returns: readonly TaskReturns[]): readonly string[] => {
  const least = Math.min(...returns.flatMap(({ groups }) => groups.map(({ runs }) => runs.length)))
  return least >= FEW_RUNS
    ? []
    : [
        `The smallest group has ${countWithNoun(least, 'run')} of a task. A bootstrap interval knows only the runs that there are: below about ` +
          `${FEW_RUNS} runs it is too narrow, and for one run it is a point.`,
      ]
}

/** Writes a report as HTML. The same runs give the same bytes: the page has no date. */
export const reportPage = (parts: ReportParts): string => {
  const { experiment, panels, returns, comparison, bins, version } = parts
  const drawn = drawnGroups(experiment.groups)
  const title = parts.title ?? `Report of ${experimentText(experiment)}`
  const sections = [
    section(
      'curves',
      'Learning curves',
      paragraph(
        `The steps of each task are divided into ${countText(bins)} bins. A run has in each bin the mean return of the episodes that ended in it, or, if none did, that of ` +
          'the bin before. A line is the mean over the runs of a group, at the last step of each bin; a band is its 95 % bootstrap interval over these runs.',
      ),
      figure(curvesPicture(panels, { title: null, bins, drawn })),
    ),
    returnsSection(returns, drawn),
    comparisonSection(comparison, drawn),
    settingsSection(experiment, drawn),
    runsSection(experiment, drawn),
    machinesSection(experiment),
  ].filter((each) => each !== '')
  const links = sections.map((each) => {
    const [, id, heading] = /^<section id="([^"]+)"><h2>([^<]+)</.exec(each) ?? ['', '', '']
    return element('a', { href: `#${id}` }, heading)
  })
  return page(
    title,
    element('h1', {}, escapedXml(title)),
    parts.title === null ? '' : element('p', { class: 'lead' }, escapedXml(experimentText(experiment))),
    list([...reportNotes(parts), ...fewRunsNotes(returns)]),
    element('nav', {}, ...links),
    ...sections,
    element('footer', {}, escapedXml(`Written by rivulet report, version ${version}.`)),
  )
}
