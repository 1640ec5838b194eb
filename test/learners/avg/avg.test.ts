import { describe, expect, test } from 'vitest'
import { avg, type AvgLearner } from '../../../src/learners/avg/avg.js'
import type { ArenaSnapshot } from '../../../src/learners/parts/arenaSnapshot.js'
import type { SquashedAction } from '../../../src/learners/parts/squashedPolicy.js'
import { seeded } from '../../../src/random.js'
import type { AvgSettings } from '../../../src/learners/avg/avgSettings.js'
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

/** A stream of observations and rewards that depends on the actions, with ends of both kinds. */
const life = (seed: number) => {
  const random = seeded(seed)('world')
  let step = 0
  const observe = (): Float32Array => {
    const observation = new Float32Array(4)
    random.normal(observation)
    return observation
  }
  return {
    observe,
    act: (action: Float32Array) => {
      step++
      const reward = action[0] - action[1] * action[1] + random.uniform()
      return { reward, nextObservation: observe(), terminated: step % 23 === 0, truncated: step % 31 === 0 }
    },
  }
}

/** Learn, then act. Returns every action taken. */
const train = (learner: AvgLearner, steps: number, between?: (learner: AvgLearner) => void): number[] => {
  const world = life(2)
  const actions: number[] = []
  let observation = world.observe()
  for (let i = 0; i < steps; i++) {
    const sampled = learner.sample(observation)
    actions.push(...sampled.action)
    const outcome = world.act(sampled.action)
    between?.(learner)
    learner.update({ observation, sampled, ...outcome })
    observation = outcome.terminated || outcome.truncated ? world.observe() : outcome.nextObservation
  }
  return actions
}

const bits = (learner: AvgLearner) => learner.snapshot()

describe('avg is a function of the transition’s values', () => {
  test.each(['webassembly', 'typescript'] as const)(
    'with the forward cache on or off the bits are the same over 1,000 steps, in %s',
    (kernels) => {
      const on = learnerOf({ kernels, forwardCache: true })
      const off = learnerOf({ kernels, forwardCache: false })
      expect(train(on, 1000)).toEqual(train(off, 1000))
      expect(bits(on)).toEqual(bits(off))
    },
  )

  test('an extra sample in between changes no update', () => {
    const plain = learnerOf()
    const disturbed = learnerOf()
    const elsewhere = new Float32Array([3, 1, -2, 5])
    // Its own draw must not shift the stream of the others, so the extra one takes the mode.
    const other = train(disturbed, 300, (learner) => void learner.sample(elsewhere, { deterministic: true }))
    expect(other).toEqual(train(plain, 300))
    expect(bits(disturbed)).toEqual(bits(plain))
  })

  test('a transition paired with another observation than was sampled at is learnt from as given', () => {
    const [a, b] = [learnerOf(), learnerOf({ forwardCache: false })]
    const update = (learner: AvgLearner): void => {
      const sampled = learner.sample([1, 2, 3, 4])
      learner.update({
        observation: [1, 2, 3, 5],
        sampled,
        reward: 1,
        nextObservation: [0, 0, 1, 0],
        terminated: false,
        truncated: false,
      })
    }
    update(a)
    update(b)
    expect(bits(a)).toEqual(bits(b))
  })

  test('weights written through `parameters` after sampling are seen by the update', () => {
    const [a, b] = [learnerOf(), learnerOf({ forwardCache: false })]
    for (const learner of [a, b]) {
      const sampled = learner.sample([1, 2, 3, 4])
      learner.parameters['actor.mu.bias'].set([0.3, -0.2])
      learner.update({
        observation: [1, 2, 3, 4],
        sampled,
        reward: 1,
        nextObservation: [0, 1, 0, 0],
        terminated: false,
        truncated: false,
      })
    }
    expect(bits(a)).toEqual(bits(b))
  })
})

