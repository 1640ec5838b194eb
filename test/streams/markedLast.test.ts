import { type Observable, take } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { endEpisode } from '../../operators/endEpisode.js'
import { tallyEpisodes } from '../../operators/tallyEpisodes.js'
import { timeLimit } from '../../operators/timeLimit.js'
import { transitions } from '../../operators/transitions.js'
import { drive } from '../../src/drivers/drive.js'
import { markedLast } from '../../src/streams/markedLast.js'
import { seeded } from '../../src/random.js'
import { lockstep } from '../../src/time/schedule.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import type { Simulator, TimeStep } from '../../src/types.js'
import { answer, listen } from '../drivers/world.js'

const flags = ['terminated', 'truncated'] as const

/** Every order of these. */
const orders = <V>(values: readonly V[]): readonly (readonly V[])[] =>
  values.length < 2
    ? [values]
    : values.flatMap((value, place) => orders(values.toSpliced(place, 1)).map((rest) => [value, ...rest]))

describe('a mark', () => {
  const [, mid] = timeSteps('ab')

  test.each(flags)('makes a step last and sets its flag: %s', (flag) => {
    expect(markedLast(mid, flag)).toEqual({ ...mid, kind: 'last', [flag]: true })
  })

  test.each(flags)('that is there already changes nothing: %s', (flag) => {
    const marked = markedLast(mid, flag)
    expect(markedLast(marked, flag)).toBe(marked)
  })

  test('keeps an earlier one', () => {
    const both = { ...mid, kind: 'last', terminated: true, truncated: true }
    for (const [first, second] of orders(flags)) {
      const once = markedLast(mid, first)
      const asItWas = { ...once }
      expect(markedLast(once, second)).toEqual(both)
      expect(once).toEqual(asItWas)
    }
  })
})

/**
 * Ends of four kinds that often fall on the same steps: a limit, three predicates, and the flags of the world. The result is the same in
 * every order of the operators.
 */
describe('ends of episodes in every order', () => {
  type Mark = (source: Observable<TimeStep>) => Observable<TimeStep>

  /** Three dozen steps of a world that ends some episodes itself, in either way or in both at once. */
  const play = (marks: readonly Mark[], own: ReadonlySet<string>) => {
    const clock = virtualClock()
    const simulator = scriptedSimulator({ episodeLength: Infinity })
    let actions = 0
    const step: Simulator['step'] = (action) => {
      actions += 1
      const [terminated, truncated] = flags.map((flag) => own.has(`${flag} ${actions}`))
      return { ...simulator.step(action), terminated, truncated }
    }
    const world = drive({ ...simulator, step }, { schedule: lockstep({ scheduler: clock }) })
    const marked = marks.reduce((above, mark) => mark(above), world.timeSteps as Observable<TimeStep>)
    const { values } = listen(marked.pipe(transitions(), tallyEpisodes(), answer(world), take(36)))
    clock.advance(1)
    return values
  }

  test.each(Array.from({ length: 40 }, (_, seed) => seed))('give the same run (%i)', (seed) => {
    const random = seeded(seed)('marks')
    const drawn = (): ReadonlySet<number> =>
      new Set(Array.from({ length: 36 }, (_, k) => k).filter(() => random.uniform() < 0.2))
    const own = new Set(flags.flatMap((flag) => [...drawn()].map((k) => `${flag} ${k}`)))
    const [stops, fails, failsToo] = [drawn(), drawn(), drawn()]
    const limit = 1 + Math.floor(random.uniform() * 4)
    const marks: readonly Mark[] = [
      timeLimit(limit),
      endEpisode(({ index }) => stops.has(index), { as: 'truncated' }),
      endEpisode(({ index }) => fails.has(index), { as: 'terminated' }),
      endEpisode(({ index }) => failsToo.has(index), { as: 'terminated' }),
    ]
    const [run, ...others] = orders(marks).map((order) => play(order, own))
    for (const other of others) expect(other).toEqual(run)

    let [actions, length] = [0, 0]
    for (const { kind, index, terminated, truncated, transition, episode } of run) {
      length = kind === 'first' ? 0 : length + 1
      if (kind === 'first') expect([terminated, truncated]).toEqual([false, false])
      else {
        actions += 1
        expect(terminated).toBe(own.has(`terminated ${actions}`) || fails.has(index) || failsToo.has(index))
        expect(truncated).toBe(own.has(`truncated ${actions}`) || stops.has(index) || length === limit)
        expect(transition).toMatchObject({ terminated, truncated })
      }
      const over = terminated || truncated
      expect([kind === 'last', episode !== null]).toEqual([over, over])
      if (over) expect(episode).toMatchObject({ terminated, truncated, length })
    }
  })
})
