import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { type Exit, failed, interrupted } from '../../src/cli/exit.js'
import { type Cause, ownCommandProcess, signalOf } from '../../src/cli/commandProcess.js'
import { endingSignals } from '../../src/signals.js'

/** The part of a process that the command uses. */
const processOf = ({ isTTY = true, columns = 80, env = {} as Record<string, string>, hasTerminal = false } = {}) => {
  const written: string[] = []
  const stream = () =>
    Object.assign(new EventEmitter(), { isTTY, columns, write: (text: string) => written.push(text) })
  const exits: (number | string)[] = []
  let capture: ((error: Error) => void) | null = null
  const process = Object.assign(new EventEmitter(), {
    argv: ['node', 'rivulet', 'tasks'],
    env,
    stdout: stream(),
    stderr: stream(),
    pid: 7,
    exit: (code: number) => exits.push(code),
    kill: (_: number, signal: string) => exits.push(signal),
    exitCode: undefined,
    setUncaughtExceptionCaptureCallback: (callback: typeof capture) => (capture = callback),
  })
  const commandProcess = ownCommandProcess(
    process as unknown as NodeJS.Process,
    new Date(0),
    { now: () => 0 },
    hasTerminal,
  )
  const listeners = () => [...process.eventNames(), ...(capture === null ? [] : ['capture'])]
  return { process, commandProcess, exits, written, listeners, fail: (error: Error) => capture?.(error) }
}

const endingOf = (cause: Cause): Exit =>
  cause instanceof Error ? failed(cause.message) : interrupted(cause, `${cause}: kept`)
/** Lets the callbacks of resolved promises run. */
const settled = () =>
  new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))))

describe('ownCommandProcess', () => {
  it('passes on the words after the name of the command', () => {
    expect(processOf().commandProcess.words).toEqual(['tasks'])
  })

  it('ignores a reader that exits early, and progress that cannot be written', () => {
    const { process, written } = processOf()
    process.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    process.stderr.emit('error', Object.assign(new Error('write EIO'), { code: 'EIO' }))
    expect(process.exitCode).toBe(undefined)
    expect(written).toEqual([])
  })

  it('prints an error of the standard output', () => {
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
  ])('with %j a line can be redrawn: %s', (given, live) => {
    expect(processOf(given).commandProcess.live).toBe(live)
  })
})

describe('a command that is not guarded', () => {
  it('listens to no signal: a signal ends the process at once', () => {
    const { process, commandProcess, listeners } = processOf()
    expect(listeners()).toEqual([])
    process.emit('SIGINT')
    expect(signalOf(commandProcess.interruption)).toBe(null)
  })
})

describe('a command that is guarded', () => {
  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
    ...(process.platform === 'linux'
      ? ([
          ['SIGUSR2', 140],
          ['SIGXCPU', 152],
        ] as const)
      : []),
  ] as const)('is asked to end by a first %s, and ends with %d at a second', async (signal, code) => {
    const { process, commandProcess, exits, written } = processOf()
    commandProcess.guard(async (cause) => endingOf(cause))
    expect(signalOf(commandProcess.interruption)).toBe(null)
    process.emit(signal)
    await settled()
    expect(signalOf(commandProcess.interruption)).toBe(signal)
    expect(exits).toEqual([])
    process.emit(signal)
    await settled()
    expect(exits).toEqual([code])
    expect(written).toEqual([`rivulet: ${signal}: kept\n`])
  })

  it('whose terminal was closed ends by the signal itself', async () => {
    const { process, commandProcess, exits, listeners } = processOf({ hasTerminal: true })
    commandProcess.guard(async (cause) => endingOf(cause))
    process.emit('SIGHUP')
    process.emit('SIGHUP')
    await settled()
    expect([exits, listeners()]).toEqual([['SIGHUP'], []])
    commandProcess.end(129)
    expect(exits).toEqual(['SIGHUP', 'SIGHUP'])
    commandProcess.end(130)
    expect(process.exitCode).toBe(130)
  })

  it('finishes before it ends at a second signal; a third does not wait', async () => {
    const { process, commandProcess, exits } = processOf()
    let keep = (): void => undefined
    commandProcess.guard((cause) => new Promise((resolve) => (keep = () => resolve(endingOf(cause)))))
    process.emit('SIGINT')
    process.emit('SIGINT')
    await settled()
    expect(exits).toEqual([])
    keep()
    await settled()
    expect(exits).toEqual([130])
  })

  it('ends at a third signal, whether it has finished or not', () => {
    const { process, commandProcess, exits } = processOf()
    commandProcess.guard(() => new Promise(() => undefined))
    process.emit('SIGTERM')
    process.emit('SIGTERM')
    expect(exits).toEqual([])
    process.emit('SIGTERM')
    expect(exits).toEqual([143])
  })

  it('finishes also on an error that no code caught, and when the event loop has no work left', async () => {
    const failing = processOf()
    failing.commandProcess.guard(async (cause) => endingOf(cause))
    failing.fail(new Error('the world fell apart'))
    await settled()
    expect(failing.exits).toEqual([1])
    expect(failing.written).toEqual(['rivulet: the world fell apart\n'])

    const idle = processOf()
    idle.commandProcess.guard(async (cause) => endingOf(cause))
    idle.process.emit('beforeExit')
    await settled()
    expect(idle.written).toEqual(['rivulet: the event loop ran out of work before the command was done\n'])
  })

  it('prints in one line that finishing failed', async () => {
    const { commandProcess, written, exits, fail } = processOf()
    commandProcess.guard(() => Promise.reject(new Error('the disk\nis gone')))
    fail(new Error('first'))
    await settled()
    expect([exits, written]).toEqual([[1], ['rivulet: the disk is gone\n']])
  })

  it('listens to nothing after it is released, and a finish under way prints nothing', async () => {
    const { process, commandProcess, listeners, exits, written } = processOf()
    let keep = (): void => undefined
    const release = commandProcess.guard((cause) => new Promise((resolve) => (keep = () => resolve(endingOf(cause)))))
    expect(listeners()).toEqual([...endingSignals, 'beforeExit', 'capture'])
    process.emit('SIGINT')
    process.emit('SIGINT')
    release()
    keep()
    await settled()
    expect(listeners()).toEqual([])
    expect([exits, written]).toEqual([[], []])
  })
})
