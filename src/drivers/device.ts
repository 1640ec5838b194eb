/** Makes a driver of any sensors and any sink. */
import type { Observable } from 'rxjs'
import { type Newest, newest, settle } from '../newest.js'
import type { Realtime } from '../realtime.js'
import type { Missed } from '../schedule.js'
import type { Spec } from '../spec.js'
import type { Driver, TimeStep, Vector } from '../types.js'
import { type Decision, type Helm, loop } from './loop.js'
import type { Senses, Watch } from './observe.js'
import type { Sampled } from './sensor.js'

/** What a device is made of. Each of its calls may give a promise, which is awaited before the next one is made. */
export interface DeviceOptions {
  readonly spec: Pick<Spec, 'name' | 'action'>
  /** What it shows: `observe({ ... }, { ... })`. */
  readonly observe: Senses
  /** Sends a command, shape `[spec.action.size]`; it should be on the wire before anything is awaited. */
  readonly act: (command: Vector) => unknown
  /** Brings the device to rest. */
  readonly stop: () => unknown
  /** Gets the device ready for an episode: moves an arm back, waits for a hand to put things in place. */
  readonly begin?: () => unknown
  readonly schedule: Realtime
  /** Milliseconds that a step may stay without an answer; Infinity waits for ever. */
  readonly patience?: number
}

/** A step of a device, and how each of its sensors came to be shown. */
export type SensedStep = TimeStep & { readonly samples: Readonly<Record<string, Sampled>> }

/** A world of sensors and a sink. */
export interface Device extends Driver {
  readonly timeSteps: Observable<SensedStep>
  /** Commands, of the present run or else the last, that a newer one took the place of while `act` was under way. */
  readonly replaced: number
}

/** One run of the device, in its own hands. */
interface Outing {
  readonly helm: Helm
  readonly calls: Newest
  /** Null only while the sensors are being subscribed to. */
  watch: Watch | null
  /** The device is ready for an episode. */
  begun: boolean
  /** Its beats have begun. */
  underway: boolean
  /** The command that it is under; null before the first. */
  command: Vector | null
  /** It was told to stop while it waited, and nothing since. */
  halted: boolean
  ages: Readonly<Record<string, number>>
}

/**
 * A driver of whatever can be sensed and commanded.
 *
 *     begin      b=====
 *     sensors    --1--1--1--1--1--1--1--
 *     timeSteps  ------f---m---m---x---m     at the beats, once the device is ready and every sensor was heard
 *     act        ------a---a-------h-a-a     at once when a step is answered; `h` is what `hold` says at a missed beat
 *
 * Subscribing watches the sensors and calls `begin`, as every `begin(index)` does later; where that is a promise, the
 * beats of the episode are counted from when it is kept. Rewards are 0 and episodes have no end of their own: `reward(fn)`
 * and `endEpisode(fn, { as })` stand below. `time` is that of the schedule's clock, from the first subscription on.
 *
 * Calls never overlap: a command that comes while another one is being sent waits, and a newer one takes its place. `stop`
 * alone waits for nothing. It is called once a run, at unsubscribing, on any error before that is passed on, and by
 * `stop()`, whose promise is kept when the device is still; a later run waits for that. While the event loop is blocked
 * nobody can be told to hold: a device that may do harm needs a watchdog of its own.
 *
 * Memory: of each run, that of the sensors and one command.
 * Numbers: the sensors'; `spec.stepSeconds` is the schedule's cycle, and `spec.stepLimit` is Infinity.
 * Fails: throws on a `patience` that is not above 0. Error notification for a lost sensor, as `observe` says, for whatever
 * `act`, `begin` or a `stop` at a missed beat throws, and otherwise as `drive`. A device that could not be stopped is
 * never begun again; where nobody called `stop()` the failure is an unhandled rejection beside the stream.
 */