describe('the forward cache changes no bit, wherever the parameters are written to', () => {
  const observation = [1, 2, 3, 4]
  const rest = { observation, reward: 1, nextObservation: [0, 1, 0, 0], terminated: false, truncated: false }
  type View = (learner: AvgLearner) => Float32Array
  const got: View = (learner) => learner.parameters['actor.mu.bias']
  const made: View = ({ parameters }) => {
    const { buffer, byteOffset } = parameters['actor.mu.bias']
    return new Float32Array(buffer, byteOffset, 2)
  }
  const cases: readonly (readonly [string, (learner: AvgLearner, view: View) => void])[] = [
    [
      'before the sample',
      (learner, view) => {
        view(learner).set([0.3, -0.2])
        const sampled = learner.sample(observation)
        learner.update({ ...rest, sampled })
      },
    ],
    [
      'between sample and update, twice',
      (learner, view) => {
        const sampled = learner.sample(observation)
        const first = view(learner)
        view(learner)[1] = 0.7
        first[0] = 0.4
        learner.update({ ...rest, sampled })
      },
    ],
    ['in every step of a life', (learner, view) => void train(learner, 30, () => (view(learner)[1] += 0.01))],
    [
      'before a snapshot and after a restore',
      (learner, view) => {
        view(learner)[1] = -1
        const sampled = learner.sample(observation)
        view(learner)[0] = 1
        learner.restore(learner.snapshot())
        view(learner)[0] += 1
        learner.update({ ...rest, sampled })
        expect(view(learner)[0]).toBeGreaterThan(1.9)
      },
    ],
  ]
  test.each(cases.flatMap(([name, write]) => [got, made].map((view) => [name, write, view] as const)))(
    '%s',
    (_, write, view) => {
      const [cached, plain] = [learnerOf(), learnerOf({ forwardCache: false })]
      write(cached, view)
      write(plain, view)
      expect(bits(cached)).toEqual(bits(plain))
      expect(bits(cached).floats).not.toEqual(learnerOf().snapshot().floats)
    },
  )

  test('what is only read changes nothing, and the learner goes on as if it had not been', () => {
    const [read, alone] = [learnerOf(), learnerOf()]
    const actions = train(read, 100, (learner) => void learner.parameters['actor.mu.bias'].slice())
    expect(actions).toEqual(train(alone, 100))
    expect(bits(read)).toEqual(bits(alone))
  })

  const calls: readonly (readonly [string, (learner: AvgLearner) => void])[] = [
    ['sample', (learner) => void learner.sample(observation)],
    ['update', (learner) => void learner.update({ ...rest, sampled: learner.sample(observation) })],
    ['snapshot', (learner) => void learner.snapshot()],
    ['restore', (learner) => learner.restore(learnerOf().snapshot())],
  ]
  test.each(calls)(
    'they are lent until the next call, such as %s: a later write throws or changes nothing',
    (_, call) => {
      const learner = learnerOf()
      const held = got(learner)
      expect(learner.parameters['actor.mu.bias']).toBe(held)
      call(learner)
      const before = bits(learner)
      expect(held).toHaveLength(0)
      expect(() => held.set([1])).toThrow(TypeError)
      expect(() => held.fill(1)).toThrow(TypeError)
      held[0] = 5
      expect(bits(learner)).toEqual(before)
      expect(got(learner) === held).toBe(false)
    },
  )

  test('the version rises with every update, with a restore and with a loan, and with nothing else', () => {
    const learner = learnerOf()
    const versions = [learner.version]
    const sampled = learner.sample(observation)
    versions.push(learner.version)
    learner.update({ ...rest, sampled })
    versions.push(learner.version)
    expect(() => learner.update({ ...rest, sampled, reward: NaN })).toThrow('reward')
    const saved = learner.snapshot()
    versions.push(learner.version)
    learner.restore(saved)
    versions.push(learner.version)
    got(learner)[0] = 1
    learner.sample(observation)
    versions.push(learner.version)
    expect(versions.map((version) => version - versions[0])).toEqual([0, 0, 1, 1, 2, 3])
  })
})

describe('chance', () => {
  const counting = () => {
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
    return { sizes, random }
  }

  test.each([true, false])('sample and update draw an action-sized vector each, terminated %s', (terminated) => {
    const { sizes, random } = counting()
    const learner = learnerOf({ random })
    const sampled = learner.sample([1, 2, 3, 4])
    expect(sizes).toEqual([2])
    learner.update({
      observation: [1, 2, 3, 4],
      sampled,
      reward: 1,
      nextObservation: [4, 3, 2, 1],
      terminated,
      truncated: false,
    })
    expect(sizes).toEqual([2, 2])
  })

  test('a deterministic sample draws nothing and takes the mode', () => {
    const { sizes, random } = counting()
    const learner = learnerOf({ random })
    const [first, second] = [1, 2].map(() => learner.sample([1, 2, 3, 4], { deterministic: true }))
    expect(sizes).toEqual([])
    expect(first).toEqual(second)
    expect([...first.noise]).toEqual([0, 0])
  })

  test('records are fresh values: a later sample does not change an earlier one', () => {
    const learner = learnerOf()
    const first = learner.sample([1, 2, 3, 4])
    const copy = structuredClone(first)
    learner.sample([4, 3, 2, 1])
    expect(first).toEqual(copy)
  })
})

