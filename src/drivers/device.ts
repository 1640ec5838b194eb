/** Makes a driver of sensors and of functions that send commands. */
import type { Observable } from 'rxjs'
import { described } from '../restored.js'
import { copied } from './copied.js'
import { DriverError } from '../failure.js'
import type { Realtime } from '../time/realtime.js'
import type { MissedBeat } from '../time/schedule.js'
import type { Driver, Spec, TimeStep, Vector } from '../types.js'
import { type Call, deviceCalls } from './deviceCalls.js'
import { loop } from './loop.js'
import type { Decision, RunControl } from './loopWorld.js'
import type { SensorFusion, SensorSubscription } from './observe.js'
import type { SensorSample } from './sensor.js'

/** Options of `device`. Its functions may return a promise, which is awaited before the next call. */
export interface DeviceOptions {
  readonly spec: Pick<Spec, 'name' | 'action'>
  /** The sensors: `observe({ ... }, { ... })`. */
  readonly observe: SensorFusion
  /** Sends a command, shape `[spec.action.size]`. It should be sent before the function awaits anything. */
  readonly act: (command: Vector) => unknown
  /** Brings the device to rest. */
  readonly stop: () => unknown
  /** Gets the device ready for an episode: moves an arm back, or waits until a person has put things in place. By default it is ready. */
  readonly begin?: () => unknown
  readonly schedule: Realtime
  /** Milliseconds that a step may wait for its answer. The default is 10 000; Infinity waits for ever. */
  readonly patience?: number
}

/** A step of a device, and how each sensor came to its part of the observation. */
export type SensedStep = TimeStep & { readonly samples: Readonly<Record<string, SensorSample>> }

/** A world of sensors and commands. */
export interface Device extends Driver {
  readonly timeSteps: Observable<SensedStep>
  /** Commands of the present or latest run that were not sent, since a newer command came while a call was under way. */
  readonly replaced: number
}

/** One run of the device. */
interface DeviceRun {
  readonly control: RunControl
  /** Null only while the sensors are being subscribed to. */
  sensors: SensorSubscription | null
  /** Whether the device is ready for the episode. */
  isReady: boolean
  /** Whether beats are due. */
  hasBeats: boolean
  /** The last command of the run; null before the first one. */
  command: Vector | null
  /** Whether a missed beat stopped the device and no command was sent since. */
  isStopped: boolean
  ages: Readonly<Record<string, number>>
}

/** Refuses what the compiler refuses in TypeScript: a device without `stop` could not be stopped. */
const checkDevice = ({ act, stop, schedule }: Partial<DeviceOptions>): void => {
  for (const [name, call] of Object.entries({ act, stop })) {
    if (typeof call !== 'function') throw new TypeError(`device: ${name}: expected a function, got ${described(call)}`)
  }
  if (schedule?.cycle === undefined) {
    throw new TypeError('device: schedule: expected one of realtime, such as realtime({ cycle: 40 })')
  }
}

/**
 * A driver of sensors and of functions that send commands.
 *
 *     begin      b=====
 *     sensors    --1--1--1--1--1--1--1--
 *     timeSteps  ------f---m---m---x---m     at the beats, once the device is ready and every sensor has a reading
 *     act        ------a---a-------h-a-a     at once when a step is answered; `h`: the command of `hold` at a missed beat
 *
 * A subscription subscribes to the sensors and calls `begin`; every later `begin(index)` calls `begin` too. If it returns a promise,
 * the beats of the episode begin when the promise resolves. Rewards are 0 and episodes do not end by themselves: add `reward(fn)`
 * and `endEpisode(fn, { as })` below. `time` is that of the schedule's clock, from the first subscription on.
 *
 * Calls do not overlap, not even those of two runs: a command that comes while another call is under way waits, and a newer command
 * replaces it. A run begins when all calls of the run before are over. Each call receives a copy of its command.
 *
 *     unsubscribe      ^
 *     act        a==========
 *     stop             s----s
 *     begin                  b==      of the next run, subscribed to meanwhile
 *
 * Only `stop` does not wait. It is called as soon as a run is over: when it is unsubscribed from, before any error notification,
 * and by `stop()`. If another call is under way then, `stop` is called once more when that call is over, so that no old command is
 * the last one. The promise of `stop()` resolves when the device is at rest; a later run waits for that. While the event loop is
 * blocked nothing can be sent: a device that may do harm needs a watchdog of its own.
 *
 * Memory: for each run, that of the sensors and one command.
 * Numbers: those of the sensors; `spec.stepSeconds` is the schedule's cycle, and `spec.stepLimit` is Infinity.
 * Fails: throws on a `patience` that is not above 0, and without `act`, `stop` or a `realtime` schedule. Error notification for a
 * lost sensor, as `observe` says, for what `act`, `begin` or a `stop` at a missed beat throws, and otherwise as `drive`. If the device
 * is not at rest within `patience`, the promise of `stop()` and the next run fail with the name of the call that is under way. After a
 * `stop` that failed, a new run fails too; if no caller awaits it, one line is printed. Close what `stop` sends through after
 * `await world.stop()`: the `complete` of a run comes before its device is at rest.
 */
