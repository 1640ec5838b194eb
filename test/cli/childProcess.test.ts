/** Runs in processes of their own, and what becomes of them when their parent is gone. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startChildOf } from '../../src/cli/childProcess.js'
import { program } from './program.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-child-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Node takes a program in its own words after `-e`; the words then follow. */
const scripted = (text: string, ...words: readonly string[]) => {
  const lines: string[] = []
  const start = startChildOf({ execPath: process.execPath, execArgv: ['-e', text, '--'], argv: ['node', ''] })
  return { lines, child: start(words, (line) => lines.push(line)) }
}

describe('a child', () => {
  it('gives its output line by line, its errors and its code', async () => {
    const { lines, child } = scripted(
      'console.log("a\\nb"); console.error("why"); process.exitCode = 3; process.disconnect()',
    )
    expect(await (await child).ended).toEqual({ code: 3, signal: null, errors: 'why\n' })
    expect(lines).toEqual(['a', 'b'])
  })

  it('gets signals, and says by which one it was ended', async () => {
    const { child } = scripted('setInterval(() => undefined, 1000)')
    const { signal, ended } = await child
    signal('SIGTERM')
    expect(await ended).toMatchObject({ code: null, signal: 'SIGTERM' })
  })

  it('that cannot be started has the reason', async () => {
    const start = startChildOf({ execPath: '/no/such/program', execArgv: [], argv: ['node', ''] })
    const { ended } = await start([], () => undefined)
    expect(await ended).toMatchObject({ code: null, errors: expect.stringMatching(/^rivulet: .*ENOENT/) })
  })
})

it('the command exits when the process that started it with a channel is gone', async () => {
  const words = ['train', 'Pendulum-v1', '--hidden', '8,8', '--steps', '100000000', '--log', 'json', '--out', 'run']
  const child = spawn(process.execPath, [program, ...words], {
    cwd: place,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout ?? child, 'data')
  child.disconnect()
  expect(await once(child, 'exit')).toEqual([1, null])
})
