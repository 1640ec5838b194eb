import { describe, expect, it } from 'vitest'
import { avgAlgorithm } from '../../../src/learners/avg/avgAlgorithm.js'
import { publishedSwitches } from '../../../src/learners/avg/avgSettings.js'
import { defaultHyperparameters, publishedSettings } from '../../../src/learners/avg/publishedSettings.js'
import { pendulumSpec } from '../../../src/environments/classic/pendulum.js'
import { seeded } from '../../../src/random.js'

const named = (name: string) => ({ ...pendulumSpec, name })

describe('the defaults of AVG', () => {
  it.each([
    ['Hopper-v4', publishedSettings('Hopper-v4'), 'clip', 'paper'],
    ['Hopper-v5', publishedSettings('Hopper-v4'), 'clip', 'paper (v4)'],
    ['Pendulum-v1', defaultHyperparameters, undefined, 'Rivulet'],
  ])('of %s are those that it was published with, else our own', (task, settings, actionRange, origin) => {
    const defaults = avgAlgorithm.defaultsFor(named(task))
    expect(defaults.settings).toEqual({ ...settings, ...publishedSwitches })
    expect(defaults).toMatchObject({ origin })
    expect(defaults.actionRange).toBe(actionRange)
  })
})

describe('settings of AVG that float32 does not hold', () => {
  const settings = { ...defaultHyperparameters, ...publishedSwitches }
  it('are refused by name, all of them', () => {
    const wrong = { ...settings, actorStepSize: 1e-50, criticStepSize: 1e-37, adamEpsilon: 1e19 }
    expect(avgAlgorithm.conflicts?.(wrong)).toEqual([
      {
        path: 'actorStepSize',
        expected: '3.72e-37 or more, so that float32 does not make 0 of it',
        got: '1e-50',
        nearest: null,
      },
      expect.objectContaining({ path: 'criticStepSize', got: '1e-37' }),
      { path: 'adamEpsilon', expected: '1e18 or less', got: '10000000000000000000', nearest: null },
    ])
    expect(avgAlgorithm.conflicts?.(settings)).toEqual([])
  })
})

describe('an engine of AVG', () => {
  const settings = { ...defaultHyperparameters, ...publishedSwitches, hidden: [8] }
  const optionsOf = { fused: { kernels: 'typescript', threads: 1 }, tfjs: { backend: 'cpu' } } as const

  it.each(['fused', 'tfjs'] as const)('%s opens a learner, whose report is told in numbers', async (name) => {
    const random = seeded(1)
    const sources = { random: random('policy'), initialization: random('initialization') }
    const learner = await avgAlgorithm.engines[name].open(pendulumSpec, settings, optionsOf[name], sources)
    expect(learner).toMatchObject(name === 'fused' ? { kernels: 'typescript', threads: 1 } : { backend: 'cpu' })
    const [observation, nextObservation] = [
      [1, 0, 0],
      [0.9, 0.1, 0.2],
    ]
    const sampled = learner.sample(observation)
    const ends = { terminated: false, truncated: false }
    const report = learner.update({ observation, sampled, reward: 1, nextObservation, ...ends })
    const scalars = avgAlgorithm.scalars(report)
    const names = ['actionValue', 'target', 'tdError', 'scale', 'entropy', 'actorLoss', 'criticLoss']
    expect(Object.keys(scalars)).toEqual(names)
    expect(Object.values(scalars).every(Number.isFinite)).toBe(true)
    expect(scalars['tdError']).toBe(report.tdError)
    learner.close()
  })
})
