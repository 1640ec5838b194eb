/** Makes a driver of any sensors and any sink. */
import type { Observable } from 'rxjs'
import { described } from '../restored.js'
import { copied } from './copied.js'
import { DriverError } from '../failure.js'
import { type Job, newest, settle } from '../links/newest.js'
import type { Realtime } from '../time/realtime.js'
import type { MissedBeat } from '../time/schedule.js'
import type { Driver, Spec, TimeStep, Vector } from '../types.js'
import { type Decision, type RunControl, loop } from './loop.js'
import type { FusedSensors, Watch } from './observe.js'
import type { SensorSample } from './sensor.js'

/** What a device is made of. Each of its calls may give a promise, which is awaited before the next one is made. */
export interface DeviceOptions {
  readonly spec: Pick<Spec, 'name' | 'action'>
  /** What it shows: `observe({ ... }, { ... })`. */
  readonly observe: FusedSensors
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
export type SensedStep = TimeStep & { readonly samples: Readonly<Record<string, SensorSample>> }

/** A world of sensors and a sink. */
export interface Device extends Driver {
  readonly timeSteps: Observable<SensedStep>
  /** Commands, of the present run or else the last, that a newer one took the place of while `act` was under way. */
  readonly replaced: number
}

/** A call of the device, by the name of its option. */
interface Call extends Job {
  readonly name: 'act' | 'begin' | 'stop'
}

/** One run of the device. */
interface DeviceRun {
  readonly control: RunControl
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

/** Refuses what a compiler would: a device without `stop` could not be stopped. */
const checkDevice = ({ act, stop, schedule }: Partial<DeviceOptions>): void => {
  for (const [name, call] of Object.entries({ act, stop })) {
    if (typeof call !== 'function') throw new TypeError(`device: ${name}: expected a function, got ${described(call)}`)
  }
  if (schedule?.cycle === undefined) {
    throw new TypeError('device: schedule: expected one of realtime, such as realtime({ cycle: 40 })')
  }
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
 * Calls do not overlap, whatever run makes them: a command that comes while another call is under way waits, and a newer one
 * takes its place; a run begins when all calls of the run before are over. Each call gets a copy of its command.
 *
 *     unsubscribe      ^
 *     act        a==========
 *     stop             s----s
 *     begin                  b==      of the next run, subscribed to meanwhile
 *
 * `stop` alone does not wait. It is called as soon as a run is over: at unsubscribing, on any error before that is passed
 * on, and by `stop()`. Where another call is under way then, `stop` is called once more when that is over, so that no old
 * command has the last word. The promise of `stop()` is kept when the device is still; a later run waits for that. While the
 * event loop is blocked nothing can be sent: a device that may do harm needs a watchdog of its own.
 *
 * Memory: of each run, that of the sensors and one command.
 * Numbers: the sensors'; `spec.stepSeconds` is the schedule's cycle, and `spec.stepLimit` is Infinity.
 * Fails: throws on a `patience` that is not above 0, and without `act`, `stop` or a `realtime` schedule. Error notification for a lost sensor, as `observe` says, for whatever
 * `act`, `begin` or a `stop` at a missed beat throws, and otherwise as `drive`. The promise of `stop()` and the next run wait
 * for `patience` at most until the device is still, and then fail with the name of the call that is not over. A device whose
 * `stop` failed is not begun; where `stop()` was not called the failure is an unhandled rejection beside the stream.
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
  checkDevice({ act, stop, schedule })
  const { scheduler, cycle } = schedule
  const spec: Spec = { name, action, observation: senses.spec, stepSeconds: cycle / 1000, stepLimit: Infinity }
  const zeros: Vector = new Float64Array(action.size)
  // Of the device's whole life, since a call may outlast its run.
  const calls = newest<Call>()
  let run: DeviceRun | null = null
  let replaced = 0
  let born: number | null = null
  let stopping = false
  let still = true
  let stopped: Promise<void> = Promise.resolve()

  const open = (control: RunControl): void => {
    born ??= scheduler.now()
    const present: DeviceRun = {
      control,
      watch: null,
      begun: false,
      underway: false,
      command: null,
      halted: false,
      ages: {},
    }
    run = present
    replaced = 0
    const watch = senses.watch(scheduler, { complete: () => setOff(present), fail: control.fail })
    // A sensor may be lost while it is being subscribed to.
    if (run !== present) return watch.leave()
    present.watch = watch
    if (still) getReady(present)
    else stillness().then(() => run === present && getReady(present), control.fail)
  }

  const getReady = (present: DeviceRun): void => {
    const succeeded = (): void => {
      present.begun = true
      present.watch?.clear()
      setOff(present)
    }
    present.begun = false
    calls.push({ name: 'begin', run: () => begin?.(), succeeded, failed: present.control.fail })
  }

  const setOff = (present: DeviceRun): void => {
    const { control, watch, begun, underway } = present
    if (underway || !begun || watch === null || watch.missing().length > 0) return
    present.underway = true
    control.ready()
  }

  const under = (): DeviceRun => {
    if (run === null) throw new Error('device: a step without a run')
    return run
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

  const answered = (decision: Decision): void => {
    const present = under()
    if (decision.kind === 'act') return command(present, decision.command)
    getReady(present)
    // Whatever gets ready at once goes on at the beats that there are.
    if (present.begun) return
    present.underway = false
    present.control.pause()
  }

  const send = ({ control }: DeviceRun, name: Call['name'], call: () => unknown): void =>
    calls.push({ name, run: call, failed: control.fail, replaced: () => void (replaced += 1) })

  const command = (present: DeviceRun, sent: Vector): void => {
    present.command = sent
    present.halted = false
    // A copy: the array is the agent's, which learns from it later, and may be sent again at a missed beat.
    send(present, 'act', () => act(copied(sent)))
  }

  const miss = ({ hold }: MissedBeat, decision: Decision | null): void => {
    const present = under()
    present.ages = present.watch!.ages()
    // What was answered while the event loop was blocked is on its way already: nothing older may follow it.
    if (decision !== null) return
    if (hold !== 'stop') return command(present, hold === 'last' ? (present.command ?? zeros) : zeros)
    if (!present.halted) send(present, 'stop', stop)
    present.halted = true
  }

  const rest = (): void => {
    const { watch } = under()
    run = null
    watch?.leave()
    // A run that is over before the device was still has called nothing, and the stop of the run before goes on.
    if (stopping) return
    calls.drop()
    ;[stopping, still] = [true, false]
    stopped = new Promise<void>((resolve, reject) => {
      const arrive = (): void => {
        ;[stopping, still] = [false, true]
        resolve()
      }
      const fail = (error: unknown): void => {
        stopping = false
        reject(error)
      }
      if (calls.underway === null) return settle(stop, arrive, fail)
      const atOnce = new Promise<void>((kept, failed) => settle(stop, kept, failed)).then(null, (error) => ({ error }))
      const again = async (): Promise<void> => {
        const failure = await atOnce
        await stop()
        if (failure) throw failure.error
      }
      calls.push({ name: 'stop', run: again, succeeded: arrive, failed: fail })
    })
  }

  /** `stopped`, or a failure that names the call that keeps the device from being still for `patience`. */
  const stillness = (): Promise<void> => {
    if (!stopping || patience === Infinity) return stopped
    return new Promise((resolve, reject) => {
      const complain = (): void => {
        const name = calls.underway?.name ?? 'stop'
        const complaint = `device: ${name}, called by a run that is over, is still under way after ${patience} ms`
        reject(new DriverError(`${complaint}; the device may not be at rest (see the option patience)`))
      }
      const late = scheduler.schedule(complain, patience)
      const settled = (report: () => void) => (): void => {
        late.unsubscribe()
        report()
      }
      stopped.then(settled(resolve), (error: unknown) => settled(() => reject(error))())
    })
  }

  const led = loop<SensedStep>(
    { open, answered, follow, miss, rest, ages: () => run?.ages ?? {} },
    { owner: 'device', schedule, patience },
  )

  return {
    spec,
    timeSteps: led.timeSteps,
    act: led.act,
    begin: led.begin,
    stop: () => {
      led.rest()
      return stillness()
    },
    close: () => void led.close(),
    get replaced() {
      return replaced
    },
  }
}
