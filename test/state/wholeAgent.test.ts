/** A whole agent, saved in parts through bytes: it continues as if it had never been stopped, and it refuses every bad part. */
import { describe, expect, test } from 'vitest'
import { RestoreError, drive, driverFormat, momentsFormat, restorable, runningMoments, seeded } from 'rivulet'
import { scriptedSimulator } from 'rivulet/testing'
import type { Part } from '../../src/types.js'
import { agent } from './agent.js'
import { agentInTime } from './agentInTime.js'
import { bytesOf, parsed } from './serialized.js'

describe('a run that was saved in parts and resumed from their bytes is the run that was never stopped', async () => {
  const never = await agent()
  const whole = never.run()

  test('which learns, ends episodes, reports and has waiting work', () => {
    const said = (word: string): number => whole.filter((line) => line.includes(word)).length
    expect(said('"report":{')).toBe(150)
    expect(said('"truncated":true')).toBe(8)
    expect(said('progress:')).toBeGreaterThan(15)
    expect(said('slow:')).toBeGreaterThan(40)
  })

  test.each([1, 2, 17, 18, 19, 77, 120, 157, 158])('cut after record %i', async (cut) => {
    const before = await agent()
    let underway: Buffer = Buffer.of()
    const early = before.run(cut, () => {
      underway = bytesOf(before.state)
    })
    const left = bytesOf(before.state)
    expect(left.equals(underway)).toBe(true)

    const after = await agent({ begun: 1_000_000 })
    after.state.restore(parsed(left))
    expect(bytesOf(after.state).equals(left)).toBe(true)
    const late = after.run()
    expect([...early, ...late]).toEqual(whole)
    expect(bytesOf(after.state).equals(bytesOf(never.state))).toBe(true)
  })

  test('cut many times, each time into new objects', async () => {
    const said: string[] = []
    let saved: Buffer | null = null
    for (const cut of [3, 30, 1, 1, 40, Infinity]) {
      const piece = await agent()
      if (saved !== null) piece.state.restore(parsed(saved))
      said.push(...piece.run(cut))
      saved = bytesOf(piece.state)
    }
    expect(said).toEqual(whole)
  })
})

describe('a run in real time that learns in the gap continues with its waiting transitions', async () => {
  const never = await agentInTime()
  const whole = never.run()

  test('which learns late, and ends episodes', () => {
    const { learnt, delayed, dropped } = never.schedule.learning.value
    expect([learnt, delayed, dropped].map((count) => count > 20)).toEqual([true, true, true])
    expect(whole.filter(({ kind }) => kind === 'last').length).toBeGreaterThan(5)
  })

  test.each([1, 2, 17, 18, 40, 41, 42, 43, 44, 120])('cut after record %i', async (cut) => {
    const before = await agentInTime()
    const early = before.run(cut)
    const after = await agentInTime(1_000_000)
    after.state.restore(parsed(bytesOf(before.state)))
    const late = after.run()
    expect([...early, ...late]).toEqual(whole)
    for (const part of ['learner', 'moments', 'world', 'earlier', 'steps']) {
      const [expected, came] = [never, after].map(({ states }) => bytesOf(states[part]))
      expect(came.equals(expected), part).toBe(true)
    }
    expect(after.gap.value.durations).toEqual(never.gap.value.durations)
    const { longestWait: _, ...counts } = after.schedule.learning.value
    expect(never.schedule.learning.value).toMatchObject(counts)
  })
})

