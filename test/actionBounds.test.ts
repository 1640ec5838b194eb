import { type Observable, map, take } from 'rxjs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { actuate } from '../operators/actuate.js'
import { clipAction } from '../operators/clipAction.js'
import { normalizeObservation } from '../operators/normalizeObservation.js'
import { rescaleAction } from '../operators/rescaleAction.js'
import { sampleAction } from '../operators/sampleAction.js'
import { transitions } from '../operators/transitions.js'
import { update } from '../operators/update.js'
import { outOfBounds, unusedRangeLine } from '../src/actionBounds.js'
import { drive } from '../src/drivers/drive.js'
import { pendulum } from '../src/environments/classic/pendulum.js'
import { avg } from '../src/learners/avg/avg.js'
import { publishedSettings } from '../src/learners/avg/publishedSettings.js'
import { runningMoments } from '../src/moments.js'
import { seeded } from '../src/random.js'
import { lockstep } from '../src/time/schedule.js'
import { scriptedSimulator } from '../src/testing/scriptedSimulator.js'
import { virtualClock } from '../src/testing/virtualClock.js'
import type { ActionBounds, Driver, Learner, SampledAction, TimeStep } from '../src/types.js'
import { listen } from './drivers/world.js'
import { bounds } from './operators/bounds.js'

const warned: string[] = []
beforeEach(() => {
  warned.length = 0
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void warned.push(line))
})
afterEach(() => vi.restoreAllMocks())

describe('a command', () => {
  test.each<[low: number, high: number, command: number, outside: boolean]>([
    [-2, 2, 2, false],
    [-2, 2, 2.01, true],
    [-2, 2, -2.01, true],
    [-Infinity, Infinity, 1e300, false],
    [-Infinity, 3, 3.1, true],
    [0, Infinity, -0.1, true],
    [-0.4, 0.4, Math.fround(0.4), false],
    [-0.4, 0.4, -Math.fround(0.4), false],
    [0, 1, -1e-12, false],
    [0.1, 0.1, 0.1 + 1e-17, false],
    [-1e308, 1e308, 1e308, false],
    [-1e308, 1e308, 1.1e308, true],
  ])('within %d and %d: %d is outside: %s', (low, high, command, outside) => {
    const find = outOfBounds(bounds([-1, low], [1, high]))
    expect(find([0, command])).toBe(outside ? 1 : -1)
  })
})

describe('a policy', () => {
  test.each<[low: number, high: number, policy: ActionBounds, unused: boolean]>([
    [-1, 1, { low: -1, high: 1 }, false],
    [-2, 2, { low: -1, high: 1 }, true],
    [-0.4, 0.4, { low: -1, high: 1 }, false],
    [0, 1, { low: -1, high: 1 }, false],
    [0, 5, { low: -1, high: 1 }, true],
    [-5, 0, { low: -1, high: 1 }, true],
    [-1, 1, { low: 0, high: 1 }, true],
    [-Infinity, Infinity, { low: -1, high: 1 }, false],
    [-1, Infinity, { low: -1, high: 1 }, false],
    [-1 - 1e-8, 1 + 1e-8, { low: -1, high: 1 }, false],
  ])('in a world that takes %d to %d, of %o, leaves a part unused: %s', (low, high, policy, unused) => {
    const line = unusedRangeLine('actuate', policy, bounds([-1, low], [1, high]))
    if (unused)
      expect(line).toContain(
        `actuate: the world accepts joint${low === -1 && high === 1 ? 0 : 1} from ${low} to ${high}`,
      )
    else expect(line).toBeNull()
  })
})

/** A world that accepts -bound to bound, and a policy with these `actionBounds`, or without any. */
const played = (
  bound: number,
  action: readonly number[],
  actionBounds: ActionBounds | null,
  command: (
    world: Driver,
  ) => (
    source: Observable<TimeStep & { readonly sampled: SampledAction | null }>,
  ) => Observable<TimeStep & { readonly sampled: SampledAction | null }>,
) => {
  const simulator = scriptedSimulator({ episodeLength: 5 })
  const { spec } = simulator
  const clock = virtualClock()
  const world = drive(
    { ...simulator, spec: { ...spec, action: { ...spec.action, low: [-bound], high: [bound], units: ['N m'] } } },
    { schedule: lockstep({ scheduler: clock }) },
  )
  let place = 0
  const policy: Pick<Learner, 'sample' | 'actionBounds'> = {
    sample: () => ({ action: [action[place++ % action.length]] }),
    ...(actionBounds === null ? {} : { actionBounds }),
  }
  const log = listen(command(world)(sampleAction(policy)(world.timeSteps)).pipe(actuate(world), take(30)))
  clock.advance(1)
  expect([log.error, log.values.length]).toEqual([null, 30])
  return warned
}

