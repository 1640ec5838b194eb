import { describe, expect, test } from 'vitest'
import { cell } from '../../src/cell.js'
import { absorb, runningMoments } from '../../src/moments.js'
import { countFormat, momentsFormat, plainFormat } from '../../src/state/formats.js'
import { restorable } from '../../src/state/restorable.js'
import { restorableArray } from '../../src/state/restorableArray.js'
import { restorables } from '../../src/state/restorables.js'
import { RestoreError } from '../../src/state/restoreError.js'
import type { Part } from '../../src/types.js'
import { bytesOf, parsed } from './serialized.js'

/** Four states, two of them in a record within the record. */
const states = (seed: number) => {
  const [steps, limit] = [cell(seed), cell(seed + 1)]
  const moments = runningMoments({ size: 2 })
  absorb(moments, [seed, -seed])
  const replay = Float32Array.of(seed, seed * 2, seed * 3)
  const state = restorables({
    steps: restorable(steps, countFormat),
    agent: restorables({ moments: restorable(moments, momentsFormat), replay: restorableArray(replay, { piece: 8 }) }),
    limit: restorable(limit, countFormat),
  })
  return { steps, limit, moments, replay, state }
}
const values = ({ steps, limit, moments, replay }: ReturnType<typeof states>) => [
  steps.value,
  limit.value,
  moments.snapshot(),
  replay.slice(),
]
const partsOf = (seed: number): readonly Part[] => parsed(bytesOf(states(seed).state))
const names = [
  'steps',
  'agent/moments',
  'agent/moments/mean',
  'agent/moments/variance',
  'agent/replay',
  'agent/replay/0',
  'agent/replay/1',
  'limit',
]

test('names the parts of each by its key', () => {
  const parts = [...states(1).state.parts()]
  expect(parts.map(({ name }) => name)).toEqual(names)
  expect(new Set(parts.map(({ name }) => name)).size).toBe(parts.length)
})

test('restores all members from bytes bit for bit', () => {
  const [from, to] = [states(1), states(5)]
  to.state.restore(partsOf(1))
  expect(values(to)).toEqual(values(from))
})

test('takes the members in another order', () => {
  const parts = partsOf(1)
  const to = states(5)
  to.state.restore([parts[7], ...parts.slice(4, 7), ...parts.slice(1, 4), parts[0]])
  expect(values(to)).toEqual(values(states(1)))
})

test('makes a part when it is requested, and none earlier', () => {
  const asked: string[] = []
  const counting = (name: string) => ({
    snapshot: () => asked.push(name),
    restore: () => {},
  })
  const parts = restorables({
    a: restorable(counting('a'), countFormat),
    b: restorable(counting('b'), countFormat),
  })
    .parts()
    [Symbol.iterator]()
  expect(asked).toEqual([])
  parts.next()
  expect(asked).toEqual(['a'])
  parts.next()
  expect(asked).toEqual(['a', 'b'])
})

test('a record without members has no parts', () => {
  const none = restorables({})
  expect([...none.parts()]).toEqual([])
  none.restore([])
  expect(() => none.restore(partsOf(1))).toThrow('steps: expected no part; got "steps"')
})

test('a member that refuses its parts last leaves all other members unchanged', () => {
  const to = states(5)
  const before = values(to)
  const parts = partsOf(1).map((part) => (part.name === 'limit' ? { ...part, json: -1 } : part))
  expect(() => to.state.restore(parts)).toThrow('limit: expected an integer from 0 to 2^53 - 1; got -1')
  expect(values(to)).toEqual(before)
})

test('prepare reads one iterator to its end, and ends it when it refuses a part', () => {
  const over: string[] = []
  const given = function* (name: string, parts: readonly Part[]) {
    try {
      yield* parts
      over.push(`${name} all`)
    } finally {
      over.push(name)
    }
  }
  const to = states(5)
  to.state.prepare(given('good', partsOf(1)))
  expect(() => to.state.prepare(given('bad', [...partsOf(1), ...partsOf(1)]))).toThrow(RestoreError)
  expect(() => to.state.prepare(given('short', partsOf(1).slice(2)))).toThrow(RestoreError)
  expect(over).toEqual(['good all', 'good', 'bad', 'short'])
})

