import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { reportPage } from '../../../src/cli/report/page.js'
import { compare } from '../../../src/runs/records/comparison.js'
import { finalReturns } from '../../../src/runs/records/finalReturns.js'
import { learningCurves } from '../../../src/runs/records/learningCurves.js'
import { provenance } from '../../../src/runs/versions.js'
import { experiment, folder, rising, type TestRun } from '../../runs/records/runs.js'
import { elementsOf, expectWhole } from '../pictures/drawing.js'

// Writes runs and draws thousands of samples. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = folder()

const pageOf = async (name: string, runs: readonly TestRun[], title: string | null = null): Promise<string> => {
  const read = await experiment(join(place, name), runs)
  const returns = finalReturns(read, null)
  if (isLeft(returns)) throw new Error(JSON.stringify(returns.left))
  return reportPage({
    experiment: read,
    panels: learningCurves(read, { bins: 10, steps: null }),
    returns: returns.right,
    comparison: compare(read.groups, returns.right),
    bins: 10,
    title,
    version: '1.2.3',
  })
}
const seeds = (count: number, run: TestRun = {}): readonly TestRun[] =>
  Array.from({ length: count }, (_, i) => ({ episodes: rising(1000, 50, -100 * (i + 1), 10 + i), ...run, seed: i + 1 }))

const headingsOf = (html: string): readonly string[] => [...html.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, name]) => name)
/** The rows of the tables of a section, as their texts. */
const rowsOf = (html: string, id: string): readonly (readonly string[])[] => {
  const [, section] = new RegExp(`<section id="${id}">(.*?)</section>`, 's').exec(html) ?? ['', '']
  return [...section.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
    [...row.matchAll(/<t[dh][^>]*>([^<]*)</g)].map(([, cell]) => cell),
  )
}

