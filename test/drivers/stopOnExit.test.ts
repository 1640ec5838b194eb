import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type SignalledProcess, stopOnExit } from '../../src/drivers/stopOnExit.js'
import { endingSignals } from '../../src/signals.js'

/** A process that was never one. */
const scripted = () => {
  const emitter = new EventEmitter()
  const killed: string[] = []
  const ending: SignalledProcess = Object.assign(emitter, {
    pid: 7,
    kill: (_: number, signal: string) => killed.push(signal),
  })
  return { ending, killed, raise: (event: string) => emitter.emit(event) }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('stopOnExit', () => {
  it('listens to each signal that ends a process, and to its exit, until it is released', () => {
    const { ending } = scripted()
    const events = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2', 'SIGXCPU', 'exit']
    expect([...endingSignals, 'exit']).toEqual(events)
    const counts = (): number[] => events.map((event) => ending.listenerCount(event))
    const release = stopOnExit({ stop: async () => {} }, ending)
    expect(counts()).toEqual(events.map(() => 1))
    release()
    release()
    expect(counts()).toEqual(events.map(() => 0))
  })

  it.each(endingSignals)('stops the world on %s', async (signal) => {
    const { ending, killed, raise } = scripted()
    let stops = 0
    stopOnExit({ stop: async () => void (stops += 1) }, ending)
    raise(signal)
    await turn()
    expect([killed, stops]).toEqual([[signal], 1])
  })

  it('hands a signal on once the world is still, and not if others listen to it', async () => {
    for (const others of [false, true]) {
      const { ending, killed, raise } = scripted()
      if (others) ending.on('SIGTERM', () => {})
      let keep = (): void => {}
      stopOnExit({ stop: () => new Promise<void>((resolve) => (keep = resolve)) }, ending)
      raise('SIGTERM')
      await turn()
      expect([killed, ending.listenerCount('exit')]).toEqual([[], 1])
      keep()
      await turn()
      expect([killed, ending.listenerCount('exit')]).toEqual([others ? [] : ['SIGTERM'], 0])
    }
  })

  it.each(['SIGTERM', 'exit'])(
    'prints one line for a stop that fails at %s, by throwing or rejecting',
    async (event) => {
      const warned = vi.spyOn(console, 'warn').mockReturnValue()
      onTestFinished(() => warned.mockRestore())
      const failure = new Error('the brake is stuck')
      for (const stop of [
        () => Promise.reject(failure),
        () => {
          throw failure
        },
      ]) {
        const { ending, killed, raise } = scripted()
        stopOnExit({ stop }, ending)
        raise(event)
        await turn()
        expect(killed).toEqual(event === 'exit' ? [] : ['SIGTERM'])
      }
      const line = 'stopOnExit: stop failed: the brake is stuck; the world may not be at rest'
      expect(warned.mock.calls).toEqual([[line], [line]])
    },
  )

  it('does not wait at a second signal', async () => {
    const { ending, killed, raise } = scripted()
    let stops = 0
    stopOnExit(
      {
        stop: () => {
          stops += 1
          return new Promise(() => {})
        },
      },
      ending,
    )
    raise('SIGINT')
    raise('SIGINT')
    await turn()
    expect([killed, stops]).toEqual([['SIGINT'], 1])
  })
})

describe('in a process of its own', () => {
  let program = ''

  /** A device in real time that writes down its calls; `argv[1]` decides how it ends. */
  beforeAll(async () => {
    const source = `
      import { writeSync } from 'node:fs'
      import { interval, tap } from 'rxjs'
      import { device, observe, realtime, stopOnExit } from './src/index.js'
      const say = (word) => writeSync(1, word + '\\n')
      const rig = device({
        spec: { name: 'Rig', action: { size: 1, low: [-1], high: [1], names: ['motor'], units: ['1'] } },
        observe: observe({ a: interval(5) }, { a: {} }),
        act: () => {},
        stop: () => { say('stop'); return new Promise((resolve) => setTimeout(() => { say('still'); resolve() }, 30)) },
        schedule: realtime({ cycle: 10 }),
      })
      const release = stopOnExit(rig)
      const how = process.argv[1]
      const run = rig.timeSteps.pipe(tap(({ index }) => {
        rig.act([0], index, { action: [0] })
        if (index !== 3) return
        say('running')
        if (how === 'throw') setImmediate(() => { throw new Error('scripted') })
        if (how === 'exit') process.exit(3)
        if (how === 'release') { run.unsubscribe(); release() }
      })).subscribe()
    `
    const here = fileURLToPath(new URL('../..', import.meta.url))
    const { outputFiles } = await build({
      stdin: { contents: source, resolveDir: here, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      write: false,
      logLevel: 'silent',
    })
    program = outputFiles[0].text
  })

  const ended = async (how: string, signal?: NodeJS.Signals) => {
    const here = fileURLToPath(new URL('../..', import.meta.url))
    const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', program, how], { cwd: here })
    onTestFinished(() => void child.kill('SIGKILL'))
    let said = ''
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      if (signal !== undefined && !said.includes('running') && (said + chunk).includes('running')) child.kill(signal)
      said += chunk
    })
    const [code, by] = (await once(child, 'close')) as [number | null, string | null]
    return { said: said.trim().split('\n'), code, by }
  }

  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    '%s stops the device, waits for it, and ends the process',
    async (signal) => {
      expect(await ended('wait', signal)).toEqual({ said: ['running', 'stop', 'still'], code: null, by: signal })
    },
  )

  it('an uncaught exception stops it', async () => {
    expect(await ended('throw')).toEqual({ said: ['running', 'stop'], code: 1, by: null })
  })

  it('an exit stops it', async () => {
    expect(await ended('exit')).toEqual({ said: ['running', 'stop'], code: 3, by: null })
  })

  it('a released one is stopped once and keeps no process alive', async () => {
    expect(await ended('release')).toEqual({ said: ['running', 'stop', 'still'], code: 0, by: null })
  })
})
