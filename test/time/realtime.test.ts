import { readFileSync } from 'node:fs'
import {
  concat,
  defer,
  NEVER,
  type Observable,
  of,
  repeat,
  sampleTime,
  type SchedulerAction,
  type SchedulerLike,
  take,
  tap,
  VirtualTimeScheduler,
} from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { actuate } from '../../operators/actuate.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { transitions } from '../../operators/transitions.js'
import { update } from '../../operators/update.js'
import { device } from '../../src/drivers/device.js'
import { drive } from '../../src/drivers/drive.js'
import { observe } from '../../src/drivers/observe.js'
import { DriverError } from '../../src/failure.js'
import { avg } from '../../src/learners/avg/avg.js'
import { hyperparametersFor } from '../../src/learners/avg/publishedSettings.js'
import { seeded } from '../../src/random.js'
import type { Beat } from '../../src/time/beats.js'
import { type Overrun, realtime, type RealtimeOptions } from '../../src/time/realtime.js'
import { type Hold, lockstep, type Schedule, eventLoop } from '../../src/time/schedule.js'
import { driverSuite } from '../../src/testing/driverSuite.js'
import { scriptedSimulator, type ScriptOptions } from '../../src/testing/scriptedSimulator.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import type { Simulator, TimeStep } from '../../src/types.js'
import { answer, listen, reply, turnOf } from '../drivers/world.js'
import { columns, drawSteps, type Manner, type Played, playRealtime } from './realtimeRun.js'

const source = readFileSync(new URL('../../src/time/realtime.ts', import.meta.url), 'utf8')

/** The row of this name in the doc comment's pictures, of the given number among several. */
const pictured = (name: string, number = 0): string => {
  const rows = source.split('\n').filter((line) => line.startsWith(` *     ${name.padEnd(9)}`))
  return rows[number]
    .slice(` *     ${' '.repeat(9)}`.length)
    .split(/ {5}/)[0]
    .trimEnd()
}

const sixLate = (manner: Manner) => ({ manner, takes: (index: number) => (index === 1 ? 6 : 0) })

const cycle = 4

describe.each<Manner>(['answers late', 'blocks'])('an agent that %s is seen as pictured', (manner) => {
  it.each<Overrun>(['skip', 'stretch', 'fail'])('under overrun: %s', (overrun) => {
    const picture = pictured(overrun)
    // While the event loop is blocked the failure cannot be emitted.
    const heard = overrun === 'fail' && manner === 'blocks' ? picture.replace('#', 'x-#') : picture
    const played = playRealtime({ cycle, overrun }, sixLate(manner), heard.length - 1)
    expect(drawSteps(played).padEnd(heard.length, '-')).toBe(heard)
  })

  it.each<Hold>(['last', 'zero', 'stop'])('under hold: %s', (hold) => {
    const steps = pictured('skip', 1)
    const played = playRealtime({ cycle, hold }, sixLate(manner), steps.length - 1)
    expect(drawSteps(played)).toBe(steps)
    // A beat that was missed while the event loop was blocked is carried out when it is free, in its place among the others.
    const due = (frame: number): number => (frame === 10 ? 8 : frame)
    const letter = (command: number): string => (command === 0 ? '0' : String.fromCharCode(64 + command))
    const commands = columns(
      played.commands.map(([frame, command]) => [due(frame), letter(command)] as const),
      ' ',
    )
    expect(commands).toBe(pictured(hold).replace('-', ' '))
  })
})

