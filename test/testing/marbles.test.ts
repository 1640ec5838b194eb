import { TestScheduler } from 'rxjs/testing'
import { describe, expect, test } from 'vitest'
import { columns, draw, readMarbles, scriptedError, timeSteps } from '../../src/testing/marbles.js'

const letterOf = (letters: readonly string[]) => (step: { readonly index: number }) => letters[step.index]

describe('reading', () => {
  test('a first step begins a stream, and follows each end', () => {
    expect(timeSteps('abtabua').map(({ kind }) => kind)).toEqual([
      'first',
      'mid',
      'last',
      'first',
      'mid',
      'last',
      'first',
    ])
  })

  test('t is terminated, u is truncated, all others neither', () => {
    const ends = timeSteps('abtabu').map(({ terminated, truncated }) => [terminated, truncated])
    expect(ends).toEqual([
      [false, false],
      [false, false],
      [true, false],
      [false, false],
      [false, false],
      [false, true],
    ])
  })

  test('first steps have neither reward nor an action before them, all others have both', () => {
    for (const { kind, reward, previousAction } of timeSteps('abtabu')) {
      expect([reward === 0, previousAction === null]).toEqual([kind === 'first', kind === 'first'])
    }
  })

  test('index and time are counted, and no two steps look alike', () => {
    const steps = readMarbles('--a-b-(ta)|').notifications.flatMap(({ notification: step }) =>
      step.kind === 'N' ? [step.value] : [],
    )
    expect(steps.map(({ index }) => index)).toEqual([0, 1, 2, 3])
    expect(steps.map(({ time }) => time)).toEqual([0.002, 0.004, 0.006, 0.006])
    expect(new Set(steps.map(({ observation }) => [...observation].join())).size).toBe(4)
  })

  test('frames are columns, inside a scheduler as outside', () => {
    const frames = () => readMarbles('  -a -(b|)').notifications.map(({ frame }) => frame)
    expect(frames()).toEqual([1, 3, 3])
    expect(new TestScheduler(() => {}).run(frames)).toEqual([1, 3, 3])
  })

  test('a time in milliseconds is so many columns', () => {
    const { notifications, length } = readMarbles('a 39ms b 39ms (t|)')
    expect(notifications.map(({ frame }) => frame)).toEqual([0, 40, 80, 80])
    expect(length).toBe(84)
    expect(columns(' -a 3ms b 2ms ')).toBe('-a---b--')
  })

  test('# is one and the same error', () => {
    expect(readMarbles('#').notifications).toEqual([{ frame: 0, notification: { kind: 'E', error: scriptedError } }])
  })

  test('fails on what it cannot mean', () => {
    expect(() => readMarbles('-A-|')).toThrow('expected a lower-case letter, got "A"')
    expect(() => readMarbles('-t-|')).toThrow('"t" ends an episode that has had no action')
    expect(() => readMarbles('-abuu')).toThrow('"u" ends an episode that has had no action')
    expect(() => readMarbles('a 10 b')).toThrow('expected columns or " 40ms " for the time, got a number')
    expect(() => readMarbles('a10msb')).toThrow('got a number')
  })
})

describe('drawing', () => {
  for (const marbles of ['-', '--|', '#', '--a-b-t|', '--a-b---', '-(ab)--t-(a|)', '--a-#', '(ab#)']) {
    test(`what was read from ${marbles} is drawn as ${marbles}`, () => {
      const { notifications, letters, length } = readMarbles(marbles)
      expect(draw(notifications, letterOf(letters), length)).toBe(marbles)
    })
  }

  test('long silences are written in milliseconds', () => {
    const late = [{ frame: 5000, notification: { kind: 'C' } }] as const
    expect(draw(late, () => '', 1)).toBe(' 5000ms |')
  })
})
