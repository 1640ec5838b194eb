import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { delay, of, tap } from 'rxjs'
import { afterAll, describe, expect, test } from 'vitest'
import { suspend } from '../../operators/suspend.js'
import { finiteNumber } from '../../src/edge/codecs.js'
import { fromJsonLines, jsonLines, toJsonLines } from '../../src/links/jsonLines.js'
import { expectReleased, stopping, until } from './servers.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-lines-'))
afterAll(() => rmSync(place, { recursive: true }))
const { connected, heard: hear } = stopping()
const run = promisify(execFile)
const backoff = { first: 5, longest: 20 }
const codec = finiteNumber

const fifo = (name: string): string => {
  const path = join(place, name)
  execFileSync('mkfifo', [path])
  return path
}
const file = (name: string, text: string): string => {
  const path = join(place, name)
  writeFileSync(path, text)
  return path
}

describe('from a file', () => {
  test('brings every value, and completes; the last line needs no end', async () => {
    const path = file('numbers.jsonl', `${Array.from({ length: 20_000 }, (_, i) => i).join('\n')}\n\n20000`)
    const source = fromJsonLines(path, { codec })
    const counts = source.link
    const { heard } = hear(source)
    await until('the end', () => heard.at(-1) === 'complete')
    expect(heard).toEqual([...Array.from({ length: 20_001 }, (_, i) => i), 'complete'])
    expect(counts.value).toMatchObject({ connected: false, connections: 1, messages: 20_001, bad: 0 })
  })

  test('bad lines are counted and skipped, or fail the stream', async () => {
    const path = file('bad.jsonl', '1\nx\n{}\n2\n')
    const source = fromJsonLines(path, { codec, onBad: 'skip' })
    const counts = source.link
    const skipping = hear(source)
    const failing = hear(fromJsonLines(path, { codec }))
    await until('both ends', () => skipping.heard.length === 3 && failing.heard.length === 2)
    expect(skipping.heard).toEqual([1, 2, 'complete'])
    expect(counts.value).toMatchObject({ messages: 2, bad: 2 })
    expect(failing.heard).toEqual([1, `SensorError: fromJsonLines ${path}: a bad message: expected JSON; got "x"`])
  })

  test('that is not there fails at once, and a directory too', async () => {
    const { heard } = hear(fromJsonLines(join(place, 'none'), { codec }))
    const directory = hear(fromJsonLines(place, { codec }))
    await until('both failures', () => heard.length + directory.heard.length === 2)
    expect(heard[0]).toMatch(/^SensorError: fromJsonLines .*none: ENOENT: no such file or directory/)
    expect(directory.heard[0]).toMatch(/^SensorError: fromJsonLines .*: EISDIR/)
  })

  test('a line without an end is cut, and what follows is read', async () => {
    const path = file('long.jsonl', `1\n${'9'.repeat(300_000)}\n2\n`)
    const { heard } = hear(fromJsonLines(path, { codec, onBad: 'skip', longest: 1000 }))
    await until('the end', () => heard.at(-1) === 'complete')
    expect(heard).toEqual([1, 2, 'complete'])
  })
})

describe('from a pipe', () => {
  test('lines of a writer who comes and goes, ten times', async () => {
    const path = fifo('comings')
    const source = fromJsonLines(path, { codec, atEnd: 'reopen', backoff })
    const counts = source.link
    const { heard } = hear(source)
    for (let coming = 0; coming < 10; coming++) {
      await until('the pipe', () => counts.value.connected)
      await run('sh', ['-c', `printf '${2 * coming}\\n${2 * coming + 1}\\n' > ${path}`])
      await until('the lines', () => heard.length === 2 * (coming + 1))
    }
    expect(heard).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(counts.value).toMatchObject({ connected: true, connections: 1, failure: null })
  })

  test('a sink writes to the reader of the pipe', async () => {
    const path = fifo('sink')
    const { heard } = hear(fromJsonLines(path, { codec, atEnd: 'reopen', backoff }))
    const sink = await connected(toJsonLines<number>(path, { backoff }))
    for (const value of [1, 2, 3]) expect(await sink.send(value)).toBe(true)
    await until('the lines', () => heard.length === 3)
    expect(heard).toEqual([1, 2, 3])
  })

  test('nothing is left open when it is unsubscribed from, even if there was no writer', async () => {
    const path = fifo('silent')
    await expectReleased(async () => {
      const source = fromJsonLines(path, { codec })
      const counts = source.link
      const { subscription } = hear(source)
      await until('the pipe', () => counts.value.connected)
      await new Promise((resolve) => setTimeout(resolve, 20))
      subscription.unsubscribe()
    })
  })
})

describe('from pieces of text', () => {
  test('such as standard input', async () => {
    const { heard } = hear(fromJsonLines(Readable.from(['1\n2', '2\n', Buffer.from('3')]), { codec }))
    await until('the end', () => heard.at(-1) === 'complete')
    expect(heard).toEqual([1, 22, 3, 'complete'])
  })

  test('which are read once, and so cannot be opened again', () => {
    expect(() => fromJsonLines([], { codec, atEnd: 'reopen' })).toThrow(
      "fromJsonLines: atEnd: 'reopen': expected a path, got pieces of text, which can be read once",
    )
  })
})

describe('held up by the work', () => {
  test('a source a hundred times faster is held up: never more than one piece is out, and nothing is lost', async () => {
    let given = 0
    let most = 0
    const fast = (function* () {
      while (given < 50) yield `${given++}\n`
    })()
    const worked: unknown[] = []
    const work = (value: number) => {
      most = Math.max(most, given - worked.length)
      return tap(() => worked.push(value))(delay<number>(1)(of(value)))
    }
    const { heard } = hear(suspend({ work })(jsonLines(fast, { codec })))
    await until('the end', () => heard.at(-1) === 'complete')
    expect(worked).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(most).toBe(1)
  })

  test('closes its source at once when it is closed, and names its errors', async () => {
    const source = Readable.from(
      (async function* () {
        yield '1\n'
        await new Promise(() => {})
      })(),
    )
    const { heard, subscription } = hear(suspend({ work: (value: number) => of(value) })(jsonLines(source, { codec })))
    await until('the value', () => heard.length === 1)
    subscription.unsubscribe()
    expect(source.destroyed).toBe(true)
    const failing = hear(suspend({ work: (value: number) => of(value) })(jsonLines(['x\n'], { codec })))
    const absent = hear(suspend({ work: (value: number) => of(value) })(jsonLines(join(place, 'none'), { codec })))
    await until('both failures', () => failing.heard.length + absent.heard.length === 2)
    expect(failing.heard).toEqual(['SensorError: jsonLines: a bad message: expected JSON; got "x"'])
    expect(absent.heard[0]).toMatch(/^SensorError: jsonLines .*none: ENOENT/)
  })
})

test('a sink appends whole lines to a file', async () => {
  const path = file('log.jsonl', '0\n')
  const sink = await connected(toJsonLines<unknown>(path))
  for (const value of [1, { a: Float32Array.of(2) }]) await sink.send(value)
  await sink.close()
  expect(readFileSync(path, 'utf8')).toBe('0\n1\n{"a":[2]}\n')
})
