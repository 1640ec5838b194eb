import { take, toArray, lastValueFrom, map } from 'rxjs'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { actuate } from '../../../operators/actuate.js'
import { gymnasium, gymnasiumSpec, type GymnasiumOptions } from '../../../src/drivers/gymnasium/gymnasium.js'
import { lastLineOf } from '../../../src/drivers/gymnasium/pythonProcess.js'
import type { SimulatedStep } from '../../../src/drivers/drive.js'
import { NotFiniteError } from '../../../src/failure.js'
import { seeded } from '../../../src/random.js'
import { driverSuite } from '../../../src/testing/driverSuite.js'
import { needs } from '../../absent.js'
import { fakePython } from './fakePython.js'

const python = fakePython()
const options = (): GymnasiumOptions => ({ random: seeded(1)('environment'), python })
const opened = async (flaw: string, more: Partial<GymnasiumOptions> = {}) => {
  const world = await gymnasium(flaw, { ...options(), ...more })
  onTestFinished(() => world.close())
  return world
}
const decide = <T extends SimulatedStep>(step: T) => ({
  ...step,
  sampled: step.kind === 'last' ? null : { action: [step.index / 8] },
})
/** The first steps of a world, with an action of an eighth of each index. */
const played = async (world: Awaited<ReturnType<typeof opened>>, count: number) =>
  lastValueFrom(world.timeSteps.pipe(map(decide), actuate(world), take(count), toArray()))

