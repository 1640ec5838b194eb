import { pipe } from 'fp-ts/lib/function.js'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Observable, VirtualTimeScheduler, lastValueFrom, of, tap, toArray } from 'rxjs'
import { afterAll, describe, expect, test } from 'vitest'
import { record } from '../../operators/record.js'
import { lineOfSpec, lineOfStep, longestRecordedLine } from '../../src/drivers/recordedStep.js'
import { type Recorder, recorder } from '../../src/drivers/recorder.js'
import { recording } from '../../src/drivers/recording.js'
import { lockstep } from '../../src/time/schedule.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import type { TimeStep } from '../../src/types.js'
import { onSmallDisk, withSmallDisk } from '../smallDisk.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-recorder-'))
afterAll(() => rmSync(place, { recursive: true }))

const { spec } = scriptedSimulator()
const [first, second] = timeSteps('ab')
let files = 0
const path = (): string => join(place, `${files++}.jsonl`)

/** All steps of a recording. */
const shownBy = async (input: string | readonly string[]): Promise<readonly TimeStep[]> => {
  const world = await recording(input)
  const acting = tap((step: TimeStep) => {
    if (step.kind === 'last') world.begin(step.index)
    else world.act([0], step.index, { action: [0] })
  })
  return lastValueFrom(pipe(world.timeSteps, acting, toArray()))
}
const writing = (journal: Recorder, steps: Observable<TimeStep>) =>
  lastValueFrom(pipe(steps, record(journal), toArray())).then(
    () => 'all',
    (error: unknown) => String(error),
  )

describe('on a full disk', () => {
  test(
    `a recording ends with a whole line and can be played (${onSmallDisk})`,
    withSmallDisk(async (disk) => {
      const file = join(disk, 'run.jsonl')
      const journal = await recorder(file, spec)
      let written = 0
      expect(() => {
        for (; written < 10_000; written++) journal.write({ ...(written === 0 ? first : second), index: written })
      }).toThrow('ENOSPC')
      journal.close()
      expect(written).toBeGreaterThan(100)
      expect(await shownBy(file)).toHaveLength(written)
    }),
  )

  test(
    `that has room again, it goes on with a line of its own (${onSmallDisk})`,
    withSmallDisk(async (disk, { fill, free }) => {
      const file = join(disk, 'run.jsonl')
      const journal = await recorder(file, spec)
      journal.write(first)
      fill()
      const said = await writing(journal, of(...Array.from({ length: 100 }, () => second)))
      expect(said).toContain('ENOSPC')
      free()
      journal.write(first)
      journal.close()
      const lines = readFileSync(file, 'utf8').split('\n')
      expect(lines.slice(0, -1).map((line) => typeof JSON.parse(line))).toEqual(lines.slice(1).map(() => 'object'))
      expect(lines.at(-2)).toBe(lineOfStep(first))
    }),
  )

  test(
    `from the beginning, no file is left to block the next try (${onSmallDisk})`,
    withSmallDisk(async (disk, { fill, free }) => {
      const file = join(disk, 'run.jsonl')
      fill()
      await expect(recorder(file, spec)).rejects.toThrow('ENOSPC')
      expect(readdirSync(disk)).toEqual(['ballast'])
      free()
      const journal = await recorder(file, spec)
      journal.close()
    }),
  )
})

test('a recording that was deleted refuses further steps', async () => {
  const file = path()
  const journal = await recorder(file, spec)
  journal.write(first)
  rmSync(file)
  expect(await writing(journal, of(second))).toBe(`Error: ${file} was deleted`)
  journal.close()
})

