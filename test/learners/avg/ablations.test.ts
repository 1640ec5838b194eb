/** The two ablations of AVG: a target network, and the likelihood-ratio gradient. */
import { describe, expect, test } from 'vitest'
import { avg, type AvgLearner } from '../../../src/learners/avg/avg.js'
import { actorPolicy } from '../../../src/learners/policy/actorPolicy.js'
import type { AvgSettings } from '../../../src/learners/avg/avgSettings.js'
import { fromSafetensors, toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { putWeights, weightsOf } from '../../../src/learners/interchange/weights.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

const spec = { observation: { size: 4 }, action: { size: 2 } }

const learnerOf = (extra: Partial<AvgSettings> = {}, seed = 1): AvgLearner =>
  avg(spec, {
    hidden: [16, 16],
    actorStepSize: 1e-3,
    criticStepSize: 2e-3,
    entropyCoefficient: 0.1,
    discount: 0.99,
    adamBeta1: 0,
    random: seeded(seed)('policy'),
    initialization: seeded(seed)('initialization'),
    ...extra,
  })

/** Acts and learns in a world whose reward is a₀ - a₁² and some noise, with ends of both kinds. Returns every action. */
const train = (learner: AvgLearner, steps: number, between?: (step: number) => void): number[] => {
  const random = seeded(2)('world')
  const observe = (): Float32Array => {
    const observation = new Float32Array(4)
    random.normal(observation)
    return observation
  }
  const actions: number[] = []
  let observation = observe()
  for (let i = 1; i <= steps; i++) {
    const sampled = learner.sample(observation)
    actions.push(...sampled.action)
    const nextObservation = observe()
    const reward = sampled.action[0] - sampled.action[1] * sampled.action[1] + random.uniform()
    between?.(i)
    learner.update({
      observation,
      sampled,
      reward,
      nextObservation,
      terminated: i % 23 === 0,
      truncated: i % 31 === 0,
    })
    observation = i % 23 === 0 || i % 31 === 0 ? observe() : nextObservation
  }
  return actions
}

const good = {
  observation: [1, 2, 3, 4],
  reward: 1,
  nextObservation: [0, 1, 0, 0],
  terminated: false,
  truncated: false,
}

const criticNames = ['phi.0', 'phi.2', 'q'].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`])
const slowOf = ({ parameters }: AvgLearner) =>
  Object.fromEntries(criticNames.map((name) => [name, parameters[`target.${name}`].slice()]))
const fastOf = ({ parameters }: AvgLearner) =>
  Object.fromEntries(criticNames.map((name) => [name, parameters[`critic.${name}`].slice()]))

describe('a target network', () => {
  test('is not there by default: no parameter, no float, no byte', () => {
    const [learner, off] = [learnerOf(), learnerOf({ targetPolyak: 0, gradient: 'reparameterization' })]
    expect(Object.keys(learner.parameters).filter((name) => name.startsWith('target'))).toEqual([])
    expect(train(off, 50)).toEqual(train(learner, 50))
    expect(off.snapshot()).toEqual(learner.snapshot())
  })

  test('begins equal to the critic, stands behind it among the parameters, and adds nothing but its weights', () => {
    const learner = learnerOf({ targetPolyak: 0.1 })
    expect(Object.keys(learner.parameters).slice(-criticNames.length)).toEqual(
      criticNames.map((name) => `target.${name}`),
    )
    expect(slowOf(learner)).toEqual(fastOf(learner))
    const size = Object.values(slowOf(learner)).reduce((sum, values) => sum + values.length, 0)
    expect(learner.snapshot().floats.length - learnerOf().snapshot().floats.length).toBe(size)
  })

  test.each(['webassembly', 'typescript'] as const)(
    'follows the critic as it is after each update, the end of an episode as well, in %s',
    (kernels) => {
      const learner = learnerOf({ targetPolyak: 0.25, kernels })
      let slow = slowOf(learner)
      for (const terminated of [false, true, false]) {
        learner.update({ ...good, terminated, sampled: learner.sample(good.observation) })
        const fast = fastOf(learner)
        const followed = slowOf(learner)
        for (const name of criticNames) {
          followed[name].forEach((value, i) =>
            expect(value, name).toBeCloseTo(slow[name][i] + 0.25 * (fast[name][i] - slow[name][i]), 6),
          )
        }
        expect(followed).not.toEqual(slow)
        slow = followed
      }
    },
  )

  test('gives the next value, and no other number of an update', () => {
    const [plain, slow] = [learnerOf(), learnerOf({ targetPolyak: 0.01 })]
    const first = [plain, slow].map((learner) => learner.update({ ...good, sampled: learner.sample(good.observation) }))
    expect(first[1]).toEqual(first[0])
    slow.parameters['target.q.bias'][0] += 3
    const second = [plain, slow].map((learner) =>
      learner.update({ ...good, sampled: learner.sample(good.observation) }),
    )
    expect(second[1].actionValue).toBe(second[0].actionValue)
    expect(second[1].actorLoss).toBe(second[0].actorLoss)
    expect(second[1].target - second[0].target).toBeGreaterThan(0.99 * 2.9)
    // Where the task ended there is no next value.
    const ended = { ...good, terminated: true }
    const last = [learnerOf(), learnerOf({ targetPolyak: 0.01 })].map((learner) => {
      if ('target.q.bias' in learner.parameters) learner.parameters['target.q.bias'][0] += 3
      return learner.update({ ...ended, sampled: learner.sample(good.observation) })
    })
    expect(last[1]).toEqual(last[0])
  })

  test('whose values are not finite is refused by name', () => {
    const learner = learnerOf({ targetPolyak: 0.1 })
    train(learner, 3)
    learner.parameters['target.q.bias'].fill(NaN)
    const before = learner.snapshot()
    const sampled = learner.sample(good.observation)
    expect(() => learner.update({ ...good, sampled })).toThrow('nextActionValue is NaN')
    expect({ ...learner.snapshot(), random: null }).toEqual({ ...before, random: null })
  })
})

describe('the likelihood-ratio gradient', () => {
  test('draws as often as the other, and its first critic step has the same bits', () => {
    const sizes: number[] = []
    const policy = seeded(1)('policy')
    const random: Random = {
      normal: (out) => {
        sizes.push(out.length)
        policy.normal(out)
      },
      uniform: () => {
        throw new Error('nothing draws uniformly')
      },
    }
    const [through, score] = [learnerOf(), learnerOf({ gradient: 'likelihood-ratio', random })]
    const reports = [through, score].map((learner) =>
      learner.update({ ...good, sampled: learner.sample(good.observation) }),
    )
    expect(sizes).toEqual([2, 2])
    expect(reports[1]).toEqual(reports[0])
    expect(fastOf(score)).toEqual(fastOf(through))
    expect(score.parameters['actor.mu.weight']).not.toEqual(through.parameters['actor.mu.weight'])
  })

  test('is in its mean over actions the reparameterization gradient', () => {
    // Many actions of the same weights at one observation: both estimate one gradient.
    const steps = 40_000
    const meanStep = (gradient: 'reparameterization' | 'likelihood-ratio'): { mean: number; deviation: number } => {
      const learner = avg(
        { observation: { size: 1 }, action: { size: 1 } },
        {
          hidden: [4],
          actorStepSize: 1e-3,
          criticStepSize: 1e-3,
          entropyCoefficient: 0.3,
          discount: 0,
          adamBeta1: 0,
          adamBeta2: 0,
          // Adam's step is then the gradient itself times a constant, to nine digits.
          adamEpsilon: 1e9,
          random: seeded(4)('policy'),
          initialization: seeded(5)('initialization'),
          gradient,
        },
      )
      const start = learner.snapshot()
      let [sum, squares] = [0, 0]
      for (let i = 0; i < steps; i++) {
        learner.restore({ ...start, random: learner.snapshot().random })
        const sampled = learner.sample([0.7])
        // The step 1e-3 g / 1e9 would be lost in a weight; a bias of 0 holds it.
        learner.update({
          observation: [0.7],
          sampled,
          reward: 0,
          nextObservation: [0.7],
          terminated: true,
          truncated: false,
        })
        const step = learner.parameters['actor.mu.bias'][0] * 1e12
        sum += step
        squares += step * step
      }
      const mean = sum / steps
      return { mean, deviation: Math.sqrt(squares / steps - mean * mean) }
    }
    const [through, score] = [meanStep('reparameterization'), meanStep('likelihood-ratio')]
    const standardError = Math.hypot(through.deviation, score.deviation) / Math.sqrt(steps)
    expect(Math.abs(through.mean)).toBeGreaterThan(10 * standardError)
    expect(Math.abs(score.mean - through.mean)).toBeLessThan(4 * standardError)
  })

  test('learns: the reward a₀ - a₁² rises', () => {
    const settings = { actorStepSize: 3e-4, criticStepSize: 1e-3, entropyCoefficient: 0.01, discount: 0 }
    const actions = train(learnerOf({ ...settings, gradient: 'likelihood-ratio' }), 6000)
    const rewards = Array.from({ length: 6000 }, (_, i) => actions[2 * i] - actions[2 * i + 1] ** 2)
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
    expect(mean(rewards.slice(-500)) - mean(rewards.slice(0, 200))).toBeGreaterThan(0.5)
  })
})

const both = { gradient: 'likelihood-ratio' as const, targetPolyak: 0.05 }

describe('both ablations', () => {
  test('change no bit with the forward cache off, or where the weights move between acting and learning on two threads', () => {
    const [on, off] = [learnerOf(both), learnerOf({ ...both, forwardCache: false })]
    expect(train(off, 300)).toEqual(train(on, 300))
    expect(off.snapshot()).toEqual(on.snapshot())

    const [one, two] = [learnerOf(both), learnerOf({ ...both, threads: 2 })]
    for (const learner of [one, two]) {
      const random = seeded(3)('world')
      let observation = new Float32Array(4)
      let sampled = learner.sample(observation)
      for (let i = 0; i < 200; i++) {
        const nextObservation = new Float32Array(4)
        random.normal(nextObservation)
        const decided = learner.sample(nextObservation)
        const reward = sampled.action[0]
        learner.update({ observation, sampled, reward, nextObservation, terminated: i % 17 === 0, truncated: false })
        ;[observation, sampled] = [nextObservation, decided]
      }
    }
    expect(two.snapshot()).toEqual(one.snapshot())
    two.close()
  })

  test.each([0, 0.9])('go on bit for bit from a snapshot, with beta1 %d', (adamBeta1) => {
    const learner = learnerOf({ ...both, adamBeta1 })
    train(learner, 100)
    const other = learnerOf({ ...both, adamBeta1 }, 77)
    other.restore(structuredClone(learner.snapshot()))
    expect(train(other, 50)).toEqual(train(learner, 50))
    expect(other.snapshot()).toEqual(learner.snapshot())
  })

  test('refuse a snapshot without a target network, and are refused by a learner without', () => {
    const [plain, slow] = [learnerOf(), learnerOf(both)]
    expect(() => slow.restore(plain.snapshot())).toThrow('it was taken of other shapes or settings')
    expect(() => plain.restore(slow.snapshot())).toThrow('it was taken of other shapes or settings')
    const { floats, ...rest } = slow.snapshot()
    expect(() => slow.restore({ ...rest, floats: floats.with(floats.length - 1, NaN) })).toThrow(
      `avg: floats[${floats.length - 1}] of a snapshot: expected a finite number, got NaN`,
    )
  })

  test('are saved as safetensors and go on with the same weights', () => {
    const [teacher, student] = [learnerOf(both), learnerOf(both, 2)]
    train(teacher, 30)
    const saved = fromSafetensors(toSafetensors(weightsOf(teacher.parameters, true)))
    putWeights(student.parameters, saved)
    expect(student.parameters).toEqual(teacher.parameters)
    const [a, b] = [teacher, student].map((learner) => learner.sample(good.observation, { deterministic: true }))
    expect(b).toEqual(a)
    // A policy needs the actor alone.
    expect(actorPolicy(spec, saved, teacher.actor).sample(good.observation, { deterministic: true })).toEqual(a)
    expect(() => putWeights(learnerOf().parameters, saved)).toThrow(
      /^putWeights: expected a tensor that the learner has; got "target\.phi\.0\.bias" \(and 5 more\); nearest: [\w.]+$/,
    )
    const without = weightsOf(learnerOf().parameters, true)
    expect(() => putWeights(student.parameters, without)).toThrow(
      /^putWeights: target\.phi\.0\.weight: expected a tensor of shape \[16, 6\]; got nothing \(and 5 more\)$/,
    )
  })

  test.each([
    [{ gradient: 'score' as never }, 'avg: gradient must be one of reparameterization, likelihood-ratio, got score'],
    [{ targetPolyak: 1.5 }, 'avg: targetPolyak must be a number >= 0 and <= 1, got 1.5'],
    [{ targetPolyak: NaN }, 'avg: targetPolyak must be a number >= 0 and <= 1, got NaN'],
  ])('refuse %o in one line', (extra, message) => expect(() => learnerOf(extra)).toThrow(message))
})