export const device = ({
  spec: { name, action },
  observe: senses,
  act,
  stop,
  begin,
  schedule,
  patience = 10_000,
}: DeviceOptions): Device => {
  const { scheduler, cycle } = schedule
  const spec: Spec = { name, action, observation: senses.spec, stepSeconds: cycle / 1000, stepLimit: Infinity }
  const zeros: Vector = new Float64Array(action.size)
  let outing: Outing | null = null
  let replaced = 0
  let born: number | null = null
  let still = true
  let stopped: Promise<void> = Promise.resolve()

  const open = (helm: Helm): void => {
    born ??= scheduler.now()
    const present: Outing = {
      helm,
      calls: newest(),
      watch: null,
      begun: false,
      underway: false,
      command: null,
      halted: false,
      ages: {},
    }
    outing = present
    replaced = 0
    const watch = senses.watch(scheduler, { complete: () => setOff(present), fail: helm.fail })
    // A sensor may be lost while it is being subscribed to.
    if (outing !== present) return watch.leave()
    present.watch = watch
    if (still) getReady(present)
    else stopped.then(() => outing === present && getReady(present), helm.fail)
  }

  const getReady = (present: Outing): void => {
    const after = (): void => {
      present.begun = true
      present.watch?.clear()
      setOff(present)
    }
    present.begun = false
    present.calls.push({ run: () => begin?.(), succeeded: after, failed: present.helm.fail })
  }

  const setOff = (present: Outing): void => {
    const { helm, watch, begun, underway } = present
    if (underway || !begun || watch === null || watch.missing().length > 0) return
    present.underway = true
    helm.ready()
  }

  const under = (): Outing => {
    if (outing === null) throw new Error('device: a step without a run')
    return outing
  }

  const follow = (decision: Decision, index: number): SensedStep => {
    const present = under()
    const { observation, samples } = present.watch!.sample()
    present.ages = Object.fromEntries(Object.entries(samples).map(([sensor, { age }]) => [sensor, age]))
    return {
      kind: decision.kind === 'begin' ? 'first' : 'mid',
      observation,
      reward: 0,
      terminated: false,
      truncated: false,
      previousAction: decision.kind === 'begin' ? null : decision.sampled,
      index,
      time: (scheduler.now() - (born ?? 0)) / 1000,
      samples,
    }
  }

  const heed = (decision: Decision): void => {
    const present = under()
    if (decision.kind === 'act') return command(present, decision.command)
    getReady(present)
    // Whatever gets ready at once goes on at the beats that there are.
    if (present.begun) return
    present.underway = false
    present.helm.pause()
  }

  const send = ({ calls, helm }: Outing, run: () => unknown): void =>
    calls.push({ run, failed: helm.fail, replaced: () => void (replaced += 1) })

  const command = (present: Outing, sent: Vector): void => {
    present.command = sent
    present.halted = false
    send(present, () => act(sent))
  }

  const miss = ({ hold }: Missed, decision: Decision | null): void => {
    const present = under()
    present.ages = present.watch!.ages()
    // What was answered while the event loop was blocked is on its way already: nothing older may follow it.
    if (decision !== null) return
    if (hold !== 'stop') return command(present, hold === 'last' ? (present.command ?? zeros) : zeros)
    if (!present.halted) send(present, stop)
    present.halted = true
  }

  const rest = (): void => {
    const { watch, calls } = under()
    outing = null
    watch?.leave()
    calls.abandon()
    still = false
    stopped = new Promise((resolve, reject) => {
      const arrive = (): void => {
        still = true
        resolve()
      }
      settle(stop, arrive, reject)
    })
  }

  const led = loop<SensedStep>(
    { open, heed, follow, miss, rest, ages: () => outing?.ages ?? {} },
    { owner: 'device', schedule, patience },
  )

  return {
    spec,
    timeSteps: led.timeSteps,
    act: led.act,
    begin: led.begin,
    stop: () => {
      led.rest()
      return stopped
    },
    close: () => void led.close(),
    get replaced() {
      return replaced
    },
  }
}
