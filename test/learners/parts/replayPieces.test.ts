/** A ring in pieces: what changed is known, what is kept stays, and everything comes back where it stood. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkpointFolder } from '../../../src/checkpoints/checkpointFolder.js'
import { replayPieces, type RingPlace } from '../../../src/learners/parts/replayPieces.js'
import { seeded } from '../../../src/random.js'
import { bytesIn } from '../../../src/state/readParts.js'
import { RestoreError } from '../../../src/state/restoreError.js'
import type { Part, PiecePart } from '../../../src/types.js'

/** Bytes of a row: three columns of floats, of 2, 1 and 2 numbers, a reward and an end. */
const ROW = 4 * (2 + 1 + 2 + 1) + 1
const CAPACITY = 9

/** A ring of ten rows in pieces of three, to which rows are written as a replay buffer does it. */
const ring = (capacity = CAPACITY, precision: 'float32' | 'float64' = 'float32') => {
  const slots = capacity + 1
  const numbers = (count: number) => (precision === 'float32' ? new Float32Array(count) : new Float64Array(count))
  const columns = {
    observation: { values: numbers(slots * 2), width: 2 },
    action: { values: numbers(slots), width: 1 },
    nextObservation: { values: numbers(slots * 2), width: 2 },
    rewards: { values: numbers(slots), width: 1 },
    terminated: { values: new Uint8Array(slots), width: 1 },
  }
  let place: RingPlace = { size: 0, next: 0 }
  const pieces = replayPieces({
    capacity,
    columns,
    getPlace: () => place,
    setPlace: (restored) => void (place = restored),
    piece: 3 * ROW + 5,
  })
  const add = (k: number): void => {
    const { size, next } = place
    pieces.touch(next)
    columns.observation.values.set([k, k + 0.5], 2 * next)
    columns.action.values[next] = -k
    columns.nextObservation.values.set([k + 1, k + 1.5], 2 * next)
    columns.rewards.values[next] = 10 * k
    columns.terminated.values[next] = k % 2
    place = { size: Math.min(capacity, size + 1), next: (next + 1) % slots }
  }
  const addAll = (from: number, to: number): void => {
    for (let k = from; k < to; k++) add(k)
  }
  return { columns, pieces, state: pieces.state, add, addAll, place: () => place }
}

const contents = ({ columns, place }: ReturnType<typeof ring>) => structuredClone([columns, place()])
/** The parts with their bytes as they are now. */
const copied = (parts: Iterable<Part>): readonly Part[] =>
  Array.from(parts, (part) => {
    const bytes = bytesIn(part)
    return bytes === null ? part : { name: part.name, version: part.version, bytes: new Uint8Array(bytes) }
  })
const piecesOf = (parts: Iterable<Part>): readonly PiecePart[] =>
  Array.from(parts).filter((part): part is PiecePart => 'keep' in part)
const revisions = (of: ReturnType<typeof ring>) =>
  piecesOf(of.state.parts()).map(({ length, revision }) => [length / ROW, revision])

test('a ring that is not full has the rows that were written, in pieces of whole rows', () => {
  for (const [count, lengths] of [
    [0, []],
    [1, [1]],
    [3, [3]],
    [7, [3, 3, 1]],
    [9, [3, 3, 3]],
    [10, [3, 3, 3, 1]],
    [25, [3, 3, 3, 1]],
  ] as const) {
    const one = ring()
    one.addAll(0, count)
    expect(piecesOf(one.state.parts()).map(({ length }) => length / ROW)).toEqual(lengths)
  }
})

test('a row changes the revision of its piece alone, and no revision comes twice', () => {
  const one = ring()
  one.addAll(0, 9)
  let before = revisions(one)
  const seen = new Map(before.map(([, revision], index) => [`${index} ${revision}`, true]))
  for (let k = 9; k < 40; k++) {
    const index = Math.floor(one.place().next / 3)
    one.add(k)
    const after = revisions(one)
    after.forEach((each, i) => i !== index && expect(each).toEqual(before[i]))
    const key = `${index} ${after[index][1]}`
    expect(seen.has(key)).toBe(false)
    seen.set(key, true)
    before = after
  }
  // Neither does it when an earlier state is put back, from which other rows follow.
  const parts = copied(one.state.parts())
  one.state.restore(parts)
  for (const [index, [, revision]] of revisions(one).entries()) expect(seen.has(`${index} ${revision}`)).toBe(false)
})

test.each(['float32', 'float64'] as const)('in %s everything comes back where it stood', (precision) => {
  for (const count of [0, 1, 5, 9, 10, 11, 29]) {
    const [one, other] = [ring(CAPACITY, precision), ring(CAPACITY, precision)]
    one.addAll(0, count)
    other.addAll(100, 117)
    other.state.restore(copied(one.state.parts()))
    expect(other.place()).toEqual(one.place())
    expect(copied(other.state.parts())).toEqual(copied(one.state.parts()))
    for (const each of [one, other]) each.addAll(count, count + 13)
    expect(contents(other)).toEqual(contents(one))
  }
})

