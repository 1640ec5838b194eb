import { pipe } from 'fp-ts/lib/function.js'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Observable, VirtualTimeScheduler, lastValueFrom, tap, toArray } from 'rxjs'
import { afterAll, describe, expect, test } from 'vitest'
import { actuate } from '../../operators/actuate.js'
import { normalizeObservation } from '../../operators/normalizeObservation.js'
import { record } from '../../operators/record.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { takeSteps } from '../../operators/takeSteps.js'
import { transitions } from '../../operators/transitions.js'
import { update } from '../../operators/update.js'
import { drive } from '../../src/drivers/drive.js'
import { lineOfSpec, lineOfStep } from '../../src/drivers/recordedStep.js'
import { recorder } from '../../src/drivers/recorder.js'
import { emptyAnswerCounts, recording } from '../../src/drivers/recording.js'
import { avg } from '../../src/learners/avg/avg.js'
import { cell } from '../../src/cell.js'
import { runningMoments } from '../../src/moments.js'
import { seeded } from '../../src/random.js'
import { lockstep, eventLoop } from '../../src/time/schedule.js'
import { driverSuite } from '../../src/testing/driverSuite.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import type { Driver, TimeStep } from '../../src/types.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-recording-'))
afterAll(() => rmSync(place, { recursive: true }))

const { spec } = scriptedSimulator()

/** The pieces of a recording of these steps; one line each, in odd pieces. */
const written = (steps: readonly TimeStep[]): readonly string[] => {
  const text = [lineOfSpec(spec), ...steps.map(lineOfStep)].map((line) => `${line}\n`).join('')
  return text.match(/[^]{1,37}/g)!
}

/** Plays a driver to its end, and returns its steps. Each is answered with the action of `reply`, the last of an episode with `begin`. */
const answered = (world: Driver, reply: (step: TimeStep) => number): Promise<TimeStep[]> =>
  lastValueFrom(
    pipe(
      world.timeSteps,
      tap((step: TimeStep) => {
        if (step.kind === 'last') return world.begin(step.index)
        const action = Float32Array.of(reply(step))
        world.act(action, step.index, { action })
      }),
      toArray(),
    ),
  )

const agent = (world: Driver, random: ReturnType<typeof seeded>) => {
  const learner = avg(world.spec, {
    hidden: [8, 8],
    actorStepSize: 1e-2,
    criticStepSize: 1e-2,
    entropyCoefficient: 0.1,
    discount: 0.9,
    adamBeta1: 0,
    random: random('policy'),
    initialization: random('initialization'),
  })
  const chain = (steps: Observable<TimeStep>) =>
    pipe(
      steps,
      normalizeObservation(runningMoments(world.spec.observation)),
      transitions(),
      update(learner),
      sampleAction(learner),
      actuate(world),
      takeSteps(200),
    )
  return { learner, chain }
}

describe('a run that was recorded', () => {
  test('trains a learner to the same bits again, and every action equals the recorded one', async () => {
    const path = join(place, 'run.jsonl')
    const robot = drive(scriptedSimulator({ episodeLength: 7 }))
    const live = agent(robot, seeded(1))
    const journal = await recorder(path, robot.spec)
    await lastValueFrom(live.chain(pipe(robot.timeSteps, record(journal))))
    journal.close()

    const counts = cell(emptyAnswerCounts)
    const replay = await recording(path, { answers: 'compare', cell: counts })
    const again = agent(replay, seeded(1))
    await lastValueFrom(again.chain(replay.timeSteps))
    expect(replay.spec).toEqual(robot.spec)
    expect(again.learner.snapshot()).toEqual(live.learner.snapshot())
    expect(counts.value).toEqual({ answered: 200, differed: 0 })
  })

  test('fails with `compare` on the first action that differs, with its step and component', async () => {
    const world = await recording(join(place, 'run.jsonl'), { answers: 'compare' })
    const other = agent(world, seeded(2))
    await expect(lastValueFrom(other.chain(world.timeSteps))).rejects.toThrow(
      /^step 0: action\[0\]: expected -?[\d.e-]+ as recorded, got -?[\d.e-]+$/,
    )
  })

  test('is whole lines on the disk at any moment, and is not overwritten', async () => {
    const path = join(place, 'lines.jsonl')
    const journal = await recorder(path, spec)
    for (const [i, step] of timeSteps('abt').entries()) {
      journal.write(step)
      const lines = readFileSync(path, 'utf8').split('\n')
      expect([lines.length, lines.at(-1)]).toEqual([i + 3, ''])
    }
    journal.close()
    journal.close()
    expect(() => journal.write(timeSteps('a')[0])).toThrow('is closed')
    await expect(recorder(path, spec)).rejects.toThrow('EEXIST')
    expect(existsSync(path)).toBe(true)
  })
})