describe('the protocol', () => {
  needs('a shell', process.platform !== 'win32')
  // What a process writes to its standard error stream is passed on.
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  afterEach(() => void written.mockClear())

  it('has the spec of the environment', async () => {
    const spec = {
      name: 'gymnasium:whole',
      observation: {
        size: 2,
        low: [-Infinity, -Infinity],
        high: [1, 1],
        names: ['observation 0', 'observation 1'],
        units: ['1', '1'],
      },
      action: { size: 1, low: [-1], high: [1], names: ['action 0'], units: ['1'] },
      stepSeconds: 0.5,
      stepLimit: Infinity,
    }
    const world = await opened('whole')
    expect(world.spec).toEqual(spec)
    expect(world.version).toBe('1.2.3')
    expect(await gymnasiumSpec('whole', { python })).toEqual(spec)
  })

  it.each(['whole', 'in pieces', 'loud'])('gives the steps of an environment: %s', async (flaw) => {
    const world = await opened(flaw, { output: 'stderr' })
    const steps = await played(world, 8)
    const seeds = seeded(1)('environment')
    const seed = () => Math.floor(seeds.uniform() * 2 ** 31)
    expect(steps.map(({ kind, observation, reward }) => [kind, ...observation, reward])).toEqual([
      ['first', 0, seed(), 0],
      ['mid', 1, 0, 1],
      ['mid', 2, 1.25, 2],
      ['mid', 3, 2.5, 3],
      ['mid', 4, 3.75, 4],
      ['last', 5, 5, 5],
      ['first', 0, seed(), 0],
      ['mid', 1, 7.5, 1],
    ])
    expect(steps[5]).toMatchObject({ terminated: true, truncated: true, time: 2.5, info: {} })
    expect(steps[7]).toMatchObject({ index: 7, time: 3, previousAction: { action: [0.75] } })
    if (flaw === 'loud') expect(written.mock.calls.map(([text]) => text)).toContain('a warning of the environment\n')
  })

  it('has observations of the float type of their space, and the numbers of info', async () => {
    expect((await played(await opened('whole'), 1))[0].observation).toBeInstanceOf(Float64Array)
    expect((await played(await opened('float32'), 2))[1].observation).toEqual(Float32Array.of(1, 0))
    expect((await played(await opened('info'), 1))[0].info).toEqual({ height: 1.5, far: -Infinity })
  })

  it.each([
    ['crash', 'gymnasium:crash: step 3: Python exited with code 7: ValueError: no legs'],
    ['silent exit', 'gymnasium:silent exit: step 3: Python exited with code 0'],
    ['killed', 'gymnasium:killed: step 3: Python was ended by SIGKILL'],
    ['half a reply', 'gymnasium:half a reply: step 3: Python exited with code 1'],
    ['hang', 'gymnasium:hang: step 3: no reply from Python within 2000 ms (see the option within)'],
    ['half a reply, and a hang', 'step 3: no reply from Python within 2000 ms (see the option within)'],
    ['an endless reply', 'step 3: Python announced a reply of 4294967280 bytes, expected at most 1048608'],
    ['too much', 'gymnasium:too much: step 3: expected a step with 2 numbers of 8 bytes, got 24 bytes'],
    ['too little', 'gymnasium:too little: step 3: expected a step with 2 numbers of 8 bytes, got 8 bytes'],
    ['another kind', 'gymnasium:another kind: step 3: expected a step with 2 numbers of 8 bytes, got 16 bytes'],
    ['info cut off', 'gymnasium:info cut off: step 3: info: expected JSON: '],
  ])('ends a run with one line: %s', async (flaw, message) => {
    const world = await opened(flaw, { within: 2000 })
    const steps: SimulatedStep[] = []
    const run = new Promise<Error>((resolve) => {
      world.timeSteps.pipe(map(decide), actuate(world)).subscribe({ next: (step) => steps.push(step), error: resolve })
    })
    const error = await run
    expect(error.message).toContain(message)
    expect(error.message).not.toContain('\n')
    expect(error.name).toBe('DriverError')
    expect(steps.map(({ index }) => index)).toEqual([0, 1, 2])
    await world.stop()
  })

  it('refuses info of texts at once', async () => {
    await expect(played(await opened('info of texts'), 1)).rejects.toThrow(
      "gymnasium:info of texts: step 0: info: a: expected a number, 'inf', '-inf' or 'nan'; got",
    )
  })

  it.each([
    ['NaN', new NotFiniteError('observation', { index: 1, name: 'observation 1' }, NaN, 3)],
    ['a reward of infinity', new NotFiniteError('reward', null, Infinity, 3)],
  ])('names the step of a number that is not finite: %s', async (flaw, error) => {
    await expect(played(await opened(flaw), 5)).rejects.toThrow(error)
  })

  it('ends a process that says more than it was asked for', async () => {
    await expect(played(await opened('two replies'), 8)).rejects.toThrow(
      'gymnasium:two replies: step 4: Python announced a reply of 32 bytes, expected at most 0',
    )
  })

  it.each([
    ['absent', `${python} cannot import gymnasium (No module named 'gymnasium'): install it with '${python} -m pip`],
    ['no such environment', 'gymnasium:no such environment: NameNotFound: it does not exist'],
    ['another space', 'the space of its actions is Discrete(2); expected a Box, of floats for actions'],
    ['a refusal of no kind', 'gymnasium:a refusal of no kind: its refusal: why: expected one of absent'],
    ['no JSON', 'gymnasium:no JSON: its description: expected JSON: '],
    ['no time', 'gymnasium:no time: its description: stepSeconds: expected a positive number; got 0'],
    ['no bounds', 'gymnasium:no bounds: its description: action.high: expected one or more numbers'],
    ['unequal bounds', 'unequal bounds: its description: action: expected as many low as high bounds'],
    ['no start', 'gymnasium:no start: its start: no reply from Python within 2000 ms (see the option within)'],
    ['crash at the start', 'at the start: its start: Python exited with code 3: ImportError: nothing'],
  ])('refuses what cannot be opened with one line: %s', async (flaw, message) => {
    const refusal = await gymnasium(flaw, { ...options(), within: 2000 }).catch((error: Error) => error)
    expect(refusal).toBeInstanceOf(Error)
    expect((refusal as Error).message).toContain(message)
    expect((refusal as Error).message).not.toContain('\n')
  })

  it('refuses a program that is absent, and one that is none', async () => {
    await expect(gymnasium('x', { ...options(), python: '/nowhere/python' })).rejects.toThrow(
      'gymnasium:x: there is no program /nowhere/python: install Python and its package gymnasium, or name a Python that has it',
    )
    await expect(gymnasium('x', { ...options(), python: '/' })).rejects.toThrow(/^gymnasium:x: \/: .*EACCES/)
  })

  it('refuses wrong options', async () => {
    await expect(gymnasium('whole', undefined as never)).rejects.toThrow('gymnasium: random')
    await expect(gymnasium('', options())).rejects.toThrow('gymnasium: expected an id')
    await expect(gymnasium('whole', { ...options(), within: 0 })).rejects.toThrow(
      'within: expected milliseconds above 0',
    )
  })

  it('fails a later subscription after the process has ended, with the same reason', async () => {
    const world = await opened('crash')
    await expect(played(world, 8)).rejects.toThrow('step 3')
    await expect(played(world, 8)).rejects.toThrow('step 3: Python exited with code 7: ValueError: no legs')
  })

  it('lets a step come that is under way when it is stopped, and begins an episode afterwards', async () => {
    const world = await opened('whole')
    const first = await played(world, 3)
    await world.stop()
    const second = await played(world, 3)
    expect(first.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(second.map(({ kind, index }) => [kind, index])).toEqual([
      ['first', 3],
      ['mid', 4],
      ['mid', 5],
    ])
  })
})

describe('keeps the rules of drivers', () => {
  needs('a shell', process.platform !== 'win32')
  const make = () => gymnasium('whole', options())
  for (const rule of driverSuite(make, { within: 300 })) it(rule.name, rule.run)
})

it('takes the last line of a traceback', () => {
  const traceback = 'Traceback (most recent call last):\n  File "a.py", line 1, in b\n    c\n'
  expect(lastLineOf(`warning\n${traceback}ValueError: one\nmore of it\n`)).toBe('ValueError: one')
  expect(lastLineOf(`${traceback}KeyError: 1\n\nDuring handling:\n\n${traceback}own.Bad\n`)).toBe('own.Bad')
  expect(lastLineOf('Fatal Python error: Segmentation fault\n\nCurrent thread\n')).toBe(
    'Fatal Python error: Segmentation fault',
  )
  expect(lastLineOf('first\n  last \n\n')).toBe('last')
  expect(lastLineOf('')).toBe('')
})