describe('a piece that is kept', () => {
  test('gives the bytes of that moment, whatever was written since, to all who keep it', () => {
    const random = seeded(3)('keeping')
    const one = ring()
    const waiting: { expected: Part; take: () => Uint8Array }[] = []
    for (let k = 0; k < 200; k++) {
      one.add(k)
      if (random.uniform() < 0.3) {
        const expected = copied(one.state.parts()).slice(1)
        const taken = piecesOf(one.state.parts()).map((part) => part.keep())
        waiting.push(...taken.map((take, i) => ({ expected: expected[i], take })))
      }
      while (waiting.length > 0 && random.uniform() < 0.5) {
        const [{ expected, take }] = waiting.splice(Math.floor(random.uniform() * waiting.length), 1)
        expect(take()).toEqual('bytes' in expected && expected.bytes)
      }
    }
    for (const { expected, take } of waiting) expect(take()).toEqual('bytes' in expected && expected.bytes)
  })

  test('stays when another state is put back', () => {
    const one = ring()
    one.addAll(0, 14)
    const earlier = copied(one.state.parts())
    one.addAll(14, 20)
    const expected = copied(one.state.parts()).slice(1)
    const taken = piecesOf(one.state.parts()).map((part) => part.keep())
    one.state.restore(earlier)
    expect(taken.map((take) => take())).toEqual(expected.map((part) => 'bytes' in part && part.bytes))
  })

  test('is copied once, by the first change', () => {
    const one = ring()
    one.addAll(0, 4)
    const [take] = piecesOf(one.state.parts()).map((part) => part.keep())
    one.addAll(4, 12)
    expect(take()).toBe(take())
  })
})

describe('in a folder of checkpoints', () => {
  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'rivulet-pieces-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
  const files = (folder: string): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.piece'))

  test('is what it was at the call, though all rows are overwritten while it is written', async () => {
    const folder = checkpointFolder(newFolder())
    const one = ring()
    one.addAll(0, 14)
    const expected = contents(one)
    const written = folder.save(14, one.state)
    one.addAll(14, 40)
    await written
    const other = ring()
    await folder.restore(other.state)
    expect(contents(other)).toEqual(expected)
  })

  test('writes the pieces with rows that came since, also in another process', async () => {
    const path = newFolder()
    const [one, other] = [ring(), ring()]
    one.addAll(0, 14)
    const first = checkpointFolder(path)
    await first.save(14, one.state)
    const before = files(path)
    expect(before).toHaveLength(4)
    one.add(14)
    await first.save(15, one.state)
    expect(files(path).filter((name) => !before.includes(name))).toHaveLength(1)
    const second = checkpointFolder(path)
    await second.restore(other.state)
    other.add(15)
    const present = files(path)
    await second.save(16, other.state)
    expect(files(path).filter((name) => !present.includes(name))).toHaveLength(1)
    const last = ring()
    await checkpointFolder(path).restore(last.state)
    expect(contents(last)).toEqual(contents(other))
  })

  test('never takes a piece for one of an earlier life of the same ring', async () => {
    const folder = checkpointFolder(newFolder())
    const one = ring()
    one.addAll(0, 4)
    const earlier = copied(one.state.parts())
    one.addAll(4, 6)
    await folder.save(6, one.state)
    one.state.restore(earlier)
    one.addAll(60, 62)
    await folder.save(7, one.state)
    const other = ring()
    await folder.restore(other.state)
    expect(contents(other)).toEqual(contents(one))
  })
})

describe('a state is refused with', () => {
  const whole = ring()
  whole.addAll(0, 14)
  const parts = copied(whole.state.parts())
  const spoilt = (at: number, change: (part: Part) => Part): readonly Part[] =>
    parts.map((part, index) => (index === at ? change(part) : part))
  const json = (fields: object) =>
    spoilt(0, (part) => ({ ...part, json: { ...('json' in part ? (part.json as object) : {}), ...fields } }))
  const byte = (piece: number, at: number, value: readonly number[]) =>
    spoilt(1 + piece, (part) => {
      const bytes = new Uint8Array('bytes' in part ? part.bytes : [])
      bytes.set(value, at)
      return { name: part.name, version: part.version, bytes }
    })

  test.each<[string, readonly Part[], string]>([
    ['another capacity', json({ capacity: 8 }), 'state: capacity: expected 9; got 8'],
    ['other widths', json({ observation: 3 }), 'state: observation: expected 2; got 3'],
    ['another precision', json({ numbers: 'float64' }), 'state: numbers: expected float32; got float64'],
    ['too many rows', json({ size: 10 }), 'state: size: expected 9 rows at most; got 10'],
    ['a place outside', json({ next: 10 }), 'state: next: expected a row from 0 to 9; got 10'],
    ['a gap', json({ size: 3 }), 'state: next: expected 3, as the ring is not full; got 4'],
    ['fewer rows', json({ size: 4, next: 4 }), 'state: 1: expected 25 bytes'],
    ['no place', json({ next: undefined }), 'state: next: expected'],
    ['a piece too few', parts.slice(0, -1), '3: expected this part; got none'],
    ['pieces in another order', [parts[0], parts[2], parts[1], ...parts.slice(3)], '0: expected this part before 1'],
    ['a NaN', byte(1, 0, [0, 0, 192, 127]), '1: observation[0]: expected a number of a size of 1e18 at most; got NaN'],
    ['an end of 2', byte(2, 3 * ROW - 2, [2]), '2: terminated[1]: expected 0 or 1; got 2'],
  ])('%s, and nothing changes', (_, given, line) => {
    const other = ring()
    other.addAll(50, 67)
    const before = contents(other)
    const failure = (): unknown => {
      try {
        other.state.restore(given)
      } catch (error) {
        return error
      }
      return null
    }
    const error = failure()
    expect(error).toBeInstanceOf(RestoreError)
    expect((error as Error).message).toContain(line.replace(/^state: (\d)/, '$1'))
    expect(contents(other)).toEqual(before)
  })
})
