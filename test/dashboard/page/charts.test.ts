import { expect, test } from 'vitest'
import { chartsOf, columnsOf, learningCurve } from '../../../src/dashboard/page/charts.js'
import { type Row, emptyThinned, thinned } from '../../../src/dashboard/thinned.js'

const stateOf = (rows: readonly Row[], most = 100) => {
  const each = thinned(most)
  rows.forEach(each.add)
  return each.state
}

test('without windows there are the charts of episodes', () => {
  expect(chartsOf({ windows: emptyThinned }).map(({ title }) => title)).toEqual([
    'Learning curve',
    'Length of episodes',
  ])
})

test('the charts that every reader looks for come first, and others as the learner reports them', () => {
  const values = {
    qLoss: 1,
    memoryBytes: 1,
    'moved.actor': 1,
    entropy: 1,
    'moved.critic': 1,
    stepsPerSecond: 1,
    tdError: 1,
  }
  const charts = chartsOf({ windows: stateOf([{ step: 1, values }]) })
  expect(charts.map(({ title }) => title)).toEqual([
    'Learning curve',
    'TD error',
    'Entropy',
    'Steps per second',
    'Memory',
    'Length of episodes',
    'Q loss',
    'Weights moved',
  ])
  // Lines of one chart differ in color and in dashes.
  expect(charts.at(-1)?.series.map(({ name, place }) => [name, place])).toEqual([
    ['moved.actor', 0],
    ['moved.critic', 1],
  ])
})

test('a scalar that comes late has no number before', () => {
  const windows = stateOf([
    { step: 1, values: { a: 1 } },
    { step: 2, values: { a: 2, b: 5 } },
  ])
  const late = chartsOf({ windows }).find(({ id }) => id === 'windows.b')
  expect(late === undefined ? null : columnsOf(late, { episodes: emptyThinned, windows })).toEqual([
    [1, 2],
    [null, null],
    [null, null],
    [null, 5],
  ])
})

test('the learning curve has a band once points are several episodes', () => {
  const rows = [3, 1, 5, 9, 7].map((value, i) => ({ step: i + 1, values: { return: value, meanReturn: value } }))
  const columns = (most: number) => columnsOf(learningCurve, { episodes: stateOf(rows, most), windows: emptyThinned })
  expect(columns(100).slice(0, 4)).toEqual([
    [1, 2, 3, 4, 5],
    [null, null, null, null, null],
    [null, null, null, null, null],
    [3, 1, 5, 9, 7],
  ])
  expect(columns(4).slice(0, 4)).toEqual([
    [2, 4, 5],
    [3, 9, 7],
    [1, 5, 7],
    [2, 7, 7],
  ])
})