describe('shown steps', () => {
  test('are the recorded steps with their decisions, with indexes from 0', async () => {
    const steps = timeSteps('abctabu')
    const world = await recording(written(steps))
    const shown = await answered(world, () => 0.5)
    expect(shown).toEqual(
      steps.map((step) => ({
        ...step,
        observation: Array.from(step.observation),
        previousAction: step.previousAction && { action: Array.from(step.previousAction.action) },
      })),
    )
  })

  test('have every number bit for bit', async () => {
    const random = seeded(5)('numbers')
    const odd = Float64Array.from({ length: 2 }, () => random.uniform() * 1e-7)
    const [first] = timeSteps('a')
    const world = await recording(written([{ ...first, observation: odd, time: 0.1 + 0.2 }]))
    const [shown] = await answered(world, () => 0)
    expect(Float64Array.from(shown.observation)).toEqual(odd)
    expect(shown.time).toBe(0.1 + 0.2)
  })

  test('skip to the next episode on begin and on a later subscription', async () => {
    const world = await recording(written(timeSteps('abctabctabct')))
    const kinds = (steps: readonly TimeStep[]): string[] => steps.map(({ kind, index }) => `${kind} ${index}`)
    const seen: TimeStep[] = []
    const leaving = new Promise<void>((resolve) => {
      const subscription = world.timeSteps.subscribe((step) => {
        seen.push(step)
        if (step.index === 1) world.begin(1)
        else world.act([0], step.index, { action: [0] })
        if (step.index === 3) resolve(subscription.unsubscribe())
      })
    })
    await leaving
    expect(kinds(seen)).toEqual(['first 0', 'mid 1', 'first 2', 'mid 3'])
    expect(kinds(await answered(world, () => 0))).toEqual(['first 4', 'mid 5', 'mid 6', 'last 7'])
    expect(await answered(world, () => 0)).toEqual([])
  })

  test('lose none when a subscription ends before its first step', async () => {
    const world = await recording(written(timeSteps('abtabt')))
    for (let left = 0; left < 3; left++) {
      world.timeSteps.subscribe().unsubscribe()
      await new Promise<void>((resolve) => eventLoop.schedule(() => resolve()))
    }
    const kinds = (await answered(world, () => 0)).map(({ kind }) => kind)
    expect(kinds).toEqual(['first', 'mid', 'last', 'first', 'mid', 'last'])
  })

  test('come at the recorded times, or `speed` times as fast; a late answer delays the steps after it', async () => {
    const seen = async (speed: number, late: number) => {
      const clock = new VirtualTimeScheduler()
      const [a, b, c] = timeSteps('abc')
      const steps = [
        { ...a, time: 7 },
        { ...b, time: 7.04 },
        { ...c, time: 7.2 },
      ]
      const world = await recording(written(steps), { schedule: lockstep({ scheduler: clock }), speed })
      const frames: number[] = []
      const finished = lastValueFrom(
        tap((step: TimeStep) => {
          frames.push(clock.frame)
          const act = (): void => world.act([0], step.index, { action: [0] })
          if (step.kind === 'first') clock.schedule(act, late)
          else act()
        })(world.timeSteps),
      )
      // The callback of a promise that resolves in one frame runs in the next.
      for (let round = 0; round < 600; round++) {
        await new Promise<void>((resolve) => eventLoop.schedule(() => resolve()))
        clock.maxFrames = clock.frame + 1
        clock.flush()
        clock.frame = clock.maxFrames
      }
      await finished
      return frames.map((frame) => Math.round((frame - frames[0]) / 10) * 10)
    }
    expect(await seen(1, 0)).toEqual([0, 40, 200])
    expect(await seen(0.5, 0)).toEqual([0, 80, 400])
    expect(await seen(2, 0)).toEqual([0, 20, 100])
    expect(await seen(1, 90)).toEqual([0, 90, 200])
  })

  test.each([
    ['while the next line is read', true],
    ['while the next step is not due', false],
  ])('a subscription that is left %s does not hold up the one after it', async (_, isReading) => {
    const clock = new VirtualTimeScheduler()
    const turn = async (): Promise<void> => {
      await new Promise<void>((resolve) => eventLoop.schedule(() => resolve()))
      clock.maxFrames = clock.frame
      clock.flush()
    }
    const steps = timeSteps('abtab').map((step, i) => ({ ...step, time: step.kind === 'first' ? 0 : 100 * i }))
    let arrive = (): void => {}
    const arrival = new Promise<void>((resolve) => (arrive = resolve))
    const slowly = async function* () {
      const [head, first, ...others] = written(steps)
        .join('')
        .split(/(?<=\n)/)
      yield head + first
      await arrival
      yield others.join('')
    }
    const world = await recording(slowly(), { schedule: lockstep({ scheduler: clock }), speed: 1 })
    const seen: string[] = []
    const watch = () => world.timeSteps.subscribe(({ kind, index }) => seen.push(`${kind} ${index}`))
    const subscription = watch()
    for (let i = 0; i < 3; i++) await turn()
    world.act([0], 0, { action: [0] })
    if (!isReading) arrive()
    for (let i = 0; i < 3; i++) await turn()
    subscription.unsubscribe()
    watch()
    arrive()
    for (let i = 0; i < 6; i++) await turn()
    expect(seen).toEqual(['first 0', 'first 1'])
    expect(clock.frame).toBe(0)
    world.close()
  })

  test('count actions that differ', async () => {
    const counts = cell(emptyAnswerCounts)
    const steps = timeSteps('abc')
    const world = await recording(written(steps), { cell: counts })
    await answered(world, ({ index }) => (index === 0 ? steps[1].previousAction!.action[0] : 0.25))
    expect(counts.value).toEqual({ answered: 2, differed: 1 })
  })
})

