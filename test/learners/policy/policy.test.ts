import { from, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { appendTime, specWithTime } from '../../../operators/appendTime.js'
import { clipAction } from '../../../operators/clipAction.js'
import { clipObservation } from '../../../operators/clipObservation.js'
import { normalizeObservation } from '../../../operators/normalizeObservation.js'
import { rescaleAction } from '../../../operators/rescaleAction.js'
import { sampleAction } from '../../../operators/sampleAction.js'
import type { ActionRange, ClosableLearner } from '../../../src/learners/algorithm.js'
import { policy } from '../../../src/learners/policy/policy.js'
import { policyFromBytes, policyToBytes } from '../../../src/learners/policy/policyBytes.js'
import { policyOf, type SavedPolicy } from '../../../src/learners/policy/savedPolicy.js'
import { absorb, runningMoments, type RunningMoments } from '../../../src/moments.js'
import { seeded } from '../../../src/random.js'
import { pipe } from '../../../src/streams/pipe.js'
import type { TimeStep } from '../../../src/types.js'
import { cases, learnt, observations, spec } from './learners.js'

/** What stands around a learner. */
interface Around {
  readonly actionRange: ActionRange
  readonly moments?: RunningMoments
  readonly clipObservation?: number
  readonly appendTime?: boolean
}

/** Observations in units of their own, whose moments are not 0 and 1. */
const seen = observations(60).map((observation) => observation.map((value, i) => 10 ** i * value + i))
const momentsOf = (estimator: 'population' | 'sample'): RunningMoments => {
  const moments = runningMoments({ ...spec.observation, estimator })
  for (const observation of seen.slice(20)) absorb(moments, observation)
  return moments
}
const around: readonly Around[] = [
  { actionRange: 'clip' },
  { actionRange: 'rescale', moments: momentsOf('population') },
  { actionRange: 'clip', moments: momentsOf('sample'), clipObservation: 0.6, appendTime: true },
]

/** Two episodes of ten steps. */
const steps: readonly TimeStep[] = seen.slice(0, 20).map((observation, index) => ({
  kind: index % 10 === 0 ? 'first' : index % 10 === 9 ? 'last' : 'mid',
  observation,
  reward: 0,
  terminated: false,
  truncated: index % 10 === 9,
  previousAction: index % 10 === 0 ? null : { action: [0, 0] },
  index,
  time: index,
}))

/** The commands of the pipeline in which the learner acts; null at last steps. */
const commands = (learner: ClosableLearner, made: Around, deterministic: boolean) => {
  const unchanged = (source: ReturnType<typeof from<readonly TimeStep[]>>) => source
  const sampled = pipe(
    from(steps),
    made.moments === undefined ? unchanged : normalizeObservation(made.moments, { update: false }),
    made.clipObservation === undefined ? unchanged : clipObservation(made.clipObservation),
    made.appendTime === true ? appendTime(spec.stepLimit) : unchanged,
    sampleAction(learner, { deterministic }),
  )
  const sent = made.actionRange === 'clip' ? clipAction(spec.action)(sampled) : rescaleAction(spec.action)(sampled)
  return lastValueFrom(sent.pipe(toArray())).then((all) => all.map(({ command }) => command))
}

const throughBytes = (saved: SavedPolicy): SavedPolicy => policyFromBytes(policyToBytes(saved))

describe.each(['webassembly', 'typescript'] as const)('in %s', (kernels) => {
  describe.each(cases)('the policy of %s with %o', (name, changed) => {
    test.each(around.map((made) => [Object.keys(made).join(', '), made] as const))(
      'commands what its pipeline does, bit for bit, with %s',
      async (_, made) => {
        const learner = await learnt(name, changed, kernels, made.appendTime === true ? specWithTime(spec) : spec)
        const act = policy(throughBytes(policyOf({ spec, learner, ...made })), { kernels })
        expect(act.kernels).toBe(kernels)
        const expected = await commands(learner, made, true)
        expect(expected.filter((command) => command !== null)).toHaveLength(18)
        steps.forEach(({ kind, observation, index }, i) => {
          if (kind !== 'last') expect(act(observation, index % 10)).toEqual(expected[i])
        })
      },
    )

    test('draws what its pipeline draws, from the same numbers', async () => {
      const learner = await learnt(name, changed, kernels)
      const random = seeded(1)('policy')
      random.restore((learner.snapshot() as { random: Parameters<typeof random.restore>[0] }).random)
      const act = policy(policyOf({ spec, learner, ...around[1] }), { kernels, random })
      const expected = await commands(learner, around[1], false)
      steps.forEach(({ kind, observation }, i) => {
        if (kind !== 'last') expect(act(observation)).toEqual(expected[i])
      })
    })
  })
})

describe('a policy', async () => {
  const learner = await learnt('avg', {}, 'typescript')
  const saved = policyOf({ spec, learner, actionRange: 'rescale', moments: momentsOf('population') })
  const timed = await learnt('avg', {}, 'typescript', specWithTime(spec))
  const withTime = policyOf({ spec, learner: timed, actionRange: 'clip', appendTime: true })

  test('is copied when it is made, and gives a new array each time', () => {
    const act = policy(saved)
    const [first, second] = [act(seen[0]), act(seen[0])]
    expect(second).toEqual(first)
    expect(second).not.toBe(first)
    const mutable = policyOf({ spec, learner, actionRange: 'rescale' })
    const other = policy(mutable)
    const before = other(seen[0])
    for (const { values } of mutable.tensors.values()) values.fill(0)
    expect(other(seen[0])).toEqual(before)
  })

  test('takes any vector', () => {
    const act = policy(saved)
    expect(act([...seen[3]])).toEqual(act(seen[3]))
    expect(act(seen[3])).toBeInstanceOf(Float64Array)
  })

  test('of one that sees the time needs the actions so far', () => {
    const act = policy(withTime)
    expect(() => act(seen[0])).toThrow(
      new TypeError('policy: this policy sees the time in the episode: pass the actions so far in it, 0 at the first'),
    )
    for (const actions of [-1, 0.5, NaN]) {
      expect(() => act(seen[0], actions)).toThrow(
        `policy: expected the actions so far in the episode, an integer from 0 up, got ${actions}`,
      )
    }
    expect(act(seen[0], 100)).not.toEqual(act(seen[0], 0))
  })

  test('refuses what it cannot see, by its name', () => {
    const clipped = policy(policyOf({ spec, learner, actionRange: 'clip', clipObservation: 3 }))
    for (const act of [policy(saved), clipped, policy(policyOf({ spec, learner, actionRange: 'clip' }))]) {
      expect(() => act([1, 2])).toThrow('policy: observation must have 5 components, got 2')
      expect(() => act([1, 2, NaN, 4, 5])).toThrow('observation[2] (c) is NaN')
    }
  })

  test('refuses parts that do not fit together, before it decides', () => {
    expect(() => policy({ ...saved, spec: { ...spec, observation: { ...spec.observation, size: 4 } } })).toThrow(
      /^policy: world\.observation\.units: expected one for each of the 5 names; got 5$/,
    )
  })

  test('is made of a learner that describes its actor alone', () => {
    expect(() => policyOf({ spec, learner: { parameters: {}, actor: null }, actionRange: 'clip' })).toThrow(
      new TypeError('policyOf: expected a learner that says what its actor is made of, got one without actor'),
    )
  })
})
