import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { lastValueFrom, map, take, toArray } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { actuate } from '../../../operators/actuate.js'
import type { SimulatedStep } from '../../../src/drivers/drive.js'
import { gymnasium, type GymnasiumOptions } from '../../../src/drivers/gymnasium/gymnasium.js'
import { pendulum } from '../../../src/environments/classic/pendulum.js'
import { taskSpec } from '../../../src/environments/tasks.js'
import { seeded } from '../../../src/random.js'
import { driverSuite } from '../../../src/testing/driverSuite.js'
import { needs } from '../../absent.js'
import { absentPython, hasMujoco, python, worldsFolder } from './python.js'

// Starts Python for each test. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const opened = async (
  id: string,
  { seed = 1, ...more }: Partial<GymnasiumOptions> & { readonly seed?: number } = {},
) => {
  const world = await gymnasium(id, { random: seeded(seed)('environment'), python: python!, ...more })
  onTestFinished(() => world.close())
  return world
}
const world = (kind: string, more: Partial<GymnasiumOptions> = {}) =>
  opened('worlds:World-v0', { taskOptions: { kind }, ...more })

/** Actions that float32 holds exactly. */
const acting =
  (size: number) =>
  <T extends SimulatedStep>(step: T) => {
    const random = seeded(step.index)('actions')
    const action = Float64Array.from({ length: size }, () => Math.floor(64 * random.uniform()) / 32 - 1)
    return { ...step, sampled: step.kind === 'last' ? null : { action } }
  }
const played = async (driver: Awaited<ReturnType<typeof opened>>, count: number) =>
  lastValueFrom(driver.timeSteps.pipe(map(acting(driver.spec.action.size)), actuate(driver), take(count), toArray()))
const shown = (steps: readonly SimulatedStep[]) => steps.map(({ observation, reward }) => [...observation, reward])

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const until = async (what: string, met: () => boolean): Promise<void> => {
  for (let waited = 0; !met(); waited += 20) {
    expect(waited, what).toBeLessThan(30_000)
    await pause(20)
  }
}