describe('refused input', () => {
  const fails = async (pieces: readonly string[]) => {
    const world = await recording(pieces)
    return answered(world, () => 0).then(
      () => 'nothing',
      (error: unknown) => String(error),
    )
  }
  const head = `${lineOfSpec(spec)}\n`
  const [first, second] = timeSteps('ab').map(lineOfStep)

  test('a bad line, with its number, field, expected and got', async () => {
    expect(await fails([head, first, '\n', second.replace('"reward":1.125', '"reward":"much"')])).toBe(
      'SensorError: recording: line 3: a bad message: reward: expected a finite number; got "much"',
    )
    expect(await fails([head, first.slice(0, 9)])).toBe(
      `SensorError: recording: line 2: a bad message: expected JSON; got "{\\"kind\\":\\""`,
    )
    expect(await fails([head, first.replace('"time"', '"tine"')])).toMatch(
      /line 2: .*tine: expected one of .*nearest: time/,
    )
    expect(await fails([head, first, '\n', second.replace(/"action":\[[^\]]*\]/, '"action":[null]')])).toMatch(
      /line 3: a bad message: previousAction.action\[0\]: expected a finite number; got null$/,
    )
  })

  test('an observation of another size', async () => {
    expect(await fails([head, first.replace(/"observation":\[[^\]]*\]/, '"observation":[1]')])).toBe(
      'RangeError: recording: expected observation of size 2, got 1',
    )
  })

  test('an action where the recorded run began an episode', async () => {
    const [a, b, , d] = timeSteps('abta').map(lineOfStep)
    expect(await fails([head, a, '\n', b, '\n', d])).toBe(
      'DriverError: step 1 got an action, but the recorded run began an episode after it: call begin(1)',
    )
  })

  test('an input that is not a recording', async () => {
    await expect(recording([])).rejects.toThrow('recording: expected a recording, got an empty input')
    await expect(recording([`${first}\n`])).rejects.toThrow(
      /^recording: line 1: a bad message: .*expected one of recording, spec/,
    )
    await expect(recording(join(place, 'nowhere'))).rejects.toThrow(/nowhere: ENOENT/)
    await expect(recording([head], { speed: 0 })).rejects.toThrow('recording: speed: expected a number above 0, got 0')
  })

  test('a number that is not finite, when it is written', () => {
    const [step] = timeSteps('a')
    expect(() => lineOfStep({ ...step, observation: [1, NaN] })).toThrow('step 0: observation[1] is NaN')
    expect(() => lineOfStep({ ...step, reward: Infinity })).toThrow('step 0: reward is Infinity')
  })
})

describe('the driver suite', () => {
  // The decision that led to a step is the recorded one, for any answer.
  const exempt = [
    'returns the same decision object as previousAction',
    'does not execute an answer that an earlier subscription left',
  ]
  const make = () => recording(written(timeSteps('abcdt'.repeat(60))))
  const rules = driverSuite(make)
  test.each(rules.filter(({ name }) => !exempt.includes(name)).map(({ name, run }) => [name, run] as const))(
    '%s',
    async (_, run) => run(),
  )
  test('lists the rules that it is exempt from', () => {
    expect(rules.filter(({ name }) => exempt.includes(name))).toHaveLength(exempt.length)
  })
})