describe('the page of two groups on two tasks', () => {
  let html: string
  beforeAll(async () => {
    html = await pageOf(
      'two',
      (['Pendulum-v1', 'Hopper-v4'] as const).flatMap((task) => [
        ...seeds(3, { task }),
        ...seeds(2, { task, algorithm: 'iac', episodes: rising(1000, 50, -100, 0) }),
      ]),
    )
  })

  it('is one file that may load nothing and run nothing', () => {
    expect(html).toMatch(/^<!doctype html>\n<html lang="en"><head><meta charset="utf-8"\/>/)
    expect(html).toContain(
      'http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:"',
    )
    const places = [...html.matchAll(/(?:href|src|srcset|data|action|poster)="([^"]*)"|url\(([^)]*)\)|@import/g)].map(
      ([whole, attribute]) => attribute ?? whole,
    )
    expect(places.filter((each) => !each.startsWith('#') && each !== 'data:,')).toEqual([])
    expect(html).not.toContain('<script')
    expect(html.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:\/\//)
  })

  it('has a section for each part, to which its links lead', () => {
    const headings = ['Learning curves', 'Final returns', 'Over all tasks', 'Settings', 'Runs', 'Versions and machines']
    expect(headingsOf(html)).toEqual(headings)
    for (const [, id] of html.matchAll(/<a href="#(\w+)">/g)) expect(html).toContain(`<section id="${id}">`)
    expect(elementsOf(html, 'a')).toHaveLength(headings.length)
  })

  it('has five pictures, each of them whole', () => {
    const pictures = [...html.matchAll(/<svg.*?<\/svg>/gs)].map(([svg]) => svg)
    expect(pictures).toHaveLength(5)
    for (const each of pictures) expectWhole(each)
  })

  it('has the final returns with their intervals', () => {
    const [head, first, second] = rowsOf(html, 'returns')
    expect(head).toEqual([
      'Task',
      'Group',
      'Runs',
      'Steps',
      'Start',
      'Mean (95 % interval)',
      'Interquartile mean (95 % interval)',
    ])
    expect(first.slice(0, 4)).toEqual(['Pendulum-v1', 'avg', '3', '1,000'])
    // Two of twenty episodes are in the last tenth: the runs end at 10, 11 and 12, less half of a nineteenth of their rise.
    const finals = [1, 2, 3].map((seed) => 9 + seed - (9 + 101 * seed) / 19 / 2)
    const [mean, least, most] = [finals.reduce((sum, each) => sum + each) / 3, Math.min(...finals), Math.max(...finals)]
    const written = `${mean.toFixed(1)} (${least.toFixed(1)} to ${most.toFixed(1)})`
    expect(first.slice(5)).toEqual([written, written])
    expect(second.slice(0, 3)).toEqual(['Pendulum-v1', 'iac', '2'])
  })

  it('has scores, and how likely each group improves on the other', () => {
    const rows = rowsOf(html, 'comparison')
    expect(rows.map(([name]) => name)).toEqual([
      'Task',
      'Pendulum-v1',
      'Hopper-v4',
      'Group',
      'avg',
      'iac',
      'Pair',
      'avg above iac',
    ])
    expect(rows.at(-1)).toEqual(['avg above iac', '1.00 (1.00 to 1.00)'])
  })

  it('has the settings, those that differ between tasks apart from the others, with their meaning', () => {
    const rows = rowsOf(html, 'settings')
    expect(rows[0]).toEqual(expect.arrayContaining(['Group', 'Task', 'actionRange', 'discount']))
    expect(rows).toContainEqual(['adamBeta2', '0.999', "decay of Adam's second moment"])
    expect(rows).toContainEqual(['weights', 'none', 'the initial weights'])
  })

  it('has a line for each run, and the versions and machines of all', () => {
    const runs = rowsOf(html, 'runs')
    expect(runs).toHaveLength(1 + 10)
    expect(runs[1].slice(0, 5)).toEqual(['avg', 'Pendulum-v1', '1', '1,000', '20'])
    expect(runs[1].slice(6)).toEqual(['1.0 s', '1,000', join(place, 'two', 'a')])
    const [names, values] = rowsOf(html, 'machines')
    const { versions, ...machine } = provenance()
    expect(names).toEqual(['rivulet', 'mujoco', 'node', ...Object.keys(machine), 'runs'])
    expect(values).toEqual([...Object.values(versions), ...Object.values(machine), '10'])
    expect(html).toContain('Written by rivulet report, version 1.2.3.')
  })

  it('warns of intervals from few runs', () => {
    expect(html).toContain('<li>The smallest group has 2 runs of a task.')
  })
})

describe('the page', () => {
  it('of five runs of one group on one task compares nothing and warns of nothing', async () => {
    const html = await pageOf('one', seeds(5))
    expect(headingsOf(html)).toEqual(['Learning curves', 'Final returns', 'Settings', 'Runs', 'Versions and machines'])
    expect(html).not.toContain('<li>')
  })

  it('of one group on two tasks has its scores, and no improvement', async () => {
    const html = await pageOf('tasks', [...seeds(2), ...seeds(2, { task: 'Hopper-v4' })])
    expect(html).toContain('<h3>Performance profiles</h3>')
    expect(html).not.toContain('Probability of improvement')
  })

  it('of groups on different tasks says that nothing can be compared', async () => {
    const html = await pageOf('apart', [...seeds(2), ...seeds(2, { task: 'Hopper-v4', algorithm: 'iac' })])
    expect(html).toContain('No task has runs of every group')
    expect(html).not.toContain('<h3>Scores</h3>')
  })

  it('names tasks without a score', async () => {
    const html = await pageOf('unlearned', [
      ...seeds(2),
      ...seeds(2, { task: 'Hopper-v4', episodes: rising(1000, 50, 10, 0) }),
    ])
    expect(html).toContain('Without a score, since no run ended above the start: Hopper-v4.')
  })

  it('has a title as text, and below it which runs it shows', async () => {
    const html = await pageOf('title', seeds(1), '<b>A & B</b>')
    expect(html).toContain('<title>&lt;b&gt;A &amp; B&lt;/b&gt;</title>')
    expect(html).toContain('<h1>&lt;b&gt;A &amp; B&lt;/b&gt;</h1><p class="lead">1 run of avg on Pendulum-v1</p>')
  })
})
