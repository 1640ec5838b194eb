/** The formats of cells: each refuses states that its operator never writes (the tests of the operators cover those that it writes). */
import { describe, expect, test } from 'vitest'
import { cell } from '../../src/cell.js'
import { finiteNumber } from '../../src/edge/codecs.js'
import type { StateFormat } from '../../src/state/format.js'
import {
  actionsFormat,
  countFormat,
  earlierStepFormat,
  gapFormat,
  learningCountsFormat,
  metricsFormat,
  momentsFormat,
  numberFormat,
  overflowFormat,
  progressFormat,
  randomFormat,
  stepFormat,
  tallyFormat,
} from '../../src/state/formats.js'
import { emptyMetrics } from '../../src/records/metrics.js'
import { restorable } from '../../src/state/restorable.js'
import { emptyOverflow } from '../../src/streams/workOneByOne.js'
import { emptyGap, emptyLearningCounts } from '../../src/time/learningGap.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { driverFormat } from '../../src/drivers/driverState.js'
import { emptyProgress } from '../../operators/progress.js'
import { emptyTally } from '../../operators/tallyEpisodes.js'
import { learnerFormat, replayLearnerFormat } from '../../src/learners/parts/arenaFormat.js'
import { tensorFlowAvgFormat, tensorFlowIacFormat } from '../../src/learners/tensorflow/tensorFormat.js'
import { bytesOf, parsed } from './serialized.js'

/** The state after it was written to the bytes of its format and read; a wrong state is written, too. */
const through = (format: StateFormat<unknown>, state: unknown): unknown => {
  const target = cell<unknown>('before')
  const parts = parsed(bytesOf(restorable(cell(state), format)))
  try {
    restorable(target, format).restore(parts)
  } catch (error) {
    expect(target.value).toBe('before')
    return String(error)
  }
  return target.value
}

const [first, second] = timeSteps('ab')
const transition = {
  observation: Float64Array.of(1, 2),
  sampled: { action: Float32Array.of(1), noise: [0.5], logProbability: -1 },
  reward: -0,
  nextObservation: [1, 2],
  terminated: false,
  truncated: true,
}
const decision = { kind: 'act', command: [1], sampled: second.previousAction }
const driver = {
  step: { ...second, info: { odd: NaN } },
  decision,
  index: 2,
  simulator: { anything: [1, null, 'text'] },
  actions: 1,
  elapsed: 1,
  missed: { reward: -0, end: null, command: Float64Array.of(1) },
}
const end = { observation: [1], reward: 1, terminated: true, truncated: false, info: { x: Infinity } }

