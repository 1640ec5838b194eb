import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { curvesPicture } from '../../../src/cli/pictures/curvesPicture.js'
import { drawnGroups } from '../../../src/cli/pictures/drawnGroups.js'
import { learningCurves } from '../../../src/runs/records/learningCurves.js'
import { experiment, folder, rising, type TestRun } from '../../runs/records/runs.js'
import { elementsOf, expectWhole, pointsOf, textsOf } from './drawing.js'

// Writes runs and draws thousands of samples. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = folder()

const drawing = async (
  name: string,
  runs: readonly TestRun[],
  { title = null, bins = 10 }: { title?: string | null; bins?: number } = {},
) => {
  const read = await experiment(join(place, name), runs)
  const panels = learningCurves(read, { bins, steps: null })
  return curvesPicture(panels, { title, bins, drawn: drawnGroups(read.groups) })
}
const seeds = (count: number, run: TestRun = {}): readonly TestRun[] =>
  Array.from({ length: count }, (_, i) => ({ episodes: rising(1000, 100, -100 * (i + 1), 10), ...run, seed: i + 1 }))

describe('a picture of two groups on three tasks', () => {
  let svg: string
  beforeAll(async () => {
    const tasks = ['Pendulum-v1', 'Hopper-v4', 'HalfCheetah-v4'] as const
    svg = await drawing(
      'two',
      tasks.flatMap((task) => [...seeds(3, { task }), ...seeds(2, { task, algorithm: 'iac' })]),
    )
  })

  it('is whole', () => expectWhole(svg))

  it('has a panel for each task, and in it a line with a band and markers for each group', () => {
    expect(elementsOf(svg, 'g', 'class="panel"')).toHaveLength(3)
    const [lines, bands] = ['line', 'band'].map((kind) => elementsOf(svg, 'path', `class="${kind}"`))
    expect({ lines: lines.length, bands: bands.length }).toEqual({ lines: 6, bands: 6 })
    for (const line of lines) expect(pointsOf(line)).toHaveLength(10)
    for (const band of bands) expect(pointsOf(band)).toHaveLength(20)
    expect(elementsOf(svg, 'path', 'transform="').length).toBeGreaterThan(6 * 3)
  })

  it('tells the groups apart by color, dashes and markers, in the legend as in the panels', () => {
    const strokes = elementsOf(svg, 'path', 'class="line"').map((path) => [
      /stroke="(#\w+)"/.exec(path)?.[1],
      /stroke-dasharray="([^"]+)"/.exec(path)?.[1],
    ])
    expect(strokes.slice(0, 2)).toEqual([
      ['#004488', undefined],
      ['#dd9a1a', '7 3'],
    ])
    const [legend] = /<g class="legend">.*?<\/g><\/g>/.exec(svg) ?? ['']
    expect(legend).toContain('stroke="#004488" stroke-width="2"/>')
    expect(legend).toContain('stroke="#dd9a1a" stroke-width="2" stroke-dasharray="7 3"/>')
  })

  it('names tasks, groups with their seeds, and both axes with their units', () => {
    const texts = textsOf(svg)
    for (const each of ['Pendulum-v1', 'Hopper-v4', 'HalfCheetah-v4', 'avg (3 seeds)', 'iac (2 seeds)']) {
      expect(texts.filter((text) => text === each)).toHaveLength(1)
    }
    expect(texts.filter((text) => text === 'environment steps')).toHaveLength(3)
    expect(texts.filter((text) => text === 'episode return (sum of rewards)')).toHaveLength(1)
    expect(texts).toEqual(expect.arrayContaining(['0', '200', '1,000', '−300', '50']))
    expect(texts.slice(-1)).toEqual([
      'Mean return of the episodes that ended in each of 10 bins of steps, averaged over seeds; bands: 95 % bootstrap intervals of this mean',
    ])
  })

  it('has the lines where the returns are: the last point of a line is at the last step and its mean', () => {
    const [first] = elementsOf(svg, 'path', 'class="line"')
    const points = pointsOf(first)
    expect(points.at(-1)?.[0]).toBe(300)
    // The means of the first group rise from -200 to 10 on an axis from -300 to 50 or more, of 220 pixels.
    const [begin, end] = [points[0][1], points[points.length - 1][1]]
    const [zero, low] = ['0', '−300'].map(
      (tick) => Number(new RegExp(`y="(-?[\\d.]+)" text-anchor="end" fill="#57606a">${tick}<`).exec(svg)?.[1]) - 4,
    )
    expect(begin).toBeCloseTo(zero + ((low - zero) * 200) / 300, 1)
    expect(end).toBeCloseTo(zero - ((low - zero) * 10) / 300, 1)
  })

  it('describes the ends of all curves in words', () => {
    expect(svg).toContain('Pendulum-v1, 1,000 steps: avg ends at 10.0 (10.0 to 10.0), iac ends at 10.0 (10.0 to 10.0).')
  })
})