describe('a missed beat', () => {
  const rewards = ({ log }: Played): number[] => log.values.map(({ reward }) => reward)

  it.each<[Hold, number[], number[]]>([
    ['last', [0, 1, 2 + 3, 4], [10, 11, 13, 14]],
    ['zero', [0, 1, 2 + 3, 4], [10, 11, 13, 14]],
    ['stop', [0, 1, 2, 3], [10, 11, 12, 13]],
  ])('adds its reward to that of the step that follows, under hold: %s', (hold, expected, seen) => {
    const played = playRealtime({ cycle, hold }, sixLate('answers late'), 16)
    expect(rewards(played)).toEqual(expected)
    expect(played.log.values.map(({ observation }) => observation[0])).toEqual(seen)
  })

  it('moves the world’s clock on', () => {
    const { log } = playRealtime({ cycle }, sixLate('answers late'), 16)
    expect(log.values.map(({ time }) => Math.round(time * 10))).toEqual([0, 1, 3, 4])
  })

  it('leaves a simulator that is stretched where it is', () => {
    const { log, commands } = playRealtime({ cycle, overrun: 'stretch' }, sixLate('answers late'), 16)
    expect(log.values.map(({ reward }) => reward)).toEqual([0, 1, 2, 3])
    expect(commands).toEqual([
      [4, 1],
      [10, 2],
      [14, 3],
    ])
  })

  it('may end the episode: the step that follows is its last one, and the late answer is not carried out', () => {
    const late = { manner: 'answers late' as const, takes: (index: number) => (index === 1 ? 10 : 0) }
    const { log, commands } = playRealtime({ cycle }, late, 24, { episodeLength: 2 })
    expect(log.values.map(({ kind, reward, terminated }) => [kind, reward, terminated])).toEqual([
      ['first', 0, false],
      ['mid', 1, false],
      ['last', 2, true],
      ['first', 0, false],
      ['mid', 1, false],
    ])
    expect(log.values[2].previousAction).toEqual({ action: [2] })
    expect(commands).toEqual([
      [4, 1],
      [8, 1],
      [24, 4],
    ])
  })

  it('holds with zeros before the first command of an episode', () => {
    const late = { manner: 'answers late' as const, takes: (index: number) => (index === 0 ? 6 : 0) }
    const { commands } = playRealtime({ cycle }, late, 12)
    expect(commands).toEqual([
      [4, 0],
      [8, 1],
      [12, 2],
    ])
  })

  describe('that is one of the agent’s own making', () => {
    /** What the simulator executed in a run whose agent answers each step as given, so many ms late. */
    const executed = (
      answers: readonly (readonly [how: 'act' | 'begin', late: number, blocks?: number])[],
      script: ScriptOptions,
    ) => {
      const clock = virtualClock()
      const simulator = scriptedSimulator(script)
      const commands: (readonly [number, number])[] = []
      const step: Simulator['step'] = (action) => {
        commands.push([clock.now(), action[0]])
        return simulator.step(action)
      }
      const world = drive({ ...simulator, step }, { schedule: realtime({ cycle: 4, scheduler: clock }) })
      const agent = tap(({ index }: TimeStep) => {
        const [how, late, blocks = 0] = answers[index] ?? ['wait', 0]
        const answer = (): void => {
          if (how === 'act') world.act([index + 1], index, { action: [index + 1] })
          if (how === 'begin') world.begin(index)
        }
        if (late > 0) clock.schedule(answer, late)
        else answer()
        if (blocks > 0) clock.block(blocks)
      })
      const { values } = listen(world.timeSteps.pipe(agent))
      clock.advance(40)
      return { commands, values, shown: values.map(({ kind, reward: paid }) => [kind[0], paid]) }
    }

    it('moves nothing between the last step of an episode and a late `begin`', () => {
      const { commands, shown } = executed(
        [
          ['act', 0],
          ['begin', 10],
          ['act', 0],
        ],
        { episodeLength: 1 },
      )
      expect(shown).toEqual([
        ['f', 0],
        ['l', 1],
        ['f', 0],
        ['l', 1],
      ])
      expect(commands).toEqual([
        [4, 1],
        [20, 3],
      ])
    })

    it('moves nothing after a `begin` in time, in mid-episode, while the event loop is not free', () => {
      const { commands } = executed(
        [
          ['act', 0],
          ['begin', 0, 9],
          ['act', 0],
        ],
        { episodeLength: Infinity },
      )
      expect(commands.slice(0, 2)).toEqual([
        [4, 1],
        [16, 3],
      ])
    })

    it('holds with zeros before the first command of a later episode', () => {
      const { commands } = executed(
        [
          ['act', 0],
          ['begin', 0],
          ['act', 5],
          ['act', 0],
        ],
        { episodeLength: 1 },
      )
      expect(commands.slice(0, 2)).toEqual([
        [4, 1],
        [12, 0],
      ])
    })

    it('leaves neither reward nor end to the episode that a late `begin` opens', () => {
      for (const episodeLength of [2, Infinity]) {
        const { shown } = executed(
          [
            ['act', 0],
            ['begin', 6],
            ['act', 0],
            ['act', 0],
          ],
          { episodeLength },
        )
        expect(shown.slice(0, 4)).toEqual([
          ['f', 0],
          ['m', 1],
          ['f', 0],
          ['m', 1],
        ])
      }
    })
  })

  it('is the fault of an event loop that is not free before the next deadline, too', () => {
    const learns = (time: number) => ({
      manner: 'learns long' as const,
      takes: (index: number) => (index === 1 ? time : 0),
    })
    expect(drawSteps(playRealtime({ cycle }, learns(7), 20))).toBe('a---b------cd---e---f')
    expect(drawSteps(playRealtime({ cycle }, learns(9), 20))).toBe('a---b---x----c--d---e')
    expect(drawSteps(playRealtime({ cycle, overrun: 'stretch' }, learns(7), 20))).toBe('a---b------cd---e---f')
    expect(drawSteps(playRealtime({ cycle, overrun: 'stretch' }, learns(9), 21))).toBe('a---b--------c---d---e')
  })

  it('executes an answer that was in time, for any `hold`', () => {
    const learns = { manner: 'learns long' as const, takes: (index: number) => (index === 1 ? 9 : 0) }
    for (const hold of ['last', 'zero', 'stop'] as const) {
      const { commands } = playRealtime({ cycle, hold }, learns, 16)
      expect(commands.map(([, command]) => command)).toEqual([1, 2, 2, 3])
    }
  })

  it('is part of a snapshot', () => {
    const clock = virtualClock()
    const open = () => {
      const schedule = realtime({ cycle: 4, scheduler: clock })
      return drive(scriptedSimulator({ episodeLength: Infinity }), { schedule })
    }
    const cut = open()
    const first = listen(cut.timeSteps.pipe(tap((step) => step.index === 0 && reply(cut, step))))
    clock.advance(14)
    reply(cut, first.values[1])
    const state = structuredClone(cut.snapshot())
    const other = open()
    other.restore(state)
    first.leave()
    const second = listen(other.timeSteps)
    clock.advance(0)
    // Beats 2 and 3 were skipped.
    expect(second.values.map(({ index, reward }) => [index, reward])).toEqual([[2, 2 + 3 + 4]])
  })

  it('names step and beat where it fails the run', () => {
    const failed = (manner: Manner, time: number): unknown =>
      playRealtime({ cycle, overrun: 'fail' }, { manner, takes: (index) => (index === 1 ? time : 0) }, 40).log.error
    const message = (late: string) =>
      `step 1 missed its beat: beat 2, due 8 ms after the first, ${late} (overrun: 'fail')`
    expect(failed('answers late', 6)).toEqual(new DriverError(message('had no answer')))
    expect(failed('blocks', 6)).toEqual(new DriverError(message('was answered too late')))
    expect(failed('learns long', 9)).toEqual(new DriverError(message('was reached 5 ms late')))
    expect(failed('learns long', 7)).toBeNull()
  })
})