describe('reads what it wrote, bit for bit', () => {
  test.each<[string, StateFormat<unknown>, unknown]>([
    ['a count', countFormat, 2 ** 53 - 1],
    ['a step', stepFormat, { ...second, distance: 3 }],
    ['no step', stepFormat, null],
    ['an earlier step', earlierStepFormat, { index: 0, observation: [1, 2] }],
    ['a tally', tallyFormat, { ...emptyTally, return: -0 }],
    ['progress', progressFormat, emptyProgress],
    [
      'metrics',
      metricsFormat,
      {
        ...emptyMetrics,
        means: { tdError: { mean: NaN, count: 3 } },
        weights: { 'actor.a': Float32Array.of(-0, 1.5) },
      },
    ],
    ['a gap', gapFormat, { ...emptyGap, waiting: [{ transition, index: 1, waited: 0.5 }] }],
    ['counts of learning', learningCountsFormat, emptyLearningCounts],
    ['an overflow', overflowFormat(finiteNumber), { ...emptyOverflow, waiting: [1, 2], underway: { value: 3 } }],
    ['random numbers', randomFormat, [1, -5, 0, 2 ** 31 - 1]],
    ['moments', momentsFormat, { mean: Float64Array.of(1), variance: Float64Array.of(0), count: 1e-4 }],
    ['moments of a sample', momentsFormat, { mean: Float64Array.of(0), variance: Float64Array.of(1), count: 0 }],
    ['a number', numberFormat, -0.5],
    ['actions', actionsFormat, Float64Array.of(0, -0.5)],
    ['no actions', actionsFormat, null],
    ['a driver', driverFormat, driver],
    ['a driver at its beginning', driverFormat, { ...driver, step: null, decision: { kind: 'begin' } }],
    ['a driver that missed beats', driverFormat, { ...driver, missed: { reward: 1, end, command: null } }],
    ['a learner', learnerFormat, { floats: Float32Array.of(1), doubles: Float64Array.of(2), random: null }],
    [
      'a learner with a replay buffer',
      replayLearnerFormat,
      {
        floats: Float32Array.of(1),
        doubles: Float64Array.of(2),
        random: [1, 2, 3, 4],
        collected: {
          capacity: 3,
          observation: Float32Array.of(1, -0),
          action: Float32Array.of(0.5),
          nextObservation: Float32Array.of(2, 3),
          rewards: Float32Array.of(-1),
          terminated: Uint8Array.of(1),
        },
      },
    ],
    [
      'a learner on tensors',
      tensorFlowAvgFormat,
      {
        parameters: { 'a/b': Float32Array.of(1) },
        first: {},
        second: {},
        doubles: Float64Array.of(2),
        random: [1, 2, 3, 4],
      },
    ],
    [
      'an IAC learner on tensors',
      tensorFlowIacFormat,
      {
        parameters: { 'critic.value.bias': Float32Array.of(-0) },
        first: { 'critic.value.bias': Float32Array.of(1) },
        second: { 'critic.value.bias': Float32Array.of(2) },
        doubles: Float64Array.of(0.5),
        random: null,
      },
    ],
  ])('%s', (_, format, state) => {
    expect(through(format, state)).toStrictEqual(state)
  })
})

