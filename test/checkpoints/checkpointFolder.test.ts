/** Checkpoints: what is whole is restored bit for bit, what is not is never restored, and the one before it is. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkpointBytes, type StoredPart, storedParts } from '../../src/checkpoints/checkpointBytes.js'
import { checkpointFolder } from '../../src/checkpoints/checkpointFolder.js'
import { closed, finiteNumber } from '../../src/edge/codecs.js'
import { seeded } from '../../src/random.js'
import { arrayOf } from '../../src/state/codecs.js'
import { restorable } from '../../src/state/restorable.js'
import { restorableArray } from '../../src/state/restorableArray.js'
import { restorables } from '../../src/state/restorables.js'
import { RestoreError } from '../../src/state/restoreError.js'
import type { Part } from '../../src/types.js'
import { onSmallDisk, withSmallDisk } from '../smallDisk.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-checkpoints-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))
let folders = 0
const newFolder = (): string => join(place, `${++folders}`)

/** A state of two members, with a number and an array; `value` fills it. */
const world = (value: number) => {
  let state = { steps: value, weights: Float32Array.of(value, value + 0.5, -0) }
  const format = {
    version: 1,
    codec: closed({ steps: finiteNumber, weights: arrayOf('Float32Array') }),
  }
  const member = restorable<typeof state>(
    {
      snapshot: () => structuredClone(state),
      restore: (saved) => {
        if (saved.weights.length !== 3) throw new RangeError(`world: expected 3 weights, got ${saved.weights.length}`)
        state = structuredClone(saved)
      },
    },
    format,
  )
  return { state: restorables({ world: member }), value: () => state }
}

const onlyFile = (folder: string): string => join(folder, readdirSync(folder)[0])

test('a state comes back bit for bit, in another object', async () => {
  const [saved, other] = [world(7), world(1)]
  const folder = checkpointFolder(newFolder())
  const path = await folder.save(12, saved.state)
  expect(path).toMatch(/\/000000000000012-[0-9a-f]{16}\.checkpoint$/)
  expect(await folder.restore(other.state)).toEqual({ step: 12, path, refused: [] })
  expect(other.value()).toEqual(saved.value())
  expect(Object.is(other.value().weights[2], -0)).toBe(true)
})

test('what is saved is the state of the call, whatever moves while it is written', async () => {
  const [saved, other] = [world(7), world(1)]
  const folder = checkpointFolder(newFolder())
  const written = folder.save(1, saved.state)
  saved.state.restore([...world(9).state.parts()])
  await written
  await folder.restore(other.state)
  expect(other.value().steps).toBe(7)
})

test('the two newest stay, files of others stay, and what a killed process left goes', async () => {
  const folder = checkpointFolder(newFolder())
  mkdirSync(folder.path)
  writeFileSync(join(folder.path, 'notes.txt'), 'mine')
  writeFileSync(join(folder.path, '.rivulet-1-0.tmp'), 'half')
  void folder.save(1, world(1).state)
  void folder.save(2, world(2).state)
  void folder.save(3, world(3).state)
  await folder.settled()
  const names = readdirSync(folder.path).sort()
  expect(names.map((name) => name.replace(/-.*/, ''))).toEqual(['000000000000002', '000000000000003', 'notes.txt'])
})

test('a run that is continued from an earlier step drops the later checkpoints of its former life', async () => {
  const folder = checkpointFolder(newFolder())
  for (const step of [10, 20]) await folder.save(step, world(step).state)
  await folder.save(15, world(15).state)
  const restored = world(0)
  expect((await folder.restore(restored.state))?.step).toBe(15)
  expect(readdirSync(folder.path)).toHaveLength(2)
})