describe('a picture', () => {
  it('of the same runs has the same bytes', async () => {
    const svg = await drawing('same-1', seeds(4))
    expect(await drawing('same-2', seeds(4).toReversed())).toBe(svg)
  })

  it('of many steps counts them in thousands or millions', async () => {
    const labels = async (steps: number) =>
      textsOf(await drawing(`steps-${steps}`, [{ steps, episodes: rising(steps, steps / 10, 0, 1) }])).slice(-7, -2)
    expect(await labels(400_000)).toEqual(['100k', '200k', '300k', '400k', 'environment steps'])
    expect(await labels(10_000_000)).toEqual(['4M', '6M', '8M', '10M', 'environment steps'])
  })

  it('of one seed has no band, and does not speak of one', async () => {
    const svg = await drawing('one', seeds(1))
    expectWhole(svg)
    expect(elementsOf(svg, 'path', 'class="line"')).toHaveLength(1)
    expect(elementsOf(svg, 'path', 'class="band"')).toEqual([])
    expect(svg).toContain('avg (1 seed)')
    expect(svg).not.toMatch(/bands|averaged/)
  })

  it('has its title as text, whatever letters it has', async () => {
    const title = 'A & B <c> "d" 你 \u001b'
    const svg = await drawing('title', seeds(1), { title })
    expectWhole(svg)
    expect(textsOf(svg)).toContain(String.raw`A &amp; B &lt;c&gt; &quot;d&quot; 你 \u001b`)
  })

  it('breaks a title that is wider than the picture', async () => {
    const svg = await drawing('long-title', seeds(1), { title: 'Learning curves of many runs '.repeat(6).trim() })
    expectWhole(svg)
    expect(textsOf(svg).filter((text) => text.includes('Learning curves of')).length).toBeGreaterThan(1)
  })

  it('names the settings in which groups of one algorithm differ', async () => {
    const svg = await drawing('settings', [
      ...seeds(2, { settings: { discount: 0.9, hidden: [8, 8] } }),
      ...seeds(3, { settings: { discount: 0.9, hidden: [16, 16] } }),
    ])
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['avg, hidden 16,16 (3 seeds)', 'avg, hidden 8,8 (2 seeds)']))
  })

  it.each([1, 2, 4, 5])('of %i tasks is whole', async (count) => {
    const tasks = (['Pendulum-v1', 'Hopper-v4', 'Hopper-v5', 'HalfCheetah-v4', 'HalfCheetah-v5'] as const).slice(
      0,
      count,
    )
    expectWhole(
      await drawing(
        `tasks-${count}`,
        tasks.flatMap((task) => seeds(2, { task })),
      ),
    )
  })

  it('of twelve groups with long names is whole, and its bands are paler', async () => {
    const discounts = Array.from({ length: 12 }, (_, i) => 0.9 + i / 1000)
    const svg = await drawing(
      'many',
      discounts.flatMap((discount, i) => seeds(2, { settings: { discount, hidden: [8 + i, 8] } })),
    )
    expectWhole(svg)
    expect(elementsOf(svg, 'path', 'class="band"')).toHaveLength(12)
    expect(svg).toContain('fill-opacity="0.07"')
  })

  it.each([
    [
      'all alike',
      [
        [500, 3],
        [1000, 3],
      ],
    ],
    [
      'very large',
      [
        [500, -1e300],
        [1000, 1e300],
      ],
    ],
    [
      'very small',
      [
        [500, 1e-9],
        [1000, 3e-9],
      ],
    ],
  ] as const)('of returns that are %s is whole', async (name, episodes) => {
    expectWhole((await drawing(name.replaceAll(' ', '-'), [{ episodes }], { bins: 2 })).replace(/<desc>.*<\/desc>/, ''))
  })
})
