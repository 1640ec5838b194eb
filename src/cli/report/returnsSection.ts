/** The final returns of a report, task by task. */
import { FIRST_EPISODES, type Estimate, type TaskReturns } from '../../runs/records/finalReturns.js'
import { countText, countWithNoun, decimalText } from '../numberText.js'
import type { Drawn } from '../pictures/drawnGroups.js'
import { intervalsPicture } from '../pictures/intervalsPicture.js'
import { type Cell, figure, paragraph, section, table } from './html.js'

const withMinus = (written: string): string => written.replaceAll('-', '\u2212')

/** A return, with a real minus sign. */
export const returnText = (value: number): string => withMinus(decimalText(value))

/** An estimate with its interval: `2,279.9 (1,813.1 to 2,896.7)`. */
export const estimateText = ({ value, low, high }: Estimate, text: (value: number) => string): string =>
  `${text(value)} (${text(low)} to ${text(high)})`

/** The section of final returns. */
export const returnsSection = (returns: readonly TaskReturns[], drawn: ReadonlyMap<string, Drawn>): string => {
  const charts = returns.map(({ task, groups }) => ({
    name: task,
    axisName: 'final return (sum of rewards)',
    ends: null,
    reference: null,
    rows: groups.flatMap(({ group, runs, mean }) => {
      const each = drawn.get(group.key)
      return each === undefined ? [] : [{ ...each, estimate: mean, values: runs.map(({ final }) => final) }]
    }),
  }))
  const rows = returns.flatMap(({ task, steps, first, groups }) =>
    groups.map(({ group, runs, mean, interquartileMean }): readonly Cell[] => [
      task,
      drawn.get(group.key)?.label ?? group.algorithm,
      { number: countText(runs.length) },
      { number: countText(steps) },
      { number: returnText(first) },
      { number: estimateText(mean, returnText) },
      { number: estimateText(interquartileMean, returnText) },
    ]),
  )
  return section(
    'returns',
    'Final returns',
    paragraph(
      'The final return of a run is the mean return of the episodes that ended in the last tenth of the steps compared. The runs of a task are ' +
        `compared at the same number of steps. The start is the mean return of the first ${countWithNoun(FIRST_EPISODES, 'episode')} of a run, over all runs of the ` +
        'task. The interquartile mean leaves out the lowest quarter of the runs and the highest, both rounded down.',
    ),
    figure(
      intervalsPicture({
        name: 'Final returns',
        caption: 'Markers: means over runs; bars: their 95 % bootstrap intervals; circles: single runs',
        charts,
      }),
    ),
    table(
      ['Task', 'Group', 'Runs', 'Steps', 'Start', 'Mean (95 % interval)', 'Interquartile mean (95 % interval)'],
      rows,
    ),
  )
}
