/** Whatever is scheduled, subscribed to or sent again and again leaves nothing behind in the subscription that it belongs to. */
import { type Observable, concat, from, interval, NEVER, of, Subject, Subscription, throwError } from 'rxjs'
import { afterEach, expect, test, vi } from 'vitest'
import { actuate } from '../operators/actuate.js'
import { dropping } from '../operators/dropping.js'
import { sampleAction } from '../operators/sampleAction.js'
import { sliding } from '../operators/sliding.js'
import { suspend } from '../operators/suspend.js'
import { transitions } from '../operators/transitions.js'
import { updateInGap } from '../operators/updateInGap.js'
import { finiteNumber } from '../src/edge/codecs.js'
import { device } from '../src/drivers/device.js'
import { drive } from '../src/drivers/drive.js'
import { observe } from '../src/drivers/observe.js'
import { type Connection, session } from '../src/links/session.js'
import { realtime } from '../src/time/realtime.js'
import { lockstep } from '../src/time/schedule.js'
import { scriptedSimulator } from '../src/testing/scriptedSimulator.js'
import { type VirtualClock, virtualClock } from '../src/testing/virtualClock.js'
import type { Driver, SampledAction } from '../src/types.js'

const times = 2000
const action = { size: 1, low: [-1], high: [1], names: ['speed'], units: ['m/s'] }
const connection = (messages: Observable<string>): Connection<string> => ({ messages, send: () => Promise.resolve() })
const talk = (scheduler: VirtualClock, connect: Observable<Connection<string>>) =>
  session('test', { backoff: { first: 10, longest: 10 }, report: () => {}, scheduler }, connect)

/** Answers every step. */
const answered = (world: Driver): Subscription =>
  world.timeSteps.subscribe(({ index, kind }) =>
    kind === 'last' ? world.begin(index) : world.act([0], index, { action: [0] }),
  )
const learner = {
  sample: (): SampledAction => ({ action: [0] }),
  update: () => null,
}

/** Something that happens two thousand times within so many milliseconds of the clock. */
const repeated: Readonly<Record<string, (clock: VirtualClock) => Subscription>> = {
  'the silence timer of a sensor': (clock) => {
    const senses = observe({ a: interval(5, clock) }, { a: { patience: 9 } })
    return new Subscription(senses.subscribe(clock, { ready: () => {}, fail: () => {} }).unsubscribe)
  },
  'beats of a device, and its begin': (clock) => {
    const senses = observe({ a: interval(3, clock) }, { a: {} })
    const schedule = realtime({ cycle: 10, scheduler: clock })
    const world = device({ spec: { name: 'Robot', action }, observe: senses, act: () => {}, stop: () => {}, schedule })
    return answered(world)
  },
  'beats that are missed': (clock) => {
    const schedule = realtime({ cycle: 10, scheduler: clock, hold: 'zero' })
    const senses = observe({ a: interval(3, clock) }, { a: {} })
    const spec = { name: 'Robot', action }
    const world = device({ spec, observe: senses, act: () => {}, stop: () => {}, schedule, patience: Infinity })
    return world.timeSteps.subscribe()
  },
  'steps in lockstep, with episodes': (clock) =>
    answered(drive(scriptedSimulator({ episodeLength: 3 }), { schedule: lockstep({ scheduler: clock, pace: 10 }) })),
  'updates in the gap': (clock) => {
    const schedule = realtime({ cycle: 10, scheduler: clock })
    const world = drive(scriptedSimulator({ episodeLength: 3 }), { schedule })
    const steps = sampleAction(learner)(transitions()(world.timeSteps))
    const acted = actuate(world)(steps)
    return updateInGap(learner, { gap: schedule, overflow: { kind: 'sliding', size: 2 } })(acted).subscribe()
  },
  'attempts to connect': (clock) => {
    const refused = throwError(() => new Error('refused'))
    return talk(clock, refused).messages({ codec: finiteNumber }).subscribe()
  },
  'connections that are lost, and messages': (clock) => {
    const messages = concat(
      of('1', '2'),
      throwError(() => new Error('lost')),
    )
    return talk(clock, concat(of(connection(messages)), NEVER))
      .messages({ codec: finiteNumber })
      .subscribe()
  },
  'values of a sink': (clock) => {
    const sink = talk(clock, concat(of(connection(NEVER)), NEVER)).sink<number>()
    const subscription = interval(10, clock).subscribe(() => void sink.send(1).catch(() => false))
    subscription.add(() => void sink.close())
    return subscription
  },
  'works of sliding': (clock) => sliding(1, { work: worked(clock) })(interval(4, clock)).subscribe(),
  'works of dropping': (clock) => dropping(1, { work: worked(clock) })(interval(4, clock)).subscribe(),
  'works of suspend': (clock) => suspend({ work: worked(clock) })(endless()).subscribe(),
}
/** Ten milliseconds of work. */
const worked = (clock: VirtualClock) => (): Observable<unknown> =>
  from(new Promise((resolve) => clock.schedule(() => resolve(0), 10)))
const endless = function* (): Generator<number> {
  for (let i = 0; ; i++) yield i
}

afterEach(() => void vi.restoreAllMocks())

test.each(Object.entries(repeated))('%s', async (_, begin) => {
  const owners = new Set<Subscription>()
  const add = Subscription.prototype.add
  let added = 0
  vi.spyOn(Subscription.prototype, 'add').mockImplementation(function (this: Subscription, teardown) {
    owners.add(this)
    added += 1
    return add.call(this, teardown)
  })
  const clock = virtualClock()
  const subscription = begin(clock)
  await clock.advanceAsync(10 * times)
  // The scene did go on, for as long as it was meant to.
  expect(added).toBeGreaterThan(times)
  // RxJS keeps what a subscription has to do at its end in this list.
  const kept = [...owners].map(
    (owner) => (owner as unknown as { readonly _finalizers: readonly unknown[] | null })._finalizers,
  )
  expect(Math.max(...kept.map((finalizers) => finalizers?.length ?? 0))).toBeLessThan(20)
  subscription.unsubscribe()
})

test('the count sees what is left behind', () => {
  const subscription = new Subscription()
  const source = new Subject<number>()
  for (let i = 0; i < 100; i++) subscription.add(source.subscribe())
  expect((subscription as unknown as { readonly _finalizers: readonly unknown[] })._finalizers).toHaveLength(100)
})