describe('an agent that sleeps 100 ms at random beats', () => {
  const takesOf = (seed: number) => {
    const random = seeded(seed)('sleep')
    const naps = Array.from({ length: 400 }, () => (random.uniform() < 0.15 ? 100 : 0))
    return (index: number): number => naps[index]
  }
  const span = 8000

  describe.each<Manner>(['answers late', 'blocks'])('and %s', (manner) => {
    it.each([1, 2, 3])(
      'skips exactly the beats that the answer missed, and none of their rewards (seed %i)',
      (seed) => {
        const takes = takesOf(seed)
        const { moments, beats, log, schedule } = playRealtime({ cycle: 40 }, { manner, takes }, span)
        const expected = [0]
        for (let t = 0; ; expected.push(t)) {
          const answered = t + takes(expected.length - 1)
          t = Math.max(t + 40, Math.ceil(answered / 40) * 40)
          if (t > span) break
        }
        expect(moments).toEqual(expected)
        const grid = Array.from({ length: moments.at(-1)! / 40 + 1 }, (_, k) => 40 * k)
        const missed = grid.filter((due) => !moments.includes(due))
        expect(missed.length).toBeGreaterThan(20)
        const through = beats.slice(0, grid.length)
        expect(through.map(({ due }) => due)).toEqual(grid)
        expect(through.filter((beat) => beat.missed).map(({ due }) => due)).toEqual(missed)
        const sum = log.values.reduce((total, { reward }) => total + reward, 0)
        expect(sum).toBe(((grid.length - 1) * grid.length) / 2)
        expect(schedule.report()).toMatchObject({
          beats: beats.length,
          misses: beats.filter((beat) => beat.missed).length,
        })
      },
    )

    it('stretches exactly those beats until the answer, and moves the grid with them', () => {
      const takes = takesOf(4)
      const { moments, beats, log } = playRealtime({ cycle: 40, overrun: 'stretch' }, { manner, takes }, span)
      const expected = [0]
      for (let t = 0; ; expected.push(t)) {
        t += Math.max(40, takes(expected.length - 1))
        if (t > span) break
      }
      expect(moments).toEqual(expected)
      expect(beats.map((beat) => beat.missed)).toEqual(moments.map((_, i) => i > 0 && takes(i - 1) === 100))
      expect(beats.map(({ lateness }) => lateness)).toEqual(moments.map((_, i) => (i > 0 && takes(i - 1) ? 60 : 0)))
      expect(log.values.map(({ reward }) => reward)).toEqual(moments.map((_, i) => i))
    })

    it('fails on the first of them', () => {
      const takes = takesOf(5)
      const { log, moments, failed } = playRealtime({ cycle: 40, overrun: 'fail' }, { manner, takes }, span)
      const first = Array.from({ length: 400 }, (_, i) => takes(i)).indexOf(100)
      expect(moments).toEqual(Array.from({ length: first + 1 }, (_, i) => 40 * i))
      expect(failed).toBe(40 * first + (manner === 'blocks' ? 100 : 40))
      expect(String(log.error)).toMatch(`step ${first} missed its beat: beat ${first + 1},`)
    })
  })
})