describe('a recording plays what a recorder accepts', () => {
  const large = (size: number): TimeStep => ({ ...first, observation: new Float64Array(size).fill(1 / 3) })
  const wide = (size: number) => {
    const numbers = Array<number>(size).fill(1)
    const names = Array<string>(size).fill('x')
    return { ...spec, observation: { size, low: numbers, high: numbers, names, units: names } }
  }

  test('a line of more than 65,536 characters', async () => {
    const file = path()
    const journal = await recorder(file, wide(10_000))
    journal.write(large(10_000))
    journal.close()
    expect(readFileSync(file, 'utf8').length).toBeGreaterThan(2 * 65_536)
    expect((await shownBy(file))[0].observation).toEqual(Array(10_000).fill(1 / 3))
  })

  test('a line over the limit of both is refused when it is written', async () => {
    const file = path()
    const size = 1_200_000
    const journal = await recorder(file, {
      ...wide(size),
      observation: { ...wide(size).observation, names: [], units: [] },
    })
    expect(() => journal.write(large(size))).toThrow(/expected a line of at most 16777216 characters, got one of \d+$/)
    journal.close()
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(2)
    expect(longestRecordedLine).toBe(16_777_216)
  })

  test('the info of a simulator, numbers that are not finite among its figures', async () => {
    const file = path()
    const info = { height: 0.1 + 0.2, slip: NaN, reach: -Infinity }
    const journal = await recorder(file, spec)
    await writing(journal, of(Object.assign({}, first, { info })))
    journal.close()
    expect((await shownBy(file))[0]).toMatchObject({ info })
    expect(() => journal.write({ ...first, info: { mood: 'good' } as never })).toThrow(
      'info.mood: expected a number, got "good"',
    )
  })

  const decision = { action: Float32Array.of(0.5) }
  test.each<[string, Partial<TimeStep>, string]>([
    ['an observation of another size', { observation: [1] }, 'expected observation of size 2, got 1'],
    [
      'an action of another size',
      { previousAction: { action: [1, 2] } },
      'expected previousAction.action of size 1, got 2',
    ],
    [
      'an observation that is not finite',
      { observation: [1, NaN] },
      'step 1: observation[1] is NaN, expected a finite number',
    ],
    ['a time that is not a number', { time: NaN }, 'step 1: time is NaN, expected a finite number'],
    ['a time that is endless', { time: Infinity }, 'step 1: time is Infinity, expected a finite number'],
    ['a time that goes back', { time: first.time - 1e-9 }, 'step 1: time: expected a number >= '],
    ['a time that no timer waits for', { time: 1e300 }, 'step 1: time: expected a number >= '],
    [
      'a decision that holds a text',
      { previousAction: { ...decision, mood: 'good' } as TimeStep['previousAction'] },
      'previousAction.mood: expected a number or a vector, got "good"',
    ],
    [
      'a decision that holds a number instead of a vector',
      { previousAction: { action: 1 } as unknown as TimeStep['previousAction'] },
      'previousAction.action: expected a vector, got 1',
    ],
  ])('%s is refused when it is written, and nothing of it is', async (_, wrong, said) => {
    const file = path()
    const journal = await recorder(file, spec)
    journal.write(first)
    expect(() => journal.write({ ...second, ...wrong })).toThrow(said)
    journal.write(second)
    journal.close()
    expect(await shownBy(file)).toHaveLength(2)
  })

  test.each([
    ['without a name', { ...spec, name: '' }, 'spec.name: expected a text; got ""'],
    [
      'with steps that take no time',
      { ...spec, stepSeconds: 0 },
      'spec.stepSeconds: expected a positive number; got 0',
    ],
    [
      'with bounds for another size',
      { ...spec, action: { ...spec.action, low: [] } },
      'spec.action.low: expected 1 bounds; got 0',
    ],
  ])('a spec %s is refused, and no file is made', async (_, wrong, said) => {
    const file = path()
    await expect(recorder(file, wrong)).rejects.toThrow(new TypeError(`a spec that cannot be recorded: ${said}`))
    expect(existsSync(file)).toBe(false)
  })
})

describe('a recorded time', () => {
  const head = `${lineOfSpec(spec)}\n`
  const at = (step: TimeStep, time: string): string => `${lineOfStep(step).replace(/"time":[^}]*/, `"time":${time}`)}\n`
  const far = 2_147_483
  const refused = (line: number, ends: string, got: string): string =>
    `recording: line ${line}: a bad message: time: expected a number ${ends}; got ${got}`

  test.each([
    ['far ahead', ['0', '1e300'], refused(3, '>= 0 and <= 9007199254740', '1e+300')],
    ['further ahead than a timer waits', ['1', '2147485'], refused(3, `>= 1 and <= ${far + 1}`, '2147485')],
    ['that goes back', ['7.5', '7.25'], refused(3, `>= 7.5 and <= ${far + 7.5}`, '7.25')],
    ['below zero', ['-1', '0'], refused(2, '>= 0 and <= 9007199254740', '-1')],
    ['of a first step, far ahead', ['1e300', '1e300'], refused(2, '>= 0 and <= 9007199254740', '1e+300')],
    ['that is NaN', ['NaN', '1'], 'recording: line 2: a bad message: expected JSON'],
    ['that is null', ['0', 'null'], refused(3, '>= 0 and <= 9007199254740', 'null')],
    ['that is endless', ['0', '1e999'], refused(3, '>= 0 and <= 9007199254740', '')],
  ])('%s is refused when it is read, at any speed', async (_, [a, b], said) => {
    await expect(shownBy([head, at(first, a), at(second, b)])).rejects.toThrow(said)
  })

  test('may restart with an episode, and stay the same from step to step', async () => {
    const lines = [head, at(first, '9'), at(second, '9'), at(first, '0'), at(second, '0.5')]
    const world = await recording(lines)
    const acting = tap((step: TimeStep) => {
      if (step.index === 1) world.begin(1)
      else world.act([0], step.index, { action: [0] })
    })
    const steps = await lastValueFrom(pipe(world.timeSteps, acting, toArray()))
    expect(steps.map(({ time }) => time)).toEqual([9, 9, 0, 0.5])
  })

  test('that a low speed delays longer than a timer waits is an error, and the step is not shown at once', async () => {
    const clock = new VirtualTimeScheduler()
    const world = await recording([head, at(first, '0'), at(second, '1')], {
      schedule: lockstep({ scheduler: clock }),
      speed: 1e-7,
      patience: Infinity,
    })
    const acting = tap((step: TimeStep) => world.act([0], step.index, { action: [0] }))
    const finished = lastValueFrom(pipe(world.timeSteps, acting, toArray()))
    const ended = finished.then(
      () => 'complete',
      (error: unknown) => String(error),
    )
    for (let round = 0; round < 20; round++) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      clock.flush()
    }
    expect(await ended).toMatch(
      /^DriverError: step 1: at speed 1e-7 it is due in 1\d{10} ms, which is longer than any timer waits$/,
    )
  })
})

test('an existing file is not changed', async () => {
  const file = path()
  writeFileSync(file, 'kept')
  await expect(recorder(file, spec)).rejects.toThrow('EEXIST')
  expect(readFileSync(file, 'utf8')).toBe('kept')
})