describe('an environment in Python', () => {
  needs(absentPython, python !== null)
  beforeEach(() => void vi.stubEnv('PYTHONPATH', worldsFolder))
  // What Python writes to its standard error stream is passed on.
  beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true))
  afterEach(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })

  it('has the spaces, the pace and the step limit of its spec', async () => {
    const { observation, action, stepSeconds, stepLimit } = await taskSpec('Pendulum-v1')
    const { spec } = await opened('Pendulum-v1')
    const bounds = ({ size, low, high }: typeof observation) => ({ size, low: [...low], high: [...high] })
    expect(bounds(spec.observation)).toEqual(bounds(observation))
    expect(bounds(spec.action)).toEqual(bounds(action))
    expect([spec.stepSeconds, spec.stepLimit]).toEqual([stepSeconds, stepLimit])
    expect((await world('plain')).spec).toMatchObject({ stepSeconds: 1, stepLimit: Infinity })
  })

  it('gives the same episodes for the same seed, others for another, and another at each reset', async () => {
    const first = shown(await played(await opened('Pendulum-v1'), 410))
    expect(shown(await played(await opened('Pendulum-v1'), 410))).toEqual(first)
    expect(shown(await played(await opened('Pendulum-v1', { seed: 2 }), 2))).not.toEqual(first.slice(0, 2))
    expect(first[201]).not.toEqual(first[0])
    const [step] = await played(await world('plain'), 1)
    expect(step.info['seed']).toBe(Math.floor(seeded(1)('environment').uniform() * 2 ** 31))
  })

  it('agrees with Pendulum-v1 here, step by step from the same state', async () => {
    const own = pendulum({ random: seeded(1)('environment') })
    const steps = await played(await opened('worlds:Exact-v0'), 201)
    const [{ info }] = steps
    expect(Object.keys(info)).toEqual(['theta', 'speed'])
    own.setState({ theta: info['theta'], thetaDot: info['speed'] })
    for (const step of steps.slice(1)) {
      const { observation, reward, truncated } = own.step(step.previousAction!.action)
      const { theta, thetaDot } = own.snapshot()
      expect(step.info['theta']).toBeCloseTo(theta, 9)
      expect(step.info['speed']).toBeCloseTo(thetaDot, 9)
      expect(Math.abs(step.reward - reward)).toBeLessThan(1e-6)
      for (const [i, value] of Array.from(observation).entries()) {
        expect(Math.abs(step.observation[i] - value)).toBeLessThan(1e-6)
      }
      expect(step.truncated).toBe(truncated)
    }
  })

  it('has observations of any shape and float type, flattened, and gets actions in their shape', async () => {
    const steps = await played(await world('plain'), 6)
    expect(steps.map(({ kind, observation }) => [kind, ...observation])).toEqual([
      ['first', 0, 1, 2, 3, 4, 5],
      ['mid', 10, 11, 12, 13, 14, 15],
      ['mid', 20, 21, 22, 23, 24, 25],
      ['mid', 30, 31, 32, 33, 34, 35],
      ['last', 40, 41, 42, 43, 44, 45],
      ['first', 0, 1, 2, 3, 4, 5],
    ])
    const { info, reward, previousAction } = steps[1]
    const action = Array.from(previousAction!.action)
    expect(reward).toBe(action[1])
    expect(info).toEqual({
      sum: action.reduce((sum, each) => sum + each),
      shape: 22,
      inf: -Infinity,
      nan: NaN,
      flag: 1,
      count: 1,
    })
    expect(steps[4]).toMatchObject({ terminated: true, truncated: true, time: 4 })
    const pixels = await played(await world('pixels'), 2)
    expect(pixels[1].observation).toEqual(Float64Array.of(10, 11, 12, 13, 14, 15))
  })

  it('is truncated by the step limit of its registration', async () => {
    const driver = await opened('Short-v0', { modules: ['worlds'] })
    expect(driver.spec.stepLimit).toBe(2)
    expect((await played(driver, 3))[2]).toMatchObject({ kind: 'last', terminated: false, truncated: true })
  })

  it('may print whatever it prints', async () => {
    expect(await played(await world('prints', { output: 'stderr' }), 6)).toHaveLength(6)
  })

  it.each([
    ['raises', 'step 3: Python exited with code 1: ValueError: a leg'],
    ['warns', 'step 3: Python exited with code 6: the battery is low'],
    ['exits', 'step 3: Python exited with code 5'],
    ['falls', 'step 3: Python was ended by SIGSEGV: Fatal Python error: Segmentation fault'],
    ['is killed', 'step 3: Python was ended by SIGKILL'],
    ['leaves a process', 'step 3: Python exited with code 4'],
    ['sleeps', 'step 3: no reply from Python within 5000 ms (see the option within)'],
    ['spins', 'step 3: no reply from Python within 5000 ms (see the option within)'],
  ])('that %s ends the run with one line that names the step', async (kind, message) => {
    const driver = await world(kind, { within: 5000 })
    const error = await played(driver, 6).catch((reason: Error) => reason)
    expect((error as Error).message).toBe(`gymnasium:worlds:World-v0: ${message}`)
    await driver.stop()
  })

  it.each([
    [
      'worlds:World-v0',
      { kind: 'dictionary' },
      /^gymnasium:worlds:World-v0: the space of its observations is Dict\('a': Discrete\(2\), .*; expected a Box/,
    ],
    [
      'worlds:World-v0',
      { kind: 'whole numbers' },
      /the space of its actions is Box\(0, 9, \(1,\), int64\), of whole numbers; expected/,
    ],
    ['worlds:World-v0', { kind: 'broken' }, /^gymnasium:worlds:World-v0: RuntimeError: no such robot$/],
    [
      'CartPole-v1',
      {},
      /^gymnasium:CartPole-v1: the space of its actions is Discrete\(2\); expected a Box, of floats for actions$/,
    ],
    [
      'Pendulumm-v1',
      {},
      /^gymnasium:Pendulumm-v1: NameNotFound: Environment `Pendulumm` doesn't exist. Did you mean: `Pendulum`\?$/,
    ],
    ['nowhere:World-v0', {}, /^gymnasium:nowhere:World-v0: ModuleNotFoundError: .*nowhere/],
  ])('%s with %j is refused with one line', async (id, taskOptions, message) => {
    const error = await opened(id, { taskOptions }).catch((reason: Error) => reason)
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).not.toContain('\n')
  })

  it('is closed when its driver is, and its process ends', async () => {
    const place = mkdtempSync(join(tmpdir(), 'rivulet-closed-'))
    onTestFinished(() => rmSync(place, { recursive: true }))
    vi.stubEnv('RIVULET_TEST_FILE', join(place, 'pid'))
    const driver = await world('plain')
    await played(driver, 3)
    const pid = Number(readFileSync(join(place, 'pid'), 'utf8'))
    expect(isAlive(pid)).toBe(true)
    driver.close()
    await until('the end of the process', () => !isAlive(pid))
    expect(readFileSync(join(place, 'pid.closed'), 'utf8')).toBe('closed')
  })
})