/** A scheduler whose work runs later than it was scheduled. */
const slowed = (clock: SchedulerLike, delayOf: (delay: number) => number): SchedulerLike => ({
  now: () => clock.now(),
  schedule: <State>(work: (this: SchedulerAction<State>, state: State) => void, delay = 0, state?: State) =>
    clock.schedule(work, delayOf(delay), state as State),
})

describe('deadlines', () => {
  const world = (options: RealtimeOptions) => {
    const schedule = realtime(options)
    return { schedule, world: drive(scriptedSimulator({ episodeLength: Infinity }), { schedule }) }
  }

  it('lead through an hour of robot time on a TestScheduler, without drift', () => {
    const scheduler = new TestScheduler(() => {})
    const { schedule, world: robot } = world({ cycle: 40, scheduler })
    let last = 0
    scheduler.run(() => {
      const log = robot.timeSteps.pipe(answer(robot)).subscribe(() => (last = scheduler.now()))
      scheduler.schedule(() => log.unsubscribe(), 3_600_001)
    })
    expect(last).toBe(3_600_000)
    expect(schedule.report()).toMatchObject({ beats: 90_001, misses: 0, lateness: { p50: 0, p99: 0, max: 0 } })
  })

  it('do not drift where a cycle is no whole number of milliseconds', () => {
    const scheduler = new VirtualTimeScheduler()
    const { schedule, world: robot } = world({ cycle: 1000 / 120, scheduler })
    const moments: number[] = []
    listen(
      robot.timeSteps.pipe(
        answer(robot),
        tap(() => moments.push(scheduler.now())),
      ),
    )
    scheduler.maxFrames = 60_000 + 1
    scheduler.flush()
    expect(moments).toHaveLength(7201)
    expect(moments.every((moment, k) => Math.abs(moment - (k * 1000) / 120) < 1e-5)).toBe(true)
    expect(schedule.report().misses).toBe(0)
  })

  it('are absolute: late timers are reported, and delays do not add up', () => {
    const clock = virtualClock()
    // Each timer is 0.7 ms late, as a busy machine's are.
    const tardy = slowed(clock, (delay) => delay + (delay > 0 ? 0.7 : 0))
    const { schedule, world: robot } = world({ cycle: 8, spin: 0, scheduler: tardy })
    const late: (number | null)[] = []
    schedule.beats.subscribe(({ lateness }) => late.push(lateness))
    listen(robot.timeSteps.pipe(answer(robot)))
    clock.advance(8000)
    expect(late).toHaveLength(1000)
    expect(Math.max(...late.map(Number))).toBeLessThan(0.71)
    const { lateness, misses } = schedule.report()
    expect(misses).toBe(0)
    expect(lateness.p50).toBeCloseTo(0.7, 1)
    expect(lateness.max).toBeCloseTo(0.7, 9)
  })

  it('are watched turn by turn for `spin` ms, and by timers alone on a clock that stands still', () => {
    const clock = virtualClock()
    const delays: number[] = []
    // A turn of this event loop takes a quarter of a millisecond, and its timers are 1 ms late.
    const loop = (turn: number): SchedulerLike =>
      slowed(clock, (delay) => {
        delays.push(delay)
        return delay === 0 ? turn : delay + (turn > 0 ? 1 : 0)
      })
    const beatOf = (turn: number) => {
      const { schedule, world: robot } = world({ cycle: 8, spin: 2, scheduler: loop(turn) })
      const late: (number | null)[] = []
      schedule.beats.subscribe(({ lateness }) => late.push(lateness))
      const log = listen(robot.timeSteps.pipe(answer(robot)))
      clock.advance(8.5)
      log.leave()
      return late
    }
    expect(beatOf(0.25)).toEqual([0, 0])
    expect(delays.slice(0, 6)).toEqual([0, 6, 0, 0, 0, 0])
    delays.length = 0
    expect(beatOf(0)).toEqual([0, 0])
    expect(delays).toEqual([0, 6, 0, 2, 6])
  })

  it('come however little the spin is less than the cycle, on a clock whose sums lose such a time as well', () => {
    const clock = virtualClock()
    clock.advance(1e7)
    const cycle = 1.04
    // A run of timers that none of them moves the clock would never end.
    let still = 0
    let before = clock.now()
    const watched = slowed(clock, (delay) => {
      still = clock.now() === before ? still + 1 : 0
      before = clock.now()
      if (still > 100) throw new Error(`the clock stands still, with a timer of ${delay} ms`)
      return delay
    })
    const { schedule, world: robot } = world({ cycle, spin: cycle - 1e-6, scheduler: watched })
    listen(robot.timeSteps.pipe(answer(robot)))
    clock.advance(1000 * cycle)
    expect(schedule.report()).toMatchObject({ beats: 1001, misses: 0 })
  })
})

