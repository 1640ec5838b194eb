import { describe, expect, it } from 'vitest'
import { againOf } from '../../src/cli/again.js'
import { program } from './program.js'

/** Node takes a program in its own words after `-e`; the words then follow. */
const scripted = (text: string) =>
  againOf({ execPath: process.execPath, execArgv: ['-e', text, '--'], argv: ['node', ''] })
const never = new AbortController().signal

describe('the command in a process of its own', () => {
  it('gives its standard output, and is called with the words', async () => {
    const again = againOf({ execPath: process.execPath, execArgv: [], argv: ['node', program] })
    expect(await again(['bench', '--help'], never)).toMatch(/^Usage: rivulet bench/)
  })

  it('rejects with the last line of the standard error stream where it fails', async () => {
    const again = againOf({ execPath: process.execPath, execArgv: [], argv: ['node', program] })
    await expect(again(['bench', '--rounds', '0'], never)).rejects.toThrow(
      /^--rounds: expected a positive integer; got "0"$/,
    )
    await expect(scripted('process.exitCode = 3')([], never)).rejects.toThrow(/^a process of its own ended by 3$/)
    await expect(scripted('process.kill(process.pid, "SIGKILL")')([], never)).rejects.toThrow(
      /^a process of its own ended by SIGKILL$/,
    )
  })

  it('is ended when the signal is aborted', async () => {
    const ending = new AbortController()
    const again = scripted('setInterval(() => undefined, 1000)')
    const running = again([], ending.signal)
    ending.abort()
    await expect(running).rejects.toThrow('aborted')
  })

  it('rejects where there is no such program', async () => {
    const again = againOf({ execPath: '/no/such/program', execArgv: [], argv: ['node', ''] })
    await expect(again([], never)).rejects.toThrow('ENOENT')
  })
})
