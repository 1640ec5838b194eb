import { expect, test } from 'vitest'
import { actuate } from '../../operators/actuate.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { transitions } from '../../operators/transitions.js'
import { update } from '../../operators/update.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { scriptedLearner } from '../../src/testing/scriptedLearner.js'
import { fakeDriver } from '../operators/fakeDriver.js'
import { said } from '../operators/resume.js'

test('acts and reports as in the script, with the same objects', () => {
  const actions = [Float32Array.of(0.5), Float32Array.of(-0.5)]
  const reports = [{ tdError: 1 }, { tdError: 2 }]
  const learner = scriptedLearner({ actions, reports })
  const [first, second] = [learner.sample([1]), learner.sample([2])]
  expect([first.draw, second.draw]).toEqual([0, 1])
  expect(first.action).toBe(actions[0])
  expect(second.action).toBe(actions[1])
  const [, , transition] = said(transitions(), timeSteps('abc'))
  if (transition.transition === null) throw new Error('expected a transition')
  const paired = { ...transition.transition, sampled: second }
  expect(learner.update(paired)).toBe(reports[0])
  expect(learner.update(paired)).toBe(reports[1])
})

test('stores its calls, in order and with the same objects', () => {
  const learner = scriptedLearner()
  const steps = timeSteps('abt')
  const world = fakeDriver(['thrust'])
  said((source) => actuate(world)(sampleAction(learner)(update(learner)(transitions()(source)))), steps)
  expect(learner.calls.map(({ call }) => call)).toEqual(['sample', 'update', 'sample', 'update'])
  const [first, learnt] = learner.calls
  if (first.call !== 'sample' || learnt.call !== 'update') throw new Error('expected a sample and an update')
  expect(first.observation).toBe(steps[0].observation)
  expect(first.options).toEqual({})
  expect(learnt.transition.nextObservation).toBe(steps[1].observation)
  expect(world.told).toEqual(['act 0 [1]', 'act 1 [0.5]', 'begin 2'])
})

test('without a script no two actions and no two reports are alike', () => {
  const learner = scriptedLearner()
  expect([0, 1, 2].map(() => learner.sample([0]).action)).toEqual([[1], [1 / 2], [1 / 3]])
  const [{ sampled }] = [{ sampled: learner.sample([0]) }]
  const transition = {
    observation: [0],
    sampled,
    reward: 0,
    nextObservation: [1],
    terminated: false,
    truncated: false,
  }
  expect([0, 1, 2].map(() => learner.update(transition))).toEqual([1, 2, 3])
})

test('a script with too few actions is an error', () => {
  const learner = scriptedLearner({ actions: [[1]] })
  learner.sample([0])
  expect(() => learner.sample([0])).toThrow('scriptedLearner: action 2 was requested, but the script has 1')
})

test('stopped, saved and resumed is never stopped', () => {
  const stopped = scriptedLearner()
  stopped.sample([0])
  const resumed = scriptedLearner()
  resumed.restore(structuredClone(stopped.snapshot()))
  expect(resumed.sample([0])).toEqual(stopped.sample([0]))
  expect(resumed.parameters).toEqual(stopped.parameters)
})

test('a snapshot is not reached by what comes later', () => {
  const learner = scriptedLearner()
  const before = learner.snapshot()
  learner.sample([0])
  expect(before).toEqual(Float32Array.of(0, 0))
  expect(learner.parameters['counts']).toEqual(Float32Array.of(1, 0))
})
