import { describe, expect, test } from 'vitest'
import { avg } from '../../../src/learners/avg/avg.js'
import { fusedBytes } from '../../../src/learners/avg/avgBytes.js'
import type { AvgSettings } from '../../../src/learners/avg/avgSettings.js'
import { publishedSwitches } from '../../../src/learners/avg/avgSettings.js'
import { defaultHyperparameters } from '../../../src/learners/avg/publishedSettings.js'
import { seeded } from '../../../src/random.js'

const [OBSERVATIONS, ACTIONS, WIDTH] = [4, 2, 16]
const spec = { observation: { size: OBSERVATIONS }, action: { size: ACTIONS } }
const settings = { ...defaultHyperparameters, ...publishedSwitches, hidden: [WIDTH, WIDTH] }

const learnerOf = (extra: Partial<AvgSettings> = {}) =>
  avg(spec, {
    ...settings,
    random: seeded(1)('policy'),
    initialization: seeded(1)('initialization'),
    ...extra,
  })

const stepOf = (learner: ReturnType<typeof learnerOf>) => () => {
  const observation = [1, 2, 3, 4]
  const sampled = learner.sample(observation)
  const ends = { terminated: false, truncated: false }
  learner.update({ observation, sampled, reward: 1, nextObservation: [0, 1, 0, 0], ...ends })
}

/** Operations of a pass of a network forward and backward, of what measures its gradient, and of Adam's step. */
const ofNetwork = (inputs: number, outputs: number) => {
  const dense = (from: number, to: number): number => to * (2 * from + 1)
  const adam = (from: number, to: number): number => to * (1 + 9 * (from + 1))
  return {
    forward: dense(inputs, WIDTH) + dense(WIDTH, WIDTH) + dense(WIDTH, outputs) + 2 * 2 * WIDTH + 3 * WIDTH,
    backward: 2 * WIDTH * (outputs + WIDTH) + 2 * 2 * WIDTH + 5 * WIDTH,
    measured: inputs + WIDTH + 2 * WIDTH + WIDTH + outputs,
    adam: adam(inputs, WIDTH) + adam(WIDTH, WIDTH) + adam(WIDTH, outputs),
  }
}

describe.each(['webassembly', 'typescript'] as const)('the operations of a learner in %s', (kernels) => {
  test('are those of the passes and steps that the page of AVG lists', () => {
    const learner = learnerOf({ kernels })
    const actor = ofNetwork(OBSERVATIONS, 2 * ACTIONS)
    const critic = ofNetwork(OBSERVATIONS + ACTIONS, 1)
    const squash = 18 * ACTIONS
    const want =
      2 * (actor.forward + squash) +
      2 * critic.forward +
      (critic.backward + 2 * WIDTH * ACTIONS) +
      (14 * ACTIONS + 2 * ACTIONS + actor.backward) +
      (actor.measured + critic.measured) +
      (actor.adam + critic.adam)
    expect(learner.countOperations(stepOf(learner))).toBe(want)
    // The pass of `sample` is not made again; without the cache it is.
    const forgetful = learnerOf({ kernels, forwardCache: false })
    expect(forgetful.countOperations(stepOf(forgetful))).toBe(want + actor.forward + squash)
  })

  test('change no bit when they are counted', () => {
    const [counted, plain] = [learnerOf({ kernels }), learnerOf({ kernels })]
    expect(counted.countOperations(stepOf(counted))).toBe(counted.countOperations(stepOf(counted)))
    stepOf(plain)()
    stepOf(plain)()
    expect(counted.snapshot()).toEqual(plain.snapshot())
    expect(counted.countOperations(() => undefined)).toBe(0)
  })
})

test('a learner on two threads does not count, since it would count too few', () => {
  const learner = learnerOf({ threads: 2 })
  expect(() => learner.countOperations(stepOf(learner))).toThrow(
    'avg: countOperations needs a learner on one thread, got one on two',
  )
  learner.close()
})

test('the bytes of a learner are those of its snapshot, and all that was planned', () => {
  const learner = learnerOf()
  const { floats, doubles } = learner.snapshot()
  expect(learner.bytes).toEqual({
    state: floats.byteLength + doubles.byteLength,
    all: fusedBytes(spec, settings),
  })
})