describe('Hopper-v5 in Python', () => {
  needs(absentPython, hasMujoco)
  it('runs, with the spec of ours', async () => {
    const driver = await opened('Hopper-v5')
    const { observation, action, stepSeconds, stepLimit } = await taskSpec('Hopper-v5')
    expect([driver.spec.observation.size, driver.spec.action.size]).toEqual([observation.size, action.size])
    expect([driver.spec.stepSeconds, driver.spec.stepLimit]).toEqual([stepSeconds, stepLimit])
    const steps = await played(driver, 300)
    expect(steps.filter(({ kind }) => kind === 'last').length).toBeGreaterThan(3)
    expect(steps[1].info).toHaveProperty('x_velocity')
  })
})

describe('keeps the rules of drivers in Python', () => {
  needs(absentPython, python !== null)
  const make = () => gymnasium('Pendulum-v1', { random: seeded(1)('environment'), python: python! })
  for (const rule of driverSuite(make, { within: 500 })) it(rule.name, rule.run)
})

describe('the process of an environment', () => {
  needs(`${absentPython}, and signals`, python !== null && process.platform !== 'win32')
  const dist = fileURLToPath(new URL('../../../dist', import.meta.url))
  const place = mkdtempSync(join(tmpdir(), 'rivulet-parent-'))
  const file = join(place, 'pid')

  /** Starts a program that plays an environment for ever, and waits until that is in its third step or beyond. */
  const playing = async (
    kind: string,
  ): Promise<{ readonly parent: ChildProcess; readonly pid: number; output(): string }> => {
    rmSync(file, { force: true })
    const program = `
      import { gymnasium, pipe, seeded } from '${dist}/src/index.js'
      import { actuate } from '${dist}/operators/index.js'
      process.on('SIGINT', () => console.log('interrupted'))
      const world = await gymnasium('worlds:World-v0', {
        random: seeded(1)('environment'), python: process.env.RIVULET_PYTHON, taskOptions: { kind: '${kind}' } })
      const decide = (step) => {
        if (step.index === 2 || step.index % 20 === 0) console.log('step', step.index)
        return { ...step, sampled: step.kind === 'last' ? null : { action: [0, 0, 0, 0] } }
      }
      pipe(world.timeSteps, (source) => new source.constructor((observer) =>
        source.subscribe({ next: (step) => observer.next(decide(step)), error: (error) => observer.error(error) })), actuate(world),
      ).subscribe({ error: (error) => console.log(error.message) })`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, PYTHONPATH: worldsFolder, RIVULET_TEST_FILE: file, RIVULET_PYTHON: python! },
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void parent.kill('SIGKILL'))
    let text = ''
    parent.stdout?.on('data', (piece: Buffer) => (text += String(piece)))
    await until('step 2', () => text.includes('step 2\n'))
    return { parent, pid: Number(readFileSync(file, 'utf8')), output: () => text }
  }

  it.each(['plain', 'sleeps', 'spins'])('ends when its parent is killed: %s', async (kind) => {
    const { parent, pid } = await playing(kind)
    await pause(200)
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    await until('the end of the process', () => !isAlive(pid))
    // An environment that is between two steps is closed.
    if (kind === 'plain') expect(existsSync(`${file}.closed`)).toBe(true)
  })

  it('does not receive Ctrl-C: its parent decides', async () => {
    const { parent, pid, output } = await playing('plain')
    process.kill(-parent.pid!, 'SIGINT')
    await until('the signal', () => output().includes('interrupted'))
    const { length } = output()
    await until('further steps', () => output().length > length + 10)
    expect(isAlive(pid)).toBe(true)
    expect(output()).not.toContain('Python')
  })

  it('whose end comes in mid-run is named with its signal', async () => {
    const { pid, output } = await playing('plain')
    process.kill(pid, 'SIGKILL')
    await until('the error', () => /step \d+: Python was ended by SIGKILL\n/.test(output()))
  })
})
