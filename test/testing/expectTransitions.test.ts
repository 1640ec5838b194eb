import { type Observable, delay, filter, map } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { normalizeObservation } from '../../operators/normalizeObservation.js'
import { reward } from '../../operators/reward.js'
import { timeLimit } from '../../operators/timeLimit.js'
import { transitions } from '../../operators/transitions.js'
import { runningMoments } from '../../src/moments.js'
import { type PairedStep, expectTransitions } from '../../src/testing/expectTransitions.js'
import type { TimeStep } from '../../src/types.js'

const paired = transitions()
const limited = (source: Observable<TimeStep>) => transitions()(timeLimit(2)(source))

/** The error, line by line. */
const complaint = (assertion: () => void): readonly string[] => {
  try {
    assertion()
  } catch (error) {
    return (error as Error).message.split('\n')
  }
  return []
}

describe('does not throw', () => {
  test('when the transitions come in their frames', () => {
    expectTransitions(paired, {
      source: '     --a-b-t-a-b-u-a|',
      transitions: '--.-b-t-.-b-u-.|',
    })
  })

  test('when their values are those expected, and what is not mentioned may be anything', () => {
    expectTransitions(limited, {
      source: '     --a-b-c-d-t|',
      transitions: '--.-b-u-.-t|',
      values: [{ between: 'a>b', reward: 1.125 }, { truncated: true, terminated: false }, { between: 'd>t' }],
    })
  })

  test('of sides whose observations were changed on the way', () => {
    const moments = runningMoments({ size: 2 })
    expectTransitions((source) => transitions()(normalizeObservation(moments)(reward(() => 7)(source))), {
      source: '     --a-b-t|',
      transitions: '--.-b-t|',
      values: [
        { between: 'a>b', reward: 7 },
        { between: 'b>t', reward: 7 },
      ],
    })
  })

  test('however the time is written, on the clock that the pipeline is given', () => {
    expectTransitions((source, clock) => delay<PairedStep>(500, clock)(paired(source)), {
      source: '      a 999ms b 999ms t',
      transitions: '  500ms . 999ms b 999ms t 300ms ',
    })
  })
})

describe('complains, with the timelines one above the other', () => {
  const source = '--a-b-t-a-u|'

  test('of a transition too many, or one that is missing', () => {
    const lines = complaint(() => expectTransitions(paired, { source, transitions: '--.-b-t-b-u|' }))
    expect(lines).toEqual([
      'expected these transitions, in these frames',
      '  source    --a-b-t-a-u|',
      '  expected  --.-b-t-b-u|',
      '  actual    --.-b-t-.-u|',
      '                    ^',
    ])
  })

  test('of one that comes late', () => {
    const lines = complaint(() =>
      expectTransitions((steps, clock) => delay<PairedStep>(1, clock)(paired(steps)), {
        source: '--a-b|',
        transitions: '--.-b|',
      }),
    )
    expect(lines.slice(1)).toEqual([
      '  source    --a-b|',
      '  expected  --.-b|',
      '  actual    ---.-(b|)',
      '              ^',
    ])
  })

  test('of a stream that ends too early, or too late, or not at all', () => {
    const early = (steps: Observable<TimeStep>) => filter(({ index }: TimeStep) => index < 2)(steps)
    expect(
      complaint(() => expectTransitions((s) => paired(early(s)), { source, transitions: '--.-b-t-.-u|' })),
    ).toEqual([
      'expected these transitions, in these frames',
      '  source    --a-b-t-a-u|',
      '  expected  --.-b-t-.-u|',
      '  actual    --.-b------|',
      '                  ^',
    ])
    expect(complaint(() => expectTransitions(paired, { source: '-a-b', transitions: '-.-b|' })).slice(2)).toEqual([
      '  expected  -.-b|',
      '  actual    -.-b',
      '                ^',
    ])
  })

  test('of an error, saying which', () => {
    const broken = map((each: TimeStep) => {
      if (each.index === 1) throw new Error('the sensor is gone')
      return each
    })
    expect(
      complaint(() => expectTransitions((s) => paired(broken(s)), { source, transitions: '--.-b-t-.-u|' })),
    ).toEqual([
      'expected these transitions, in these frames',
      '  source    --a-b-t-a-u|',
      '  expected  --.-b-t-.-u|',
      '  actual    --.-#',
      '                ^',
      '  it failed with Error: the sensor is gone',
    ])
    expectTransitions((s) => paired(broken(s)), { source, transitions: '--.-#' })
  })

  test('of a value, naming the transition and its field', () => {
    const values = [{ between: 'a>b' }, { between: 'b>t', reward: 2 }, {}]
    expect(complaint(() => expectTransitions(paired, { source, transitions: '--.-b-t-.-u|', values }))).toEqual([
      'transition 1 (b>t).reward: expected 2, got 1.25',
      '  source    --a-b-t-a-u|',
      '  expected  --.-b-t-.-u|',
      '  actual    --.-b-t-.-u|',
    ])
  })

  test('of the sides of a transition', () => {
    const [line] = complaint(() =>
      expectTransitions(paired, { source: '-a-b-c|', transitions: '-.-b-c|', values: [{}, { between: 'a>c' }] }),
    )
    expect(line).toBe('transition 1 (b>c).between: expected a>c, got b>c')
  })

  test('of values for more or fewer transitions than came', () => {
    const [line] = complaint(() => expectTransitions(paired, { source, transitions: '--.-b-t-.-u|', values: [{}] }))
    expect(line).toBe('expected 1 transitions, got 3')
  })
})

test('prepares records for a pipeline that needs more fields', () => {
  const weighed = (steps: Observable<TimeStep & { readonly weight: number }>) =>
    paired(reward((step: TimeStep & { readonly weight: number }) => step.weight)(steps))
  expectTransitions(weighed, {
    source: '     -a-b-c|',
    transitions: '-.-b-c|',
    values: [{ reward: 10 }, { reward: 20 }],
    prepare: (step: TimeStep) => ({ ...step, weight: 10 * step.index }),
  })
})