const squashed: ActionBounds = { low: -1, high: 1 }
const asItIs = () => (source: Observable<TimeStep & { readonly sampled: SampledAction | null }>) => source

describe('a wrong pair of policy and world is a warning, once, with names', () => {
  test('a policy that cannot reach the bounds, its actions sent as they are', () => {
    expect(played(2, [0.5, -0.5], squashed, asItIs)).toEqual([
      "actuate: the world accepts motor0 from -2 to 2 N m, but the policy's actions are from -1 to 1, so that a part of the " +
        'range is never used. rescaleAction(world.spec.action) above actuate uses all of it; clipAction with bounds of -1 ' +
        'and 1 keeps this range without a warning.',
    ])
  })

  test('a policy that cannot reach the bounds, clipped to what it never exceeds', () => {
    const [line, ...others] = played(2, [0.5], squashed, (world) => clipAction(world.spec.action))
    expect(line).toContain('clipAction: the world accepts motor0 from -2 to 2 N m')
    expect(others).toEqual([])
  })

  test.each([0.4, 1])('a command outside of bounds of ±%d, from any operator', (bound) => {
    const expected = expect.stringMatching(
      new RegExp(
        `^actuate: step 2: the command of component 0 is 1\\.5, but Scripted accepts motor0 from -${bound} to ${bound} N m`,
      ),
    )
    const actions = [0.1, 0.2, 1.5, -3, 7]
    expect(played(bound, actions, null, asItIs)).toEqual([expected])
    warned.length = 0
    const commanded = () =>
      map((step: TimeStep & { readonly sampled: SampledAction | null }) => ({
        ...step,
        command: step.sampled?.action ?? null,
      }))
    expect(played(bound, actions, squashed, commanded)).toEqual([expected])
  })

  test('by each subscription again', () => {
    played(2, [0.5], squashed, asItIs)
    expect(played(2, [0.5], squashed, asItIs)).toHaveLength(2)
  })
})

describe('a right pair is not spoken of', () => {
  test.each([
    ['of equal bounds', 1, [1, -1], squashed, asItIs],
    ['rescaled', 2, [1, -1], squashed, (world: Driver) => rescaleAction(world.spec.action)],
    ['clipped, where the world takes less', 0.4, [1, -1], squashed, (world: Driver) => clipAction(world.spec.action)],
    [
      'clipped to bounds that say that half of the range is meant',
      2,
      [1, -1],
      squashed,
      (world: Driver) => clipAction({ ...world.spec.action, low: [-1], high: [1] }),
    ],
    ['whose policy says nothing of its actions, which are within the bounds', 2, [2, -1.9], null, asItIs],
    ['whose world has no bounds', Infinity, [1e9], null, asItIs],
  ] as const)('%s', (_, bound, actions, actionBounds, command) => {
    expect(played(bound, actions, actionBounds, command)).toEqual([])
  })
})

test.each([
  ['as in the readme', 1],
  ['rescaled', 0],
])('the agent of the readme on Pendulum-v1, %s, is warned of %d time', (how, times) => {
  const random = seeded(1)
  const clock = virtualClock()
  const world = drive(pendulum({ random: random('environment') }), { schedule: lockstep({ scheduler: clock }) })
  const settings = { ...publishedSettings('HalfCheetah-v4'), hidden: [8, 8] }
  const learner = avg(world.spec, { ...settings, random: random('policy'), initialization: random('initialization') })
  const decided = world.timeSteps.pipe(
    normalizeObservation(runningMoments(world.spec.observation)),
    transitions(),
    update(learner),
    sampleAction(learner),
  )
  const chain =
    how === 'rescaled'
      ? decided.pipe(rescaleAction(world.spec.action), actuate(world), take(50))
      : decided.pipe(actuate(world), take(50))
  const log = listen<TimeStep>(chain)
  clock.advance(1)
  expect([log.error, log.values.length, warned.length]).toEqual([null, 50, times])
  if (times > 0) expect(warned[0]).toContain('the world accepts torque from -2 to 2 N m')
})