describe('what the cases change', () => {
  const scales = (extra: Partial<AvgSettings>): number[] => {
    const learner = learnerOf(extra)
    const world = life(2)
    let observation = world.observe()
    return Array.from({ length: 80 }, () => {
      const sampled = learner.sample(observation)
      const outcome = world.act(sampled.action)
      const { scale } = learner.update({ observation, sampled, ...outcome })
      observation = outcome.nextObservation
      return scale
    })
  }
  test('without scaling σ is 1', () => expect(new Set(scales({ scaleTdError: false }))).toEqual(new Set([1])))
  test('a return that ends with the episode differs from the first truncation on', () => {
    const [published, episodic] = [scales({}), scales({ returnEndsAt: 'episode' })]
    expect(published.slice(0, 30)).toEqual(episodic.slice(0, 30))
    expect(published.slice(30)).not.toEqual(episodic.slice(30))
  })
  test.each([{ normalizePenultimate: false }, { logStdReading: 'deviation' as const }, { adamBeta1: 0.9 }])(
    '%o learns otherwise',
    (extra) => {
      const [a, b] = [learnerOf(), learnerOf(extra)]
      train(a, 20)
      train(b, 20)
      expect(a.parameters['actor.mu.weight']).not.toEqual(b.parameters['actor.mu.weight'])
    },
  )
  test('no first moment is kept at beta1 0', () => {
    expect(learnerOf().snapshot().floats.length * 3).toBe(learnerOf({ adamBeta1: 0.9 }).snapshot().floats.length * 2)
  })
  test('it learns: the reward a₀ - a₁² rises', () => {
    const learner = learnerOf({ actorStepSize: 3e-4, criticStepSize: 1e-3, entropyCoefficient: 0.01 })
    const actions = train(learner, 4000)
    const rewards = Array.from({ length: 4000 }, (_, i) => actions[2 * i] - actions[2 * i + 1] ** 2)
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
    expect(mean(rewards.slice(-500)) - mean(rewards.slice(0, 200))).toBeGreaterThan(0.5)
  })
})

describe('kernels', () => {
  test('WebAssembly is taken where there is SIMD, and what runs is told', () => {
    expect(learnerOf().kernels).toBe('webassembly')
    expect(learnerOf({ kernels: 'typescript' }).kernels).toBe('typescript')
  })
  test('both learn the same, up to how floats are rounded', () => {
    const [a, b] = (['webassembly', 'typescript'] as const).map((kernels) => learnerOf({ kernels }))
    train(a, 30)
    train(b, 30)
    for (const [name, values] of Object.entries(a.parameters)) {
      values.forEach((value, i) => expect(value).toBeCloseTo(b.parameters[name][i], 3))
    }
  })
  test('learners share no memory', () => {
    const [a, b] = [learnerOf(), learnerOf()]
    const before = b.snapshot()
    train(a, 10)
    expect(b.snapshot().floats).toEqual(before.floats)
  })
})

describe('a second thread', () => {
  const pair = (): readonly [AvgLearner, AvgLearner] => [learnerOf(), learnerOf({ threads: 2 })]

  test('changes no bit, whatever is looked at in between', () => {
    const [one, two] = pair()
    expect([one.threads, two.threads]).toEqual([1, 2])
    const looked: unknown[][] = [[], []]
    for (const [i, learner] of [one, two].entries()) {
      let calls = 0
      const actions = train(learner, 400, (between) => {
        calls++
        if (calls % 3 === 0) between.sample(new Float32Array([1, 2, 3, 4]), { deterministic: true })
        if (calls % 7 === 0) looked[i].push(structuredClone(between.parameters['critic.q.weight'].slice()))
        if (calls % 11 === 0) between.restore(between.snapshot())
      })
      looked[i].push(actions, bits(learner))
    }
    expect(looked[1]).toEqual(looked[0])
    two.close()
  })

  test('changes no bit where the weights move between acting and learning', () => {
    const [one, two] = pair()
    for (const learner of [one, two]) {
      const world = life(3)
      let observation = world.observe()
      let sampled = learner.sample(observation)
      for (let i = 0; i < 300; i++) {
        const outcome = world.act(sampled.action)
        const decided = learner.sample(outcome.nextObservation)
        learner.update({ observation, sampled, ...outcome })
        observation = outcome.nextObservation
        sampled = decided
      }
    }
    expect(bits(two)).toEqual(bits(one))
    two.close()
  })

  test('goes on after a transition that was refused in the middle of the critic’s work', () => {
    const [one, two] = pair()
    for (const learner of [one, two]) {
      const observation = life(2).observe()
      const sampled = learner.sample(observation)
      const rest = { observation, sampled, nextObservation: observation, terminated: false, truncated: false }
      learner.parameters['critic.q.bias'].fill(NaN)
      expect(() => learner.update({ ...rest, reward: 1 })).toThrow('actionValue')
      learner.parameters['critic.q.bias'].fill(0)
      train(learner, 20)
    }
    expect(bits(two)).toEqual(bits(one))
    two.close()
  })

  test('a learner that was closed learns no more; with one thread there is nothing to close', () => {
    const [one, two] = pair()
    train(two, 3)
    two.close()
    expect(() => train(two, 2)).toThrow('it was closed')
    one.close()
    expect(() => train(one, 2)).not.toThrow()
  })

  test('is refused where it cannot be', () => {
    expect(() => learnerOf({ threads: 2, kernels: 'typescript' })).toThrow(
      'avg: threads must be 1 with the kernels in TypeScript',
    )
    expect(() => learnerOf({ threads: 3 as 2 })).toThrow('avg: threads must be 1 or 2, got 3')
  })
})

