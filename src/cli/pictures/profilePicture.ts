/** The picture of performance profiles. */
import { scaleLinear } from 'd3-scale'
import type { Comparison } from '../../runs/records/comparison.js'
import { type Area, axisOf, bottomAxis, bottomName, leftAxis, leftName } from './axes.js'
import type { Drawn } from './drawnGroups.js'
import { framed } from './framed.js'
import { drawnLines, type Line } from './lines.js'
import { element, moved } from './svg.js'

const SIZE: Area = { width: 560, height: 300 }
const [ABOVE, LEFT, BELOW] = [10, 58, 44]

/** Draws the performance profile of each group: the part of its runs with a score above τ, against τ. */
export const profilePicture = (
  { scores, thresholds }: Pick<Comparison, 'scores' | 'thresholds'>,
  drawn: ReadonlyMap<string, Drawn>,
): string => {
  const x = axisOf(scaleLinear([0, 1], [0, SIZE.width]), 5, '.1f')
  const y = axisOf(scaleLinear([0, 1], [SIZE.height, 0]), 5, '.0%')
  const lines = scores.flatMap(({ group, profile }, place): readonly Line[] => {
    const each = drawn.get(group.key)
    const points = profile.map((estimate, i) => ({ at: thresholds[i], ...estimate }))
    return each === undefined ? [] : [{ ...each, points, hasBand: true, place }]
  })
  const halves = lines.map(({ label, points }) => {
    const half = points.find(({ at }) => at >= 0.5)
    return `${label}: ${((half?.value ?? 0) * 100).toFixed(0)} % of its runs score above 0.5.`
  })
  return framed(
    {
      title: null,
      name: 'Performance profiles',
      description: halves.join(' '),
      entries: lines,
      caption: 'The higher line is better; bands: pointwise 95 % intervals by the bootstrap, stratified by task',
      width: LEFT + SIZE.width + 12,
      height: ABOVE + SIZE.height + BELOW,
    },
    [
      moved(
        LEFT,
        ABOVE,
        element(
          'g',
          { class: 'panel' },
          leftAxis(y, SIZE),
          bottomAxis(x, SIZE),
          drawnLines(lines, { x, y, of: thresholds.length, groups: drawn.size }),
        ),
        bottomName('normalized score τ', SIZE),
        leftName('runs with a score above τ', SIZE, LEFT - 12),
      ),
    ],
  )
}