describe('refuses', () => {
  test.each<[string, StateFormat<unknown>, unknown, string]>([
    ['a count below 0', countFormat, -1, 'state: expected an integer from 0 to 2^53 - 1; got -1'],
    ['a count in a text', countFormat, '1', 'state: expected an integer from 0 to 2^53 - 1; got "1"'],
    [
      'a step of no kind',
      stepFormat,
      { ...first, kind: 'middle' },
      'kind: expected one of first, mid, last; got "middle"',
    ],
    [
      'a step without an observation',
      stepFormat,
      { ...first, observation: undefined },
      'observation: expected a vector of numbers; got nothing',
    ],
    [
      'an observation that is not finite',
      stepFormat,
      { ...first, observation: Float64Array.of(1, NaN) },
      'observation[1]: expected a finite number; got NaN',
    ],
    [
      'an observation of big integers',
      stepFormat,
      { ...first, observation: BigInt64Array.of(1n) },
      'observation: expected a vector of numbers; got a BigInt64Array of 8 bytes',
    ],
    [
      'a decision without an action',
      stepFormat,
      { ...second, previousAction: { noise: [1] } },
      'previousAction.action: expected a vector of numbers; got nothing',
    ],
    [
      'a decision with noise that is not finite',
      stepFormat,
      { ...second, previousAction: { action: [1], noise: Float32Array.of(Infinity) } },
      'previousAction.noise[0]: expected a finite number; got Infinity',
    ],
    [
      'an earlier step with more',
      earlierStepFormat,
      { index: 0, observation: [1], reward: 1 },
      'reward: expected one of index, observation; got "reward"',
    ],
    [
      'a sum that is not finite',
      tallyFormat,
      { ...emptyTally, return: NaN },
      'return: expected a finite number; got NaN',
    ],
    [
      'eleven returns',
      progressFormat,
      { ...emptyProgress, returns: new Array(11).fill(0) },
      'returns: expected a list of 10 at most',
    ],
    [
      'time that ran backwards',
      progressFormat,
      { ...emptyProgress, elapsed: -1 },
      'elapsed: expected a number >= 0; got -1',
    ],
    [
      'a mean without its count',
      metricsFormat,
      { ...emptyMetrics, means: { tdError: { mean: 1 } } },
      'means.tdError.count: expected an integer from 0 to 2^53 - 1; got nothing',
    ],
    [
      'weights of doubles',
      metricsFormat,
      { ...emptyMetrics, weights: { 'actor.a': Float64Array.of(1) } },
      'weights."actor.a": expected a Float32Array',
    ],
    [
      'a transition without a reward',
      gapFormat,
      { ...emptyGap, waiting: [{ transition: { ...transition, reward: null }, index: 1, waited: 1 }] },
      'waiting[0].transition.reward: expected a finite number; got null',
    ],
    [
      '129 durations',
      gapFormat,
      { ...emptyGap, durations: { longest: 1, counts: null, latest: new Array(129).fill(1) } },
      'durations.latest: expected a list of 128 at most',
    ],
    [
      'a duration beyond the last',
      gapFormat,
      { ...emptyGap, durations: { longest: 1, counts: null, latest: [448] } },
      'durations.latest[0]: expected an integer from 0 to 447; got 448',
    ],
    [
      'durations without a window',
      gapFormat,
      { ...emptyGap, durations: { longest: 1, counts: [], latest: [] } },
      'durations.counts: expected null; got []',
    ],
    [
      'counts without one',
      learningCountsFormat,
      { ...emptyLearningCounts, dropped: undefined },
      'dropped: expected an integer from 0 to 2^53 - 1; got nothing',
    ],
    [
      'values of another kind',
      overflowFormat(finiteNumber),
      { ...emptyOverflow, waiting: [1, 'b'] },
      'waiting[1]: expected a finite number; got "b"',
    ],
    [
      'a value in no record',
      overflowFormat(finiteNumber),
      { ...emptyOverflow, underway: 3 },
      'underway: expected null or an object with value; got 3',
    ],
    [
      'random numbers that never change',
      randomFormat,
      [0, 0, 0, 0],
      'state: expected four signed 32-bit integers that are not all 0; got [0,0,0,0]',
    ],
    [
      'moments in floats',
      momentsFormat,
      { mean: Float32Array.of(1), variance: Float64Array.of(0), count: 1 },
      'mean: expected a Float64Array; got a Float32Array of 4 bytes',
    ],
    [
      'a count of moments below 0',
      momentsFormat,
      { mean: Float64Array.of(1), variance: Float64Array.of(0), count: -1 },
      'count: expected a number >= 0; got -1',
    ],
    [
      'a decision of no kind',
      driverFormat,
      { ...driver, decision: { kind: 'wait' } },
      'decision.kind: expected one of act, begin; got "wait"',
    ],
    [
      'a command that is none',
      driverFormat,
      { ...driver, decision: { ...decision, command: 1 } },
      'decision.command: expected a vector of numbers; got 1',
    ],
    [
      'rewards that are no number',
      driverFormat,
      { ...driver, missed: { ...driver.missed, reward: null } },
      'missed.reward: expected a finite number; got null',
    ],
    [
      'figures that are no numbers',
      driverFormat,
      { ...driver, missed: { ...driver.missed, end: { ...end, info: { x: 'y' } } } },
      'missed.end.info.x: expected number; got "y"',
    ],
    [
      'a driver without a simulator',
      driverFormat,
      { ...driver, simulator: undefined, simulater: 1 },
      'simulater: expected one of step, decision, index, simulator, actions, elapsed, missed; got "simulater"; nearest: simulator',
    ],
    [
      'weights in doubles',
      learnerFormat,
      { floats: Float64Array.of(1), doubles: Float64Array.of(2), random: null },
      'floats: expected a Float32Array; got a Float64Array of 8 bytes',
    ],
    [
      'weights that are not finite',
      learnerFormat,
      { floats: Float32Array.of(1, NaN), doubles: Float64Array.of(2), random: null },
      'floats[1]: expected a finite number; got NaN',
    ],
    [
      'tensors in a list',
      tensorFlowAvgFormat,
      { parameters: { a: [1] }, first: {}, second: {}, doubles: Float64Array.of(2), random: null },
      'parameters.a: expected a Float32Array; got [1]',
    ],
  ])('%s', (_, format, state, message) => {
    expect(through(format, state)).toContain(message)
  })
})