describe('memory', () => {
  test.each([0, 0.9])('a snapshot goes on bit for bit in another learner, with beta1 %d', (adamBeta1) => {
    const learner = learnerOf({ adamBeta1 })
    train(learner, 100)
    const saved = structuredClone(learner.snapshot())
    const other = learnerOf({ adamBeta1 }, 77)
    other.restore(saved)
    expect(train(other, 50)).toEqual(train(learner, 50))
    expect(bits(other)).toEqual(bits(learner))
  })

  test('a snapshot of other shapes is refused', () => {
    const other = avg({ observation: { size: 5 }, action: { size: 2 } }, { ...learnerSettings(), hidden: [16, 16] })
    expect(() => other.restore(learnerOf().snapshot())).toThrow('it was taken of other shapes or settings')
  })

  const flawed: readonly (readonly [string, (snapshot: ArenaSnapshot) => unknown, string])[] = [
    ['nothing', () => null, 'avg: expected a snapshot, got null'],
    [
      'what JSON made of it',
      (state) => JSON.parse(JSON.stringify(state)),
      'avg: floats of a snapshot: expected a vector of 1642 numbers, got an object with indexes as keys, which JSON makes of a typed array: save it as [...array]',
    ],
    [
      'no floats',
      (state) => ({ ...state, floats: undefined }),
      'avg: floats of a snapshot: expected a vector of 1642 numbers, got undefined',
    ],
    [
      'a NaN',
      (state) => ({ ...state, floats: state.floats.with(7, NaN) }),
      'avg: floats[7] of a snapshot: expected a finite number, got NaN',
    ],
    [
      'text',
      (state) => ({ ...state, doubles: [...state.doubles].with(3, 'a' as never) }),
      'avg: doubles[3] of a snapshot: expected a finite number, got a',
    ],
    [
      'a negative second moment',
      (state) => ({ ...state, floats: state.floats.with(1000, -1) }),
      'avg: the second moment floats[1000] of a snapshot: expected a number from 0 up, got -1',
    ],
    [
      'a clock that runs backwards',
      (state) => ({ ...state, doubles: state.doubles.with(1, 1.5) }),
      "avg: the optimizer's clock, doubles[1], of a snapshot: expected a number from 0 to 1, got 1.5",
    ],
    [
      'a negative count',
      (state) => ({ ...state, doubles: state.doubles.with(2, -3) }),
      "avg: the scaler's count of steps of a snapshot: expected an integer from 0 up, got -3",
    ],
    [
      'a negative variance',
      (state) => ({ ...state, doubles: state.doubles.with(4, -1e-9) }),
      "avg: the scaler's sum of squared rewards of a snapshot: expected a number from 0 up, got -1e-9",
    ],
    [
      'no place of chance',
      (state) => ({ ...state, random: undefined }),
      'avg: random of a snapshot: expected a place in a stream of random numbers, four signed 32-bit integers that are not all 0, got undefined',
    ],
    ['a place of three words', (state) => ({ ...state, random: [1, 2, 3] }), 'got [1,2,3]'],
    ['a place that no stream leaves', (state) => ({ ...state, random: [0, 0, 0, 0] }), 'got [0,0,0,0]'],
    ['a place of fractions', (state) => ({ ...state, random: [1, 2, 3, 0.5] }), 'got [1,2,3,0.5]'],
  ]
  test.each(flawed)('a snapshot with %s is refused in one line, and nothing is taken from it', (_, spoil, message) => {
    const learner = learnerOf()
    train(learner, 10)
    const before = learner.snapshot()
    const other = learnerOf({}, 5)
    train(other, 20)
    expect(() => learner.restore(spoil(other.snapshot()) as ArenaSnapshot)).toThrow(message)
    expect(learner.snapshot()).toEqual(before)
  })

  test('a snapshot whose arrays were saved by JSON as plain ones goes on bit for bit', () => {
    const learner = learnerOf()
    train(learner, 20)
    const { floats, doubles, random } = learner.snapshot()
    const saved = JSON.parse(JSON.stringify({ floats: [...floats], doubles: [...doubles], random })) as ArenaSnapshot
    const other = learnerOf({}, 5)
    other.restore(saved)
    expect(other.snapshot()).toEqual(learner.snapshot())
  })

  test('an all-zero observation under zero biases is learnt from without a NaN', () => {
    const learner = learnerOf()
    const sampled = learner.sample([0, 0, 0, 0])
    const report = learner.update({
      observation: [0, 0, 0, 0],
      sampled,
      reward: 1,
      nextObservation: [0, 0, 0, 0],
      terminated: false,
      truncated: false,
    })
    expect(Object.values(report).every(Number.isFinite)).toBe(true)
    expect(learner.snapshot().floats.every(Number.isFinite)).toBe(true)
  })
})