describe('a file that is not whole is skipped with the reason, and the one before it is restored', () => {
  const random = seeded(4)('damage')
  const whole = Buffer.from(checkpointBytes([...world(5).state.parts()] as StoredPart[]))
  const damages = Array.from({ length: 1000 }, (_, i): readonly [string, (bytes: Buffer) => Buffer] => {
    const at = Math.floor(random.uniform() * whole.length)
    if (i % 3 === 0) return [`cut off at ${at}`, (bytes) => bytes.subarray(0, at)]
    if (i % 3 === 1) {
      const bit = Math.floor(random.uniform() * 8)
      return [
        `bit ${bit} of byte ${at} flipped`,
        (bytes) => {
          const copy = Buffer.from(bytes)
          copy[at] ^= 1 << bit
          return copy
        },
      ]
    }
    const length = Math.floor(random.uniform() * 200)
    return [`${length} foreign bytes`, () => Buffer.from(Array.from({ length }, () => 256 * random.uniform()))]
  })

  test('of 1,000 damages', async () => {
    const folder = checkpointFolder(newFolder())
    const before = await folder.save(1, world(1).state)
    const newest = await folder.save(2, world(5).state)
    const bytes = readFileSync(newest)
    for (const [damage, spoil] of damages) {
      writeFileSync(newest, spoil(bytes))
      const restored = world(0)
      const after = await folder.restore(restored.state)
      expect([after?.path, after?.refused], damage).toEqual([
        before,
        [`${newest}: expected the checksum of its name; got another one: it is damaged`],
      ])
      expect(restored.value().steps).toBe(1)
    }
  })

  test('without the checksum the parts refuse it too, or are those of the file', () => {
    const own = [...world(5).state.parts()]
    for (const [damage, spoil] of damages) {
      const bytes = spoil(whole)
      const restored = world(0)
      try {
        restored.state.restore(storedParts(new Uint8Array(bytes)) as Part[])
      } catch (error) {
        expect(error, damage).toBeInstanceOf(RestoreError)
        expect((error as Error).message, damage).not.toMatch(/[\r\n]/)
        expect(restored.value(), damage).toEqual(world(0).value())
        continue
      }
      // A bit within a number changes that number.
      expect([...restored.state.parts()].map(({ name }) => name)).toEqual(own.map(({ name }) => name))
    }
  })
})

test('a checkpoint of another state is refused by what differs; without any other there is one line', async () => {
  const folder = checkpointFolder(newFolder())
  const path = await folder.save(3, restorables({ other: world(1).state }))
  const restored = world(0)
  await expect(folder.restore(restored.state)).rejects.toThrow(
    new RegExp(`^${path}: other/world: expected one of world; got "other"$`),
  )
  expect(restored.value()).toEqual(world(0).value())
})

test.each<[string, (folder: string) => void]>([
  ['no folder', () => undefined],
  ['an empty folder', (folder) => void mkdirSync(folder)],
  [
    'a folder in which the first checkpoint was not completed',
    (folder) => {
      mkdirSync(folder)
      writeFileSync(join(folder, '.rivulet-1-0.tmp'), 'half')
    },
  ],
])('%s has nothing to restore', async (_, make) => {
  const folder = newFolder()
  make(folder)
  const restored = world(3)
  expect(await checkpointFolder(folder).restore(restored.state)).toBeNull()
  expect(restored.value()).toEqual(world(3).value())
})

test('a folder that cannot be read is one line', async () => {
  const folder = newFolder()
  writeFileSync(folder, 'a file')
  await expect(checkpointFolder(folder).restore(world(0).state)).rejects.toThrow(/^ENOTDIR[^\n]*$/)
})

test('a disk that refuses the file leaves the earlier checkpoint', async () => {
  const folder = checkpointFolder(newFolder())
  await folder.save(1, world(1).state)
  const kept = onlyFile(folder.path)
  rmSync(folder.path, { recursive: true })
  writeFileSync(folder.path, 'in the way')
  await expect(folder.save(2, world(2).state)).rejects.toThrow(/EEXIST|ENOTDIR/)
  rmSync(folder.path)
  await folder.save(3, world(3).state)
  expect(onlyFile(folder.path)).not.toBe(kept)
})

test(
  `${onSmallDisk} that is full, the earlier checkpoints stay, and a later one is written when there is room`,
  withSmallDisk(async (disk, { fill, free }) => {
    const folder = checkpointFolder(join(disk, 'checkpoints'))
    const first = await folder.save(1, world(1).state)
    const large = restorables({ weights: restorableArray(new Float32Array(30_000)) })
    fill(40_000)
    await expect(folder.save(2, large)).rejects.toThrow(/ENOSPC/)
    const restored = world(0)
    expect(await folder.restore(restored.state)).toEqual({ step: 1, path: first, refused: [] })
    expect(readdirSync(folder.path)).toHaveLength(1)
    free()
    await folder.save(3, world(3).state)
    expect((await folder.restore(restored.state))?.step).toBe(3)
  }),
)

