import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { outsideOf, signalOf } from '../../src/cli/outside.js'

/** As much of a process as the command takes. */
const processOf = ({ isTTY = true, columns = 80, env = {} as Record<string, string> } = {}) => {
  const written: string[] = []
  const stream = () =>
    Object.assign(new EventEmitter(), { isTTY, columns, write: (text: string) => written.push(text) })
  const exits: number[] = []
  const process = Object.assign(new EventEmitter(), {
    argv: ['node', 'rivulet', 'tasks'],
    env,
    stdout: stream(),
    stderr: stream(),
    exit: (code: number) => exits.push(code),
    exitCode: undefined,
  })
  const outside = outsideOf(process as unknown as NodeJS.Process, new Date(0), { now: () => 0 })
  return { process, outside, exits, written }
}

describe('outsideOf', () => {
  it('passes on the words after the name of the command', () => {
    expect(processOf().outside.words).toEqual(['tasks'])
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s asks the run to end; once more, and the process ends', (signal, code) => {
    const { process, outside, exits } = processOf()
    expect(signalOf(outside.interruption)).toBe(null)
    process.emit(signal)
    expect(signalOf(outside.interruption)).toBe(signal)
    expect(exits).toEqual([])
    process.emit(signal)
    expect(exits).toEqual([code])
  })

  it('lets a reader leave early, and progress go untold', () => {
    const { process, written } = processOf()
    process.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    process.stderr.emit('error', Object.assign(new Error('write EIO'), { code: 'EIO' }))
    expect(process.exitCode).toBe(undefined)
    expect(written).toEqual([])
  })

  it('says it when the standard output takes nothing', () => {
    const { process, written } = processOf()
    process.stdout.emit('error', Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }))
    expect(process.exitCode).toBe(1)
    expect(written).toEqual(['rivulet: standard output: ENOSPC: no space left\n'])
  })

  it.each([
    [{}, true],
    [{ isTTY: false }, false],
    [{ columns: 0 }, false],
    [{ env: { TERM: 'dumb' } }, false],
    [{ env: { CI: 'true' } }, false],
  ])('with %j a line may be drawn over and over: %s', (given, live) => {
    expect(processOf(given).outside.live).toBe(live)
  })
})