export const device = ({
  spec: { name, action },
  observe: fusion,
  act,
  stop,
  begin,
  schedule,
  patience = 10_000,
}: DeviceOptions): Device => {
  checkDevice({ act, stop, schedule })
  const { scheduler, cycle } = schedule
  const spec: Spec = { name, action, observation: fusion.spec, stepSeconds: cycle / 1000, stepLimit: Infinity }
  const zeros: Vector = new Float64Array(action.size)
  const calls = deviceCalls({ stop, scheduler, patience })
  let run: DeviceRun | null = null
  let replaced = 0
  let startTime: number | null = null

  const open = (control: RunControl): void => {
    startTime ??= scheduler.now()
    const present: DeviceRun = {
      control,
      sensors: null,
      isReady: false,
      hasBeats: false,
      command: null,
      isStopped: false,
      ages: {},
    }
    run = present
    replaced = 0
    const sensors = fusion.subscribe(scheduler, { ready: () => startBeats(present), fail: control.fail })
    // A sensor may have failed while it was being subscribed to.
    if (run !== present) return sensors.unsubscribe()
    present.sensors = sensors
    if (calls.canBegin) beginEpisode(present)
    else calls.atRest().then(() => run === present && beginEpisode(present), control.fail)
  }

  const beginEpisode = (present: DeviceRun): void => {
    const succeeded = (): void => {
      present.isReady = true
      present.sensors?.clear()
      startBeats(present)
    }
    present.isReady = false
    calls.push({ name: 'begin', run: () => begin?.(), succeeded, failed: present.control.fail })
  }

  const startBeats = (present: DeviceRun): void => {
    const { control, sensors, isReady, hasBeats } = present
    if (hasBeats || !isReady || sensors === null || sensors.missing().length > 0) return
    present.hasBeats = true
    control.ready()
  }

  const presentRun = (): DeviceRun => {
    if (run === null) throw new DriverError('device: a step without a run')
    return run
  }

  const follow = (decision: Decision, index: number): SensedStep => {
    const present = presentRun()
    const { observation, samples } = present.sensors!.sample()
    present.ages = Object.fromEntries(Object.entries(samples).map(([sensor, { age }]) => [sensor, age]))
    return {
      kind: decision.kind === 'begin' ? 'first' : 'mid',
      observation,
      reward: 0,
      terminated: false,
      truncated: false,
      previousAction: decision.kind === 'begin' ? null : decision.sampled,
      index,
      time: (scheduler.now() - (startTime ?? 0)) / 1000,
      samples,
    }
  }

  const answered = (decision: Decision): void => {
    const present = presentRun()
    if (decision.kind === 'act') return sendCommand(present, decision.command)
    beginEpisode(present)
    // A device that is ready at once keeps its beats.
    if (present.isReady) return
    present.hasBeats = false
    present.control.pause()
  }

  const push = ({ control }: DeviceRun, name: Call['name'], call: () => unknown): void =>
    calls.push({ name, run: call, failed: control.fail, replaced: () => void (replaced += 1) })

  const sendCommand = (present: DeviceRun, command: Vector): void => {
    present.command = command
    present.isStopped = false
    // A copy: the array belongs to the agent, which learns from it later, and may be sent again at a missed beat.
    push(present, 'act', () => act(copied(command)))
  }

  const miss = ({ hold }: MissedBeat, decision: Decision | null): void => {
    const present = presentRun()
    present.ages = present.sensors!.ages()
    // An answer that was given while the event loop was blocked is already sent: no older command may follow it.
    if (decision !== null) return
    if (hold !== 'stop') return sendCommand(present, hold === 'last' ? (present.command ?? zeros) : zeros)
    if (!present.isStopped) push(present, 'stop', stop)
    present.isStopped = true
  }

  const runEnded = (): void => {
    const { sensors } = presentRun()
    run = null
    sensors?.unsubscribe()
    // A run that ends before the device was at rest has called nothing, and the stop of the run before goes on.
    calls.stop()
  }

  const driverLoop = loop<SensedStep>(
    { open, answered, follow, miss, runEnded, ages: () => run?.ages ?? {} },
    { owner: 'device', schedule, patience },
  )

  return {
    spec,
    timeSteps: driverLoop.timeSteps,
    act: driverLoop.act,
    begin: driverLoop.begin,
    stop: () => {
      driverLoop.complete()
      return calls.atRest()
    },
    close: () => void driverLoop.close(),
    get replaced() {
      return replaced
    },
  }
}
