import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { cell } from '../../src/cell.js'
import { closed, finiteNumber, nonNegativeInteger } from '../../src/edge/codecs.js'
import { absorb, runningMoments } from '../../src/moments.js'
import { seeded } from '../../src/random.js'
import type { StateFormat } from '../../src/state/format.js'
import { countFormat, momentsFormat, plainFormat, randomFormat } from '../../src/state/formats.js'
import { restorable, tryRestore } from '../../src/state/restorable.js'
import { RestoreError } from '../../src/state/restoreError.js'
import type { Part, Snapshots } from '../../src/types.js'
import { bytesOf, parsed } from './serialized.js'

const absorbed = (seed: number, size = 3) => {
  const random = seeded(seed)('vectors')
  const moments = runningMoments({ size, names: ['a', 'b', 'c'] })
  for (let k = 0; k < 20; k++)
    absorb(
      moments,
      Float64Array.from({ length: size }, () => random.uniform()),
    )
  return moments
}
const momentsParts = (moments = absorbed(1)): readonly Part[] => parsed(bytesOf(restorable(moments, momentsFormat)))

test('moments are restored from bytes bit for bit', () => {
  const [from, to] = [absorbed(1), absorbed(2)]
  restorable(to, momentsFormat).restore(momentsParts(from))
  expect(to.snapshot()).toEqual(from.snapshot())
})

test('bytes are read before the next part is requested, which may overwrite them', () => {
  const [from, to] = [absorbed(1), absorbed(2)]
  const buffer = Buffer.alloc(24)
  const parts: Iterable<Part> = {
    *[Symbol.iterator]() {
      for (const part of momentsParts(from)) {
        if ('bytes' in part) buffer.set(part.bytes)
        yield 'bytes' in part ? { ...part, bytes: buffer } : part
      }
      buffer.fill(0)
    },
  }
  restorable(to, momentsFormat).restore(parts)
  expect(to.snapshot()).toEqual(from.snapshot())
})

test('random numbers continue from their place', () => {
  const [from, to] = [seeded(1)('a'), seeded(2)('b')]
  from.uniform()
  restorable(to, randomFormat).restore(parsed(bytesOf(restorable(from, randomFormat))))
  expect([to.uniform(), to.uniform()]).toEqual([from.uniform(), from.uniform()])
})

test('the snapshot is taken when the first part is requested, and later changes do not affect it', () => {
  const moments = absorbed(1)
  const parts = restorable(moments, momentsFormat).parts()
  absorb(moments, [1, 2, 3])
  const state = moments.snapshot()
  const taken: Part[] = []
  for (const part of parts) {
    taken.push(part)
    absorb(moments, [3, 2, 1])
  }
  const to = absorbed(2)
  restorable(to, momentsFormat).restore(taken)
  expect(to.snapshot()).toEqual(state)
})

describe('prepare', () => {
  test('changes nothing until what it returns is called, which reads no part again', () => {
    const to = absorbed(2)
    const before = to.snapshot()
    const put = restorable(to, momentsFormat).prepare(momentsParts())
    expect(to.snapshot()).toEqual(before)
    put([])
    expect(to.snapshot()).toEqual(absorbed(1).snapshot())
  })

  test('ends the iterator of the parts, also when it refuses one', () => {
    const over: string[] = []
    const given = function* (name: string, parts: readonly Part[]) {
      try {
        yield* parts
      } finally {
        over.push(name)
      }
    }
    const state = restorable(absorbed(2), momentsFormat)
    state.prepare(given('good', momentsParts()))
    expect(() => state.prepare(given('bad', [...momentsParts(), ...momentsParts()]))).toThrow(RestoreError)
    expect(() => state.prepare(given('empty', momentsParts().slice(1)))).toThrow(RestoreError)
    expect(over).toEqual(['good', 'bad', 'empty'])
  })
})

describe('restore', () => {
  test('reads its parts twice, and throws if that is not possible', () => {
    const state = restorable(cell(0), countFormat)
    expect(() => state.restore(restorable(cell(1), countFormat).parts())).toThrow(
      new TypeError('restore: expected parts that can be read twice, such as an array, got an iterator'),
    )
  })
})