const learnerSettings = (): AvgSettings => ({
  hidden: [8],
  actorStepSize: 1e-3,
  criticStepSize: 1e-3,
  entropyCoefficient: 0.1,
  discount: 0.99,
  adamBeta1: 0,
  random: seeded(1)('policy'),
  initialization: seeded(1)('initialization'),
})

describe('failing', () => {
  const good = {
    observation: [1, 2, 3, 4],
    reward: 1,
    nextObservation: [4, 3, 2, 1],
    terminated: false,
    truncated: false,
  }
  const cases: readonly [string, (sampled: SquashedAction) => object, string][] = [
    ['reward', () => ({ reward: NaN }), 'reward is NaN'],
    ['next observation', () => ({ nextObservation: [1, 2, Infinity, 4] }), 'nextObservation[2] is Infinity'],
    [
      'next observation at the end',
      () => ({ nextObservation: [NaN, 2, 3, 4], terminated: true }),
      'nextObservation[0] is NaN',
    ],
    ['observation', () => ({ observation: [1, NaN, 3, 4] }), 'observation[1] is NaN'],
    ['log-probability', (s) => ({ sampled: { ...s, logProbability: NaN } }), 'logProbability is NaN'],
    ['action', (s) => ({ sampled: { ...s, action: [NaN, 0] } }), 'action[0] is NaN'],
  ]
  test.each(cases)('a %s that is not finite throws before any weight moves', (_, spoil, message) => {
    const learner = learnerOf()
    train(learner, 5)
    const before = learner.snapshot().floats
    const sampled = learner.sample(good.observation)
    expect(() => learner.update({ ...good, sampled, ...spoil(sampled) })).toThrow(message)
    expect(learner.snapshot().floats).toEqual(before)
  })
  test('a diverged network throws and names what is not finite', () => {
    const learner = learnerOf()
    learner.parameters['critic.q.weight'].fill(1e38)
    learner.parameters['critic.q.bias'].fill(3e38)
    const sampled = learner.sample(good.observation)
    expect(() => learner.update({ ...good, sampled })).toThrow(/is (-?Infinity|NaN), expected a finite number/)
  })
  test('a vector of another size is refused', () => {
    expect(() => learnerOf().sample([1, 2, 3])).toThrow('avg: observation must have 4 components, got 3')
  })
  test.each([
    [{ actorStepSize: -1 }, 'avg: actorStepSize must be a positive number, got -1'],
    [{ discount: 1.5 }, 'avg: discount must be a number >= 0 and <= 1, got 1.5'],
    [{ adamBeta1: 1 }, 'avg: adamBeta1 must be a number >= 0 and < 1, got 1'],
    [{ hidden: [] }, 'avg: hidden must be one or more positive integers'],
    [{ entropyCoefficient: NaN }, 'avg: entropyCoefficient must be a number >= 0, got NaN'],
  ])('refuses %o', (extra, message) => expect(() => learnerOf(extra)).toThrow(message))
})
