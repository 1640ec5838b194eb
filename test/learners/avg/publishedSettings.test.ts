import { describe, expect, test } from 'vitest'
import { taskIds } from '../../../src/environments/tasks.js'
import {
  defaultHyperparameters,
  hyperparametersFor,
  hasPublishedSettings,
  publishedSettings,
} from '../../../src/learners/avg/publishedSettings.js'

describe('hyperparametersFor', () => {
  test.each([
    'Hopper-v4',
    'Walker2d-v4',
    'Ant-v4',
    'HalfCheetah-v4',
    'Humanoid-v4',
    'dm_control/reacher-hard',
    'dm_control/finger-spin',
  ])('%s has those of the paper', (task) => {
    expect(hasPublishedSettings(task)).toBe(true)
    expect(hyperparametersFor(task)).toBe(publishedSettings(task))
  })

  test.each(['Hopper', 'HalfCheetah'])('version 5 of %s has those of version 4', (robot) => {
    expect(hyperparametersFor(`${robot}-v5`)).toBe(publishedSettings(`${robot}-v4`))
    expect(publishedSettings(`${robot}-v5`)).toBe(publishedSettings(`${robot}-v4`))
    expect(hasPublishedSettings(`${robot}-v5`)).toBe(true)
  })

  test.each([
    ['Hoper-v4', 'Hopper-v4'],
    ['hopper-v4', 'Hopper-v4'],
    ['Hopper_v4', 'Hopper-v4'],
    ['Hopper-v6', 'Hopper-v4'],
    ['Hopper', 'Hopper-v4'],
    ['Hoper', 'Hopper-v4'],
    ['Walker-v4', 'Walker2d-v4'],
    ['Walker2D-v4', 'Walker2d-v4'],
    ['Ant', 'Ant-v4'],
    ['HalfCheeta-v4', 'HalfCheetah-v4'],
    ['Half-Cheetah-v4', 'HalfCheetah-v4'],
    ['Humaniod-v4', 'Humanoid-v4'],
  ])('%s is refused, and %s named', (task, nearest) => {
    expect(() => hyperparametersFor(task)).toThrow(
      `hyperparametersFor: '${task}' has no published settings; nearest: ${nearest}. Write that, or defaultHyperparameters`,
    )
  })

  test.each([
    'Pendulum-v1',
    'Swimmer-v4',
    'Reacher-v4',
    'Pusher-v4',
    'InvertedPendulum-v4',
    'HumanoidStandup-v4',
    'Arm',
    'thermometer',
    'room',
    '',
  ])('%s is a task of its own, with the defaults', (task) =>
    expect(hyperparametersFor(task)).toBe(defaultHyperparameters),
  )

  test('every task of ours has settings', () => {
    for (const id of taskIds) expect(() => hyperparametersFor(id)).not.toThrow()
  })
})
