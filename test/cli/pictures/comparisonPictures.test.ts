/** The pictures of estimates and of performance profiles. */
import { describe, expect, it } from 'vitest'
import { drawnGroups } from '../../../src/cli/pictures/drawnGroups.js'
import { intervalsPicture } from '../../../src/cli/pictures/intervalsPicture.js'
import { lookAt } from '../../../src/cli/pictures/look.js'
import { profilePicture } from '../../../src/cli/pictures/profilePicture.js'
import type { Group } from '../../../src/runs/records/experiment.js'
import { elementsOf, expectWhole, pointsOf, textsOf } from './drawing.js'

const rowOf = (
  label: string,
  place: number,
  [low, value, high]: readonly [number, number, number],
  values: readonly number[] = [],
) => ({
  label,
  look: lookAt(place),
  estimate: { low, value, high },
  values,
})
const number = (written: string, key: string): number =>
  Number(new RegExp(`\\s${key}="(-?[\\d.]+)"`).exec(written)?.[1])

describe('intervalsPicture', () => {
  const chart = { axisName: 'probability', ends: [0, 1] as const, reference: 0.5 }
  const svg = intervalsPicture({
    name: 'Estimates',
    caption: 'What they are',
    charts: [
      {
        ...chart,
        name: 'First',
        rows: [rowOf('avg', 0, [0.25, 0.5, 1], [0.25, 1]), rowOf('a longer name', 1, [0, 0, 0])],
      },
      { ...chart, name: 'Second', rows: [rowOf('a longer name', 1, [0.1, 0.2, 0.3])] },
    ],
  })

  it('is whole', () => expectWhole(svg))

  it('has a bar from end to end of each interval, a marker at its value, and a circle for each single value', () => {
    const bars = elementsOf(svg, 'rect', 'class="interval"').map((bar) => [
      number(bar, 'x'),
      number(bar, 'width'),
      number(bar, 'y'),
    ])
    expect(bars).toEqual([
      [67.5, 202.5, 8],
      [0, 1, 36],
      [27, 54, 36],
    ])
    expect(elementsOf(svg, 'circle').map((circle) => number(circle, 'cx'))).toEqual([67.5, 270])
    expect(svg).toContain('<path transform="translate(135,14)"')
  })

  it('names each row once, at the left, and marks the reference in each chart', () => {
    expect(textsOf(svg).filter((text) => text === 'a longer name')).toHaveLength(1)
    expect(elementsOf(svg, 'line', 'class="reference"').map((line) => number(line, 'x1'))).toEqual([135, 135])
    expect(svg).toContain(
      'First: avg 0.5 (0.25 to 1), a longer name 0 (0 to 0). Second: a longer name 0.2 (0.1 to 0.3).',
    )
  })

  it('has an axis to the ends of all intervals and values where none is given', () => {
    const own = intervalsPicture({
      name: 'Estimates',
      caption: '',
      charts: [
        {
          name: null,
          axisName: 'return',
          ends: null,
          reference: null,
          rows: [rowOf('avg', 0, [-310, -200, -120], [-480])],
        },
      ],
    })
    expectWhole(own)
    expect(textsOf(own)).toEqual(expect.arrayContaining(['−500', '−100']))
  })
})

describe('profilePicture', () => {
  const groups = ['avg', 'iac'].map((algorithm): Group => ({ key: algorithm, algorithm, differing: {}, runs: {} }))
  const estimate = { value: 0, low: 0, high: 0 }
  const thresholds = Array.from({ length: 101 }, (_, i) => i / 100)
  const svg = profilePicture(
    {
      thresholds,
      scores: groups.map((group, place) => ({
        group,
        mean: estimate,
        interquartileMean: estimate,
        profile: thresholds.map((at) => ({ value: at < 0.7 - place / 2 ? 1 : 0.5, low: 0.25, high: 1 })),
      })),
    },
    drawnGroups(groups),
  )

  it('is whole, with a line, a band and a legend for each group', () => {
    expectWhole(svg)
    const lines = elementsOf(svg, 'path', 'class="line"').map(pointsOf)
    expect(lines.map((points) => points.length)).toEqual([101, 101])
    // From 100 % at the upper left, to 50 % in the middle of the right side.
    expect([lines[0][0], lines[0][100]]).toEqual([
      [0, 0],
      [560, 150],
    ])
    expect(elementsOf(svg, 'path', 'class="band"')).toHaveLength(2)
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['avg', 'iac', '100%', '0.2', 'normalized score τ']))
  })

  it('says in words how much is above one half', () => {
    expect(svg).toContain('avg: 100 % of its runs score above 0.5. iac: 50 % of its runs score above 0.5.')
  })
})