describe('two hundred random corruptions are refused, each in one line, and nothing is overwritten', async () => {
  const [from, to, wider] = [await agent(), await agent(), await agent({ hidden: [13, 12] })]
  from.run(120)
  to.run(50)
  wider.run(60)
  const good = parsed(bytesOf(from.state))
  const names = good.map(({ name }) => name)
  const before = bytesOf(to.state)
  const random = seeded(11)('corruptions')
  const below = (end: number): number => Math.floor(end * random.uniform())
  const keyOf = (name: string): string => name.split('/')[0]

  const world = drive(scriptedSimulator({ size: 3 }))
  world.timeSteps.subscribe().unsubscribe()
  const named = (key: string, parts: Iterable<Part>): readonly Part[] =>
    Array.from(parts, (part) => ({ ...part, name: part.name === '' ? key : `${key}/${part.name}` }))
  /** The parts of members of other shapes. */
  const others: readonly (readonly Part[])[] = [
    parsed(bytesOf(wider.state)).filter(({ name }) => keyOf(name) === 'learner'),
    named('moments', restorable(runningMoments({ size: 4 }), momentsFormat).parts()),
    named('world', restorable(world, driverFormat).parts()),
  ]

  const isBytes = (part: Part) => 'bytes' in part && part.bytes.length > 0
  const indexOf = (holds: (part: Part) => boolean): number => {
    const places = good.flatMap((part, place) => (holds(part) ? [place] : []))
    return places[below(places.length)]
  }
  const fieldsOf = (part: Part): readonly string[] =>
    'json' in part && typeof part.json === 'object' && part.json !== null
      ? Object.keys(part.json).filter((name) => name !== 'info')
      : []

  /** Each makes a bad state from the good one, and returns the name of its bad part. */
  const corruptions: Readonly<Record<string, () => readonly [name: string, parts: readonly Part[]]>> = {
    missing: () => {
      const place = below(good.length)
      return [names[place], good.toSpliced(place, 1)]
    },
    doubled: () => {
      const place = below(good.length)
      return [names[place], good.toSpliced(below(good.length + 1), 0, good[place])]
    },
    renamed: () => {
      const place = below(good.length)
      const letters = [...names[place]]
      const at = below(letters.length)
      const name = [letters.toSpliced(at, 1), letters.toSpliced(at, 0, 'q'), letters.with(at, 'q')][below(3)].join('')
      return [name, good.with(place, { ...good[place], name })]
    },
    truncated: () => {
      const place = indexOf(isBytes)
      const part = good[place]
      const bytes = 'bytes' in part ? part.bytes.subarray(0, below(part.bytes.length)) : new Uint8Array()
      return [part.name, good.with(place, { ...part, bytes } as Part)]
    },
    lengthened: () => {
      const place = indexOf(isBytes)
      const part = good[place]
      const bytes =
        'bytes' in part ? Uint8Array.from([...part.bytes, ...new Array<number>(1 + below(9)).fill(0)]) : null
      return [part.name, good.with(place, { ...part, bytes } as Part)]
    },
    'of another version': () => {
      const place = below(good.length)
      return [names[place], good.with(place, { ...good[place], version: [0, 2, 3, 1.5, NaN][below(5)] })]
    },
    'of another kind': () => {
      const place = below(good.length)
      const { name, version } = good[place]
      const part: Part = isBytes(good[place])
        ? { name, version, json: {} }
        : { name, version, bytes: new Uint8Array(8) }
      return [name, good.with(place, part)]
    },
    'not finite': () => {
      const place = indexOf((part) => isBytes(part))
      const part = good[place]
      const size = ['floats', 'noise', 'action'].some((word) => part.name.includes(word)) ? 4 : 8
      const bytes = 'bytes' in part ? Uint8Array.from(part.bytes) : new Uint8Array()
      const number = [NaN, Infinity, -Infinity][below(3)]
      const at = size * below(bytes.length / size)
      const view = new DataView(bytes.buffer)
      if (size === 4) view.setFloat32(at, number, true)
      else view.setFloat64(at, number, true)
      return [part.name, good.with(place, { ...part, bytes } as Part)]
    },
    'without a field': () => {
      const place = indexOf((part) => fieldsOf(part).length > 0)
      const part = good[place]
      const field = fieldsOf(part)[below(fieldsOf(part).length)]
      const json = Object.fromEntries(
        Object.entries('json' in part ? (part.json as object) : {}).filter(([name]) => name !== field),
      )
      return [part.name, good.with(place, { ...part, json } as Part)]
    },
    'with a text in the place of its value': () => {
      const place = indexOf((part) => 'json' in part)
      return [names[place], good.with(place, { ...good[place], json: 'text' } as Part)]
    },
    'of other shapes': () => {
      const other = others[below(others.length)]
      const key = keyOf(other[0].name)
      return [key, [...good.filter(({ name }) => keyOf(name) !== key), ...other]]
    },
  }

  const kinds = Object.keys(corruptions)
  test.each(Array.from({ length: 200 }, (_, i) => [kinds[i % kinds.length], i] as const))('%s (%i)', (kind) => {
    const [name, parts] = corruptions[kind]()
    let error: unknown = null
    try {
      to.state.restore(parts)
    } catch (thrown) {
      error = thrown
    }
    expect(error, name).toBeInstanceOf(RestoreError)
    const { message } = error as RestoreError
    expect(message).toMatch(/^.{10,1200}$/)
    expect(kind === 'renamed' || message.includes(keyOf(name)), `${name}: ${message}`).toBe(true)
    expect(bytesOf(to.state).equals(before)).toBe(true)
  })

  test('and after all of them the good one is restored', () => {
    to.state.restore(good)
    expect(bytesOf(to.state).equals(bytesOf(from.state))).toBe(true)
  })
})
