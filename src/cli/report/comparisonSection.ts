/** The comparison of a report, over all tasks. */
import type { Comparison } from '../../runs/records/comparison.js'
import type { Drawn } from '../pictures/drawnGroups.js'
import { intervalsPicture } from '../pictures/intervalsPicture.js'
import { profilePicture } from '../pictures/profilePicture.js'
import { element } from '../pictures/svg.js'
import { figure, list, paragraph, section, table } from './html.js'
import { estimateText, returnText } from './returnsSection.js'

type Names = ReadonlyMap<string, Drawn>

const scoreText = (value: number): string => value.toFixed(3).replace('-', '\u2212')

const heading = (text: string): string => element('h3', {}, text)

const scoresPart = ({ scores, scales, thresholds }: Comparison, drawn: Names): readonly string[] => {
  const chart = (name: string, of: 'mean' | 'interquartileMean') => ({
    name,
    axisName: 'normalized score',
    ends: null,
    reference: null,
    rows: scores.flatMap((each) => {
      const look = drawn.get(each.group.key)
      return look === undefined ? [] : [{ ...look, estimate: each[of], values: [] }]
    }),
  })
  return [
    heading('Scores'),
    paragraph(
      'Returns become scores, so that tasks can be averaged: 0 is the start of the task, 1 the highest final return of any run on this page. ' +
        'A score therefore says how a run stands among these runs, and differs from page to page.',
    ),
    table(
      ['Task', 'Return of score 0', 'Return of score 1'],
      scales.map(({ task, zero, one }) => [task, { number: returnText(zero) }, { number: returnText(one) }]),
    ),
    figure(
      intervalsPicture({
        name: 'Scores over all tasks',
        caption: 'Bars: 95 % intervals by the bootstrap, stratified by task',
        charts: [chart('Mean', 'mean'), chart('Interquartile mean', 'interquartileMean')],
      }),
    ),
    table(
      ['Group', 'Mean (95 % interval)', 'Interquartile mean (95 % interval)'],
      scores.map(({ group, mean, interquartileMean }) => [
        drawn.get(group.key)?.label ?? group.algorithm,
        { number: estimateText(mean, scoreText) },
        { number: estimateText(interquartileMean, scoreText) },
      ]),
    ),
    heading('Performance profiles'),
    paragraph(
      'For each score τ, the part of the runs of a group whose score is above τ, averaged over tasks. A line crosses 50 % at the median score.',
    ),
    figure(profilePicture({ scores, thresholds }, drawn)),
  ]
}

const improvementsPart = ({ improvements }: Comparison, drawn: Names): readonly string[] => {
  const rows = improvements.flatMap(({ first, second, ...estimate }) => {
    const [one, other] = [drawn.get(first.key), drawn.get(second.key)]
    if (one === undefined || other === undefined) return []
    return [{ label: `${one.label} above ${other.label}`, look: one.look, estimate, values: [] }]
  })
  return [
    heading('Probability of improvement'),
    paragraph(
      'How likely a run of the first group has a higher final return than a run of the second one, on a task drawn at random; runs are ' +
        'compared within a task, and a draw counts as one half. At 50 % neither is better. It does not say by how much.',
    ),
    figure(
      intervalsPicture({
        name: 'Probability of improvement',
        caption: 'Bars: 95 % intervals by the bootstrap, stratified by task',
        charts: [{ name: null, axisName: 'probability', ends: [0, 1], reference: 0.5, rows }],
      }),
    ),
    table(
      ['Pair', 'Probability (95 % interval)'],
      rows.map(({ label, estimate }) => [label, { number: estimateText(estimate, (value) => value.toFixed(2)) }]),
    ),
  ]
}

/** The section that compares groups over all tasks; empty if there is one group on one task. */
export const comparisonSection = (comparison: Comparison, drawn: Names): string => {
  const { scores, improvements, missing, unlearned, scales, tasks } = comparison
  if (drawn.size === 1 && scales.length + missing.length + unlearned.length === 1) return ''
  const notes = [
    ...(tasks.length === 0 ? ['No task has runs of every group, so that nothing can be compared over tasks.'] : []),
    ...(missing.length === 0 || tasks.length === 0
      ? []
      : [`Left out here, since some group has no runs of it: ${missing.join(', ')}.`]),
    ...(unlearned.length === 0
      ? []
      : [`Without a score, since no run ended above the start: ${unlearned.join(', ')}.`]),
  ]
  return section(
    'comparison',
    'Over all tasks',
    paragraph(
      'The statistics of Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice" (NeurIPS 2021). Each ' +
        'interval is from 2,000 samples that draw the runs of each task with replacement.',
    ),
    list(notes),
    ...(scores.length === 0 ? [] : scoresPart(comparison, drawn)),
    ...(improvements.length === 0 ? [] : improvementsPart(comparison, drawn)),
  )
}