describe('a schedule', () => {
  it('gives the time that is left of the cycle, and Infinity at rest', () => {
    const clock = virtualClock()
    const schedule = realtime({ cycle: 40, scheduler: clock })
    const world = drive(scriptedSimulator(), { schedule })
    expect(schedule.left()).toBe(Infinity)
    const log = listen(world.timeSteps.pipe(answer(world)))
    clock.advance(70)
    expect(schedule.left()).toBe(10)
    log.leave()
    expect(schedule.left()).toBe(Infinity)
  })

  it('leads one world at a time, and counts on with the next run', () => {
    const clock = virtualClock()
    const schedule = realtime({ cycle: 40, scheduler: clock })
    const [one, other] = [0, 1].map(() => drive(scriptedSimulator({ episodeLength: Infinity }), { schedule }))
    const first = listen(one.timeSteps.pipe(answer(one)))
    const second = listen(other.timeSteps)
    expect(second.error).toEqual(
      new DriverError('realtime: this schedule paces another world; make one schedule for each world'),
    )
    clock.advance(100)
    expect(first.values).toHaveLength(3)
    first.leave()
    const third = listen(other.timeSteps.pipe(answer(other)))
    clock.advance(100)
    expect(third.values).toHaveLength(3)
    expect(schedule.report().beats).toBe(6)
  })

  describe('completes its beats when the run is over', () => {
    const setUp = (spoil: Partial<Simulator> = {}, options: Partial<RealtimeOptions> = {}) => {
      const clock = virtualClock()
      const schedule = realtime({ cycle: 40, ...options, scheduler: clock })
      const world = drive({ ...scriptedSimulator({ episodeLength: Infinity }), ...spoil }, { schedule })
      const beats = listen(schedule.beats)
      return { clock, schedule, world, beats }
    }

    it('by enough steps, after the last beat', () => {
      const { clock, schedule, world, beats } = setUp()
      listen(world.timeSteps.pipe(answer(world), take(3)))
      clock.advance(200)
      expect([beats.completed, beats.values.map(({ index }) => index)]).toEqual([true, [0, 1, 2]])
      expect(schedule.report().beats).toBe(3)
    })

    it.each(['stop', 'close', 'leave'])('by %s, from outside', (how) => {
      const { clock, world, beats } = setUp()
      const log = listen(world.timeSteps.pipe(answer(world)))
      clock.advance(100)
      expect(beats.completed).toBe(false)
      if (how === 'stop') void world.stop()
      else if (how === 'close') world.close()
      else log.leave()
      expect([beats.completed, beats.values.length]).toEqual([true, 3])
    })

    it('by an error, of the world or of a missed beat, after its beat', () => {
      const fail = (): never => {
        throw new Error('scripted')
      }
      for (const [spoil, overrun, count] of [
        [{ step: fail }, 'skip', 2],
        [{}, 'fail', 2],
      ] as const) {
        const { clock, world, beats } = setUp(spoil, { overrun })
        const agent = overrun === 'fail' ? tap(() => {}) : answer<TimeStep>(world)
        const log = listen(world.timeSteps.pipe(agent))
        clock.advance(100)
        expect([log.error !== null, beats.completed, beats.values.length]).toEqual([true, true, count])
      }
    })

    it('so that a timer on them ends as well, and `repeat` goes on with the next run', () => {
      const { clock, schedule, world } = setUp()
      const sampled = listen(schedule.beats.pipe(sampleTime(100, clock)))
      const repeated = listen(schedule.beats.pipe(repeat()))
      const runs = [2, 3].map((count) => {
        const log = listen(world.timeSteps.pipe(answer(world), take(count)))
        clock.advance(300)
        return log
      })
      expect(runs.map(({ completed }) => completed)).toEqual([true, true])
      expect(sampled.completed).toBe(true)
      expect(repeated.values.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4])
    })

    it('also where a run begins anew within the last beat of the one before', () => {
      const { clock, world, beats, schedule } = setUp()
      const later: ReturnType<typeof listen<Beat>>[] = []
      const run = world.timeSteps.pipe(answer(world), take(2))
      let runs = 0
      const again = defer(() => {
        if (runs++ === 1) later.push(listen(schedule.beats))
        return run
      })
      const steps = listen(again.pipe(repeat(2)))
      clock.advance(400)
      expect(steps.values).toHaveLength(4)
      expect([beats.completed, beats.values.map(({ index }) => index)]).toEqual([true, [0, 1]])
      expect([later[0].completed, later[0].values.map(({ index }) => index)]).toEqual([true, [2, 3]])
    })

    it('and those of a world that is closed at rest, or whose run had no beat yet', () => {
      const idle = setUp()
      idle.world.close()
      expect(idle.beats.completed).toBe(true)
      const early = setUp()
      listen(early.world.timeSteps).leave()
      expect([early.beats.completed, early.beats.values]).toEqual([true, []])
    })

    it('but not when another world ends that it does not lead', () => {
      const { clock, schedule, world, beats } = setUp()
      listen(world.timeSteps.pipe(answer(world)))
      clock.advance(10)
      const other = drive(scriptedSimulator(), { schedule })
      expect(String(listen(other.timeSteps).error)).toContain('paces another world')
      other.close()
      clock.advance(100)
      expect([beats.completed, beats.values.length]).toEqual([false, 3])
    })

    it('but not when a device pauses between episodes, in which no other world can take the schedule', async () => {
      const clock = virtualClock()
      const schedule = realtime({ cycle: 10, scheduler: clock })
      const waits: (() => void)[] = []
      const rig = device({
        spec: { name: 'Rig', action: scriptedSimulator().spec.action },
        observe: observe({ probe: concat(of(1), NEVER) }, { probe: { patience: Infinity } }),
        begin: () => new Promise<void>((resolve) => waits.push(resolve)),
        act: () => {},
        stop: () => {},
        schedule,
      })
      const beats = listen(schedule.beats)
      const steps = listen(
        rig.timeSteps.pipe(tap(({ index }) => (index === 1 ? rig.begin(1) : rig.act([0], index, { action: [0] })))),
      )
      waits[0]()
      await turnOf(eventLoop)
      clock.advance(15)
      expect(steps.values).toHaveLength(2)
      expect(String(listen(drive(scriptedSimulator(), { schedule }).timeSteps).error)).toContain('paces another world')
      waits[1]()
      await turnOf(eventLoop)
      clock.advance(15)
      expect([beats.completed, steps.values.length]).toEqual([false, 4])
      await rig.stop()
      expect(beats.completed).toBe(true)
    })
  })

  it('leaves nothing behind once it was left', () => {
    const scheduler = new VirtualTimeScheduler()
    const schedule = realtime({ cycle: 40, scheduler })
    const world = drive(scriptedSimulator(), { schedule })
    const log = listen(world.timeSteps.pipe(answer(world)))
    scheduler.maxFrames = 100
    scheduler.flush()
    log.leave()
    expect(scheduler.actions.filter(({ closed }) => !closed)).toEqual([])
  })

  it('fails after `patience` if a step gets no answer', () => {
    const clock = virtualClock()
    const world = drive(scriptedSimulator(), { schedule: realtime({ cycle: 40, scheduler: clock }), patience: 200 })
    const log = listen(world.timeSteps)
    clock.advance(1000)
    expect(String(log.error)).toContain('step 0 got no action within 200 ms')
  })

  it.each([
    [{ cycle: 0 }, 'realtime: cycle: expected milliseconds above 0, got 0'],
    [{ cycle: NaN }, 'realtime: cycle: expected milliseconds above 0, got NaN'],
    [{ cycle: Infinity }, 'realtime: cycle: expected milliseconds above 0, got Infinity'],
    [{ cycle: 4, spin: 4 }, 'realtime: spin: expected milliseconds, 0 or more and less than the cycle, got 4'],
    [{ cycle: 4, spin: -1 }, 'realtime: spin: expected milliseconds, 0 or more and less than the cycle, got -1'],
    [{ cycle: 4, overrun: 'wait' as Overrun }, "realtime: overrun: expected 'skip', 'stretch' or 'fail', got 'wait'"],
    [{ cycle: 4, hold: 'first' as Hold }, "realtime: hold: expected 'last', 'zero' or 'stop', got 'first'"],
  ])('refuses %o', (options, message) => {
    expect(() => realtime(options)).toThrow(new RangeError(message))
  })
})

