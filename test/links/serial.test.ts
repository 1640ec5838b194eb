import { rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { finiteNumber } from '../../src/edge/codecs.js'
import { lines } from '../../src/links/frames.js'
import { type FromSerialOptions, fromSerial, toSerial } from '../../src/links/serial.js'
import { expectReleased, stopping, until } from './servers.js'
import { onEachWire } from './wires.js'

const { started, connected, heard: hear } = stopping()
const backoff = { first: 5, longest: 20 }

const listening = (path: string, options: Partial<FromSerialOptions<number>> = {}) => {
  const source = fromSerial<number>(path, {
    baudRate: 115_200,
    codec: finiteNumber,
    backoff,
    report: () => {},
    ...options,
  })
  return { counts: source.link, ...hear(source) }
}

onEachWire((wireUp) => {
  test('brings the lines of a device, whatever the cuts, but not the rest of one that was under way', async () => {
    const { ours, say } = await started(wireUp())
    const { heard, counts } = listening(ours, { onBad: 'skip' })
    await until('the port', () => counts.value.connected)
    for (const piece of ['1.5\n2', '1.5\r\nhot\n', '22', '.25\n23\n']) say(piece)
    await until('the lines', () => heard.length === 3)
    expect(heard).toEqual([21.5, 22.25, 23])
    expect(counts.value).toMatchObject({ connections: 1, messages: 3, bad: 1, dropped: 1 })
  })

  test('a sink writes lines that a source reads, with a format and a parser of their own', async () => {
    const { ours, theirs } = await started(wireUp())
    const { heard, counts } = listening(ours, {
      framing: lines({ firstLine: 'keep' }),
      parse: (line) => Number(line.split('=')[1]),
    })
    await until('the port', () => counts.value.connected)
    const format = (value: number): string => `T=${value}`
    const sink = await connected(toSerial<number>(theirs, { baudRate: 115_200, format }))
    for (const value of [1, 2.5, -3]) expect(await sink.send(value)).toBe(true)
    await until('the lines', () => heard.length === 3)
    expect(heard).toEqual([1, 2.5, -3])
  })

  test('a cable that is pulled and put back: the run goes on', async () => {
    let wire = await started(wireUp())
    const { ours, theirs } = wire
    const { heard, counts } = listening(ours)
    for (let plugged = 0; plugged < 10; plugged++) {
      if (plugged > 0) wire = await started(wireUp({ ours, theirs }))
      await until('the port', () => counts.value.connected)
      wire.say(`cut\n${2 * plugged}\n${2 * plugged + 1}\n`)
      await until('the lines', () => heard.length === 2 * (plugged + 1))
      await wire.stop()
      await until('the loss', () => !counts.value.connected)
    }
    expect(heard).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(counts.value).toMatchObject({ connections: 10, messages: 20, dropped: 10, bad: 0 })
  })

  test('prepare switches control lines before the port is used, on each connection; its error is a loss', async () => {
    const { ours, say } = await started(wireUp())
    const prepared: string[] = []
    const { heard, counts } = listening(ours, {
      framing: lines({ firstLine: 'keep' }),
      prepare: async ({ set }) => {
        // A pseudo-terminal has no such line.
        prepared.push(
          await set({ rts: true }).then(
            () => 'set',
            () => 'none',
          ),
        )
        if (prepared.length < 3) throw new Error('not ready yet')
      },
    })
    await until('the port', () => counts.value.connected)
    expect(prepared).toHaveLength(3)
    expect(new Set(prepared).size).toBe(1)
    expect(counts.value).toMatchObject({ attempts: 3, connections: 1, failure: 'not ready yet' })
    say('1\n')
    await until('the line', () => heard.length === 1)
  })

  test('a device whose file is gone is lost, even if its port reports nothing', async () => {
    const { ours } = await started(wireUp())
    const { counts } = listening(ours)
    await until('the port', () => counts.value.connected)
    rmSync(ours)
    await until('the loss', () => !counts.value.connected)
    expect(counts.value.failure).toContain('ENOENT')
  })

  test('leaves no port and no timer when it is unsubscribed from, open or on its way', async () => {
    const { ours, say, openings } = await started(wireUp())
    await expectReleased(async () => {
      const { counts, subscription } = listening(ours)
      await until('the port', () => counts.value.connected)
      say('x\n1\n')
      await until('a line', () => counts.value.messages === 1)
      expect(openings()).toBe(1)
      subscription.unsubscribe()
      listening(ours).subscription.unsubscribe()
      for (let turns = 0; turns < 12; turns++) {
        const late = listening(ours)
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
        late.subscription.unsubscribe()
      }
      await until('no port', () => openings() === 0)
      // One that was still being opened would be open by now.
      await new Promise((resolve) => setTimeout(resolve, 30))
      expect(openings()).toBe(0)
    })
  })

  test('fails on a bad line, unless skipping was chosen, and on one that is too long', async () => {
    const { ours, say } = await started(wireUp())
    for (const [said, complaint] of [
      ['"hot"', 'expected a finite number; got "hot"'],
      ['12345678901', 'expected a line of at most 10 characters; got "12345678901"...'],
    ]) {
      const { heard, counts, subscription } = listening(ours, { longest: 10 })
      await until('the port', () => counts.value.connected)
      say(`\n${said}\n`)
      await until('the failure', () => heard.length > 0)
      expect(heard).toEqual([`SensorError: fromSerial ${ours}: a bad message: ${complaint}`])
      subscription.unsubscribe()
    }
  })
})

describe('what fails', () => {
  test('a port that is not there', async () => {
    const { heard, counts } = listening('/dev/rivulet-none', { backoff: { first: 1, retries: 2 } })
    await until('the failure', () => heard.length > 0)
    expect(heard[0]).toMatch(
      /^SensorError: fromSerial \/dev\/rivulet-none: gave up \(failures in a row: 3\): .*No such file or directory/,
    )
    expect(counts.value.attempts).toBe(3)
  })

  test('a rate that is none, when the pipeline is built', () => {
    expect(() => fromSerial('/dev/ttyUSB0', { baudRate: 0, codec: finiteNumber })).toThrow(
      'fromSerial: baudRate: expected a positive integer, got 0',
    )
  })
})
