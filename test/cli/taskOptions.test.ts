import { isLeft } from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { readTaskOptions } from '../../src/cli/taskOptions.js'
import { renderFailure } from '../../src/edge/decode.js'
import { taskFields } from '../../src/environments/tasks.js'

const hopper = await taskFields('Hopper-v5')
const linesOf = (words: readonly string[], fields = hopper) => {
  const read = readTaskOptions(fields, words)
  return isLeft(read) ? read.left.map(renderFailure) : read.right
}

it('reads numbers, booleans and bounds, the last one of a name', () => {
  expect(
    linesOf(['healthyReward=2', 'terminateWhenUnhealthy=false', 'healthyZRange=0.8,none', 'healthyReward=0.5']),
  ).toEqual({ healthyReward: 0.5, terminateWhenUnhealthy: false, healthyZRange: [0.8, 'none'] })
  expect(linesOf([])).toEqual({})
})

it.each([
  [['healthyReward'], ['--task-option: expected name=value; got "healthyReward"']],
  [['=2'], ['--task-option: expected name=value; got "=2"']],
  [['healthyReward=much'], ['--task-option healthyReward: expected a finite number; got "much"']],
  [['terminateWhenUnhealthy=no'], ['--task-option terminateWhenUnhealthy: expected true or false; got "no"']],
  [
    ['healthyZRange=2,1'],
    [
      '--task-option healthyZRange: expected two bounds, the lower one first, each a number or none, joined by commas; got "2,1"',
    ],
  ],
])('refuses %j', (words, lines) => {
  expect(linesOf(words)).toEqual(lines)
})

it('names the nearest option, and says when a task has none', () => {
  expect(linesOf(['healthyRewrad=1'])).toEqual([expect.stringMatching(/nearest: healthyReward$/)])
  expect(linesOf(['x=1'], {})).toEqual(['--task-option: expected nothing, since the task has no options; got "x"'])
})
