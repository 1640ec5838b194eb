import { describe, expect, it } from 'vitest'
import { describeTasks } from '../../src/cli/tasks.js'
import { taskIds } from '../../src/environments/tasks.js'

const lines = (await describeTasks({ task: null })).split('\n')

describe('rivulet tasks', () => {
  it('lists shapes and limits of every task, and its settings with their source', () => {
    for (const name of taskIds) expect(lines.filter((line) => line.startsWith(`${name} `)).length).toBeGreaterThan(0)
    const about = (name: string) => lines.filter((line) => line.startsWith(name)).map((line) => line.split(/\s{2,}/))
    expect(about('Pendulum-v1')).toEqual([['Pendulum-v1', '3', '1', '-2 to 2', '0.05 s', '200']])
    expect(about('all others')).toEqual([
      ['all others', 'Rivulet', '3e-4', '0.001', '0.1', '0.95', '0', 'rescale'],
      ['all others', 'program', '6e-5', '8.7e-4', '0.6', '0.99', 'false', 'false', 'rescale'],
      ['all others', 'program', '6e-5', '8.7e-4', '0.99', '0.9', '0.6', 'rescale'],
    ])
    expect(about('HalfCheetah-v4')).toEqual([
      ['HalfCheetah-v4', '17', '6', '-1 to 1', '0.05 s', '1,000'],
      ['HalfCheetah-v4', 'paper', '0.0063', '0.0087', '0.07', '0.99', '0', 'clip'],
      ['HalfCheetah-v4', 'paper', '8.2e-5', '2.9e-5', '1', '0', '0.02', 'clip'],
    ])
  })

  it('keeps within 140 columns, with nothing at the end of a line', () => {
    expect(lines.filter((line) => line.length > 140 || line.endsWith(' '))).toEqual([])
  })
})