for (const overrun of ['skip', 'stretch'] as const) {
  describe(`a simulator in real time that ${overrun}s keeps the rules`, () => {
    const make = (scheduler: SchedulerLike) =>
      drive(scriptedSimulator(), { schedule: realtime({ cycle: 100, overrun, scheduler }) })
    for (const rule of driverSuite(make)) it(rule.name, rule.run)
  })
}

describe.each<[string, (scheduler: SchedulerLike) => Schedule]>([
  ['lockstep', (scheduler) => lockstep({ scheduler, pace: 1 })],
  ['realtime', (scheduler) => realtime({ cycle: 40, scheduler })],
])('under %s', (_, scheduleOn) => {
  it.each(['before sampleAction', 'after actuate'])('AVG learns with update %s', (place) => {
    const clock = virtualClock()
    const random = seeded(1)
    const simulator = scriptedSimulator({ episodeLength: 20 })
    const world = drive(simulator, { schedule: scheduleOn(clock) })
    const learner = avg(simulator.spec, {
      ...hyperparametersFor('Pendulum-v1'),
      hidden: [16, 16],
      random: random('policy'),
      initialization: random('initialization'),
    })
    const paired = world.timeSteps.pipe(transitions())
    const chain: Observable<{ readonly report: unknown }> =
      place === 'after actuate'
        ? paired.pipe(sampleAction(learner), actuate(world), update(learner))
        : paired.pipe(update(learner), sampleAction(learner), actuate(world))
    const before = learner.parameters['actor.phi.0.weight'].slice()
    const log = listen(chain)
    clock.advance(40 * 100)
    expect(log.error).toBeNull()
    expect(log.values.length).toBeGreaterThan(100)
    // One in 21 steps opens an episode, and has nothing to learn from.
    expect(log.values.filter(({ report }) => report === null)).toHaveLength(Math.ceil(log.values.length / 21))
    expect(learner.parameters['actor.phi.0.weight']).not.toEqual(before)
  })
})