describe('a state that is too large to be written anew each time', () => {
  /** A ring of 64 numbers in pieces of 16, and how often each was written. */
  const ring = () => {
    const values = new Float32Array(64)
    const writes = new Uint32Array(64)
    const revision = (begin: number, end: number) => writes.subarray(begin, end).reduce((sum, count) => sum + count, 0)
    const array = restorableArray(values, { piece: 64, revision })
    const write = (at: number, value: number): void => {
      values[at] = value
      writes[at]++
    }
    return { values, write, writes, state: restorables({ ring: array, world: world(1).state }) }
  }
  const pieces = (path: string) =>
    readdirSync(path)
      .filter((name) => name.endsWith('.piece'))
      .toSorted()

  test('is written in pieces, and of these only what changed; pieces that no checkpoint needs go', async () => {
    const folder = checkpointFolder(newFolder())
    const { write, values, state } = ring()
    for (let i = 0; i < 64; i++) write(i, i)
    const states: Float32Array[] = []
    const counts: number[] = []
    for (let step = 1; step <= 5; step++) {
      write(3, 100 + step)
      if (step === 3) write(40, -1)
      const before = new Set(step === 1 ? [] : pieces(folder.path))
      await folder.save(step, state)
      states.push(values.slice())
      counts.push(pieces(folder.path).filter((name) => !before.has(name)).length)
    }
    expect(counts).toEqual([4, 1, 2, 1, 1])
    // Three that both checkpoints have, and one of each.
    expect(pieces(folder.path)).toHaveLength(5)
    const other = ring()
    expect((await folder.restore(other.state))?.step).toBe(5)
    expect(other.values).toEqual(states[4])
  })

  test('goes on in another process without writing what is there', async () => {
    const path = newFolder()
    const { write, state } = ring()
    for (let i = 0; i < 64; i++) write(i, i)
    await checkpointFolder(path).save(1, state)
    const before = pieces(path)
    const other = ring()
    other.writes.fill(1)
    const folder = checkpointFolder(path)
    await folder.restore(other.state)
    other.write(63, 5)
    await folder.save(2, other.state)
    expect(pieces(path).filter((name) => !before.includes(name))).toHaveLength(1)
    const last = ring()
    await checkpointFolder(path).restore(last.state)
    expect(last.values).toEqual(other.values)
  })

  test('is not restored with a damaged piece, but from the checkpoint before it', async () => {
    const folder = checkpointFolder(newFolder())
    const { write, values, state } = ring()
    await folder.save(1, state)
    const [before, first] = [pieces(folder.path), values.slice()]
    write(50, 8)
    await folder.save(2, state)
    const fresh = pieces(folder.path).find((name) => !before.includes(name)) ?? ''
    const place = join(folder.path, fresh)
    const bytes = readFileSync(place)
    bytes[8] ^= 1
    writeFileSync(place, bytes)
    const other = ring()
    const restored = await folder.restore(other.state)
    expect(restored?.step).toBe(1)
    expect(restored?.refused).toEqual([expect.stringContaining(`${fresh}: expected the checksum of its name`)])
    expect(other.values).toEqual(first)
    rmSync(place)
    expect((await folder.restore(other.state))?.refused).toEqual([expect.stringMatching(/\.piece: .*ENOENT/)])
  })

  test(
    `${onSmallDisk} that is full, is written whole when there is room again`,
    withSmallDisk(async (disk, { fill, free }) => {
      const folder = checkpointFolder(join(disk, 'checkpoints'))
      const { write, values, state } = ring()
      await folder.save(1, state)
      fill(0)
      for (let i = 0; i < 64; i++) write(i, i + 1)
      await expect(folder.save(2, state)).rejects.toThrow(/ENOSPC/)
      free()
      await folder.save(3, state)
      const other = ring()
      expect((await folder.restore(other.state))?.step).toBe(3)
      expect(other.values).toEqual(values)
    }),
  )
})

test.each([-1, 0.5, NaN, 1e16])('the step %d is refused', (step) => {
  expect(() => checkpointFolder(newFolder()).save(step, world(0).state)).toThrow('step must be an integer from 0 up')
})
test.each([0, 1.5])('%d checkpoints to keep are refused', (keep) => {
  expect(() => checkpointFolder('x', { keep })).toThrow(`keep must be a positive integer, got ${keep}`)
})