test('other parts in the second reading are an error', () => {
  const to = states(5)
  let reads = 0
  const changing: Iterable<Part> = {
    [Symbol.iterator]: () => (++reads > 2 ? partsOf(1).slice(0, -3) : partsOf(1))[Symbol.iterator](),
  }
  expect(() => to.state.restore(changing)).toThrow(
    'restore: parts that were checked could not be restored, so that the state is incomplete: ' +
      'agent/replay/0: expected this part; got none',
  )
})

describe('is refused, and nothing is overwritten', () => {
  const parts = partsOf(1)
  const without = (index: number): readonly Part[] => parts.toSpliced(index, 1)
  const renamed = (index: number, name: string): readonly Part[] => parts.with(index, { ...parts[index], name })

  test.each<[string, readonly Part[], string]>([
    ['no part', [], 'steps: expected this part; got none'],
    ['a member too little', without(7), 'limit: expected this part; got none'],
    [
      'a member of a member too little',
      without(4).toSpliced(4, 2),
      'agent/replay: expected this part before limit; got none',
    ],
    ['no first part of a member', without(1), 'agent/moments: expected this part before agent/moments/mean; got none'],
    [
      'an array too little',
      without(2),
      'agent/moments/mean: expected this part before agent/moments/variance; got none',
    ],
    ['a last piece too little', without(6), 'agent/replay/1: expected this part before limit; got none'],
    ['a member twice', [...parts, parts[0]], 'steps: expected all parts of steps together; got some apart'],
    ['a member twice at once', parts.toSpliced(7, 0, parts[7]), 'limit: expected it once; got it twice'],
    ['a member in two places', [...without(6), parts[6]], 'agent/replay/1: expected this part before limit; got none'],
    [
      'a key that is not known',
      renamed(7, 'limits'),
      'limits: expected one of steps, agent, limit; got "limits"; nearest: limit',
    ],
    ['a key that nothing is near', renamed(7, 'zzz'), 'zzz: expected one of steps, agent, limit; got "zzz"'],
    [
      'a key within',
      renamed(1, 'agent/momments'),
      'agent/momments: expected one of moments, replay; got "momments"; nearest: moments',
    ],
    [
      'a name that ends too soon',
      renamed(7, 'limit/'),
      'limit/: expected one of steps, agent, limit; got "limit/"; nearest: limit',
    ],
    ['a name that begins with nothing', renamed(7, '/limit'), '/limit: expected one of steps, agent, limit; got ""'],
    ['no name', renamed(7, ''), 'state: expected one of steps, agent, limit; got ""'],
    ['a part of an object', renamed(7, 'toString'), 'toString: expected one of steps, agent, limit; got "toString"'],
    [
      'a version that is not known',
      parts.with(4, { ...parts[4], version: 3 }),
      'agent/replay: version: expected 1, the one known; got 3',
    ],
  ])('%s', (_, changed, message) => {
    const to = states(5)
    const before = values(to)
    const restore = () => to.state.restore(changed)
    expect(restore).toThrow(RestoreError)
    expect(restore).toThrow(message)
    expect(values(to)).toEqual(before)
  })
})

test('the error for a member that cannot be saved names its path', () => {
  const state = restorables({ agent: restorables({ cell: restorable(cell({ a: new Map() }), plainFormat) }) })
  const parts = () => [...state.parts()]
  expect(parts).toThrow(TypeError)
  expect(parts).toThrow('agent: cell: a: expected plain data that can be saved, got a Map')
})

test.each(['', 'a/b'])('throws when built on the name "%s"', (name) => {
  expect(() => restorables({ [name]: restorable(cell(0), countFormat) })).toThrow(
    `restorables: expected names that are not empty and have no /, got "${name}"`,
  )
})