describe('is refused with part, field, expected and got, and nothing is overwritten', () => {
  const [head, mean, variance] = momentsParts()
  const json = (fields: object): Part => ({
    name: '',
    version: 1,
    json: { ...('json' in head ? (head.json as object) : {}), ...fields },
  })
  const short: Part = { name: 'mean', version: 1, bytes: new Uint8Array(16) }

  test.each<[string, readonly Part[], string]>([
    ['no part', [], 'state: expected this part; got none'],
    ['another version', [{ ...head, version: 7 }, mean, variance], 'state: version: expected 1, the one known; got 7'],
    ['an array of another version', [head, { ...mean, version: 2 }, variance], 'mean: version: expected 1; got 2'],
    ['an array too little', [head, mean], 'variance: expected this part; got none'],
    ['an array twice', [head, mean, mean, variance], 'mean: expected it once; got it twice'],
    ['the first part twice', [head, head, mean, variance], 'state: expected it once; got it twice'],
    ['arrays in another order', [head, variance, mean], 'mean: expected this part before variance; got none'],
    [
      'a name that is not known',
      [head, { ...mean, name: 'meen' }, variance],
      'meen: expected mean; got "meen"; nearest: mean',
    ],
    ['an array too much', [head, mean, variance, { ...mean, name: 'm' }], 'm: expected no further part; got "m"'],
    ['a truncated array', [head, short, variance], 'mean: expected 24 bytes; got 16 bytes'],
    [
      'a field too little',
      [json({ count: undefined }), mean, variance],
      'state: count: expected a number >= 0; got nothing',
    ],
    [
      'a field too much',
      [json({ cuont: 1 }), mean, variance],
      'state: cuont: expected one of mean, variance, count; got "cuont"; nearest: count',
    ],
    [
      'a field of another kind',
      [json({ count: '3' }), mean, variance],
      'state: count: expected a number >= 0; got "3"',
    ],
    [
      'two of them',
      [json({ count: null, mean: 1 }), variance],
      'state: mean: expected a Float64Array; got 1 (and 1 more)',
    ],
  ])('%s', (_, parts, message) => {
    const to = absorbed(2)
    const before = to.snapshot()
    const restore = () => restorable(to, momentsFormat).restore(parts)
    expect(restore).toThrow(RestoreError)
    expect(restore).toThrow(message)
    expect(to.snapshot()).toEqual(before)
  })

  test('a state that its owner refuses, with the message of the owner', () => {
    const to = absorbed(2, 4)
    const before = to.snapshot()
    expect(() => restorable(to, momentsFormat).restore(momentsParts())).toThrow(
      'state: runningMoments: mean of a snapshot: expected a vector of 4 components, got one of 3',
    )
    expect(to.snapshot()).toEqual(before)
  })

  test('every message is one line, with any names in it', () => {
    const name = `\n${'x'.repeat(10_000)}`
    const odd: Part = { name, version: 1, bytes: new Uint8Array(1) }
    const restore = () => restorable(absorbed(2), momentsFormat).restore([head, odd])
    expect(restore).toThrow(/^.{10,1200}$/)
  })
})

describe('versions', () => {
  /** Version 3 has the start of its count, which version 2 did not have; version 1 cannot be read any more. */
  const format: StateFormat<{ readonly count: number; readonly since: number }> = {
    version: 3,
    codec: closed({ count: nonNegativeInteger, since: finiteNumber }),
    earlier: {
      2: new t.Type<{ readonly count: number; readonly since: number }, unknown, unknown>(
        'an object with count',
        closed({ count: nonNegativeInteger, since: finiteNumber }).is,
        (input, context) => {
          const old = closed({ count: nonNegativeInteger }).validate(input, context)
          return isLeft(old) ? old : t.success({ ...old.right, since: 0 })
        },
        t.identity,
      ),
    },
  }

  test('a known one is read by its own codec, and written as the latest', () => {
    const target = cell({ count: 1, since: 5 })
    const state = restorable(target, format)
    state.restore([{ name: '', version: 2, json: { count: 9 } }])
    expect(target.value).toEqual({ count: 9, since: 0 })
    expect([...state.parts()]).toEqual([{ name: '', version: 3, json: { count: 9, since: 0 } }])
    state.restore([...state.parts()])
    expect(target.value).toEqual({ count: 9, since: 0 })
  })

  test('an unknown one is refused, and the message lists the known ones', () => {
    const restore = (version: number) => () =>
      restorable(cell({ count: 1, since: 5 }), format).restore([{ name: '', version, json: { count: 9 } }])
    expect(restore(1)).toThrow('state: version: expected one of 2, 3, the ones known; got 1')
    expect(restore(4)).toThrow('state: version: expected one of 2, 3, the ones known; got 4')
    expect(restore(2)).not.toThrow()
  })
})

describe('a state that is tried', () => {
  /** A careless owner, which overwrites half of its state before it refuses the rest. */
  const careless = (): Snapshots<unknown> & { readonly now: () => readonly number[] } => {
    let [first, second] = [1, 2]
    return {
      now: () => [first, second],
      snapshot: () => [first, second],
      restore: (state) => {
        const [a, b] = state as readonly number[]
        first = a
        if (b < 0) throw new Error('the second is below 0')
        second = b
      },
    }
  }

  test('is undone, whether it fits or not', () => {
    const target = careless()
    tryRestore(target, [5, 6])
    expect(target.now()).toEqual([1, 2])
    expect(() => tryRestore(target, [5, -6])).toThrow('the second is below 0')
    expect(target.now()).toEqual([1, 2])
  })

  test('does not change a careless owner when the state is refused', () => {
    const target = careless()
    const parts: readonly Part[] = [{ name: '', version: 1, json: [5, -6] }]
    expect(() => restorable(target, plainFormat).restore(parts)).toThrow('state: the second is below 0')
    expect(target.now()).toEqual([1, 2])
  })

  test('is not tried if its owner can check it', () => {
    const calls: string[] = []
    const target = {
      snapshot: () => calls.push('snapshot'),
      restore: () => void calls.push('restore'),
      check: () => void calls.push('check'),
    }
    restorable(target, countFormat).restore([{ name: '', version: 1, json: 3 }])
    expect(calls).toEqual(['check', 'restore'])
  })

  test('is refused while an operator keeps its memory in the cell', () => {
    const count = cell(3)
    count.mirror(() => 4)
    const restore = () => restorable(count, countFormat).restore([{ name: '', version: 1, json: 5 }])
    expect(restore).toThrow('state: cell: an operator that is subscribed keeps its memory in this cell')
    expect(count.value).toBe(4)
  })
})
