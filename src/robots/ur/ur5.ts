/** A connection to a UR5. */
import { Subject, filter, firstValueFrom, takeUntil, timer } from 'rxjs'
import { anyRecord } from '../../edge/codecs.js'
import { SensorError } from '../../failure.js'
import { ignored } from '../../links/message.js'
import { warn } from '../../warn.js'
import { faultLog } from '../fault.js'
import { freshness } from '../freshness.js'
import { within } from '../waiting.js'
import type { Ur5 } from './arm.js'
import { askDashboard } from './dashboard.js'
import type { DashboardCommand, DashboardReply } from './dashboardReplies.js'
import type { Ur5FaultKind } from './faults.js'
import { armMotion } from './motion.js'
import { readPacket, realtimeConnection } from './realtimeConnection.js'
import type { RealtimePacket } from './realtimePacket.js'
import { rtdeConnection } from './rtdeConnection.js'
import type { OutputValues } from './rtdeFields.js'
import type { RtdeValue } from './rtdeTypes.js'
import { safetyWatch } from './safety.js'
import { sampleOfOutputs, sampleOfPacket, spoiltPart, type Ur5Sample } from './sample.js'
import { unlocker } from './unlocker.js'
import { type Ur5Options, ur5Settings } from './ur5Options.js'

/** When samples are late and when there are none, in ms. */
const FRESHNESS = { late: 24, stale: 200 }
/** Milliseconds that the safe stop may take, and in which samples should show that the arm rests. */
const [STOP_LIMIT, REST_LIMIT] = [2000, 1000]
/** Joint speed in rad/s below which the arm is at rest. */
const REST = 0.01
/** Periods between the times of two samples above which the controller has left some out. */
const SKIPPED = 1.5

/**
 * Connects to a UR5 by its address.
 *
 *     connect  version, outputs, inputs, start
 *     samples  -----s-s-s-s-s-s-s-s-s-     every 8 ms
 *     speed    --------d-----------e--
 *     sent             d d d d d d e e     again with every sample, each to expire after 100 ms
 *     close                            stop, wait until it rests, pause
 *
 * When this program dies, or its event loop is blocked, the controller ends the last command by itself. A command that the program does not
 * repeat for half a second is replaced by a stop.
 *
 * Memory: one sample, the newest one; counts.
 * Numbers: those of the controller: rad, rad/s, m, in the frame of its base, which is that of SenseAct turned by half a turn about z.
 * Fails: throws on a wrong option. `samples` fails with a SensorError when the controller refuses what the options ask for, and when
 * `backoff.retries` are used up. Faults are values of `faults`, and no errors.
 */
export const ur5 = (options: Ur5Options): Ur5 => {
  const settings = ur5Settings(options)
  const { host, ports, transport, scheduler, frequency, report: print = warn } = settings
  const faults = faultLog<Ur5FaultKind>(scheduler)
  const { report } = faults
  const samples = new Subject<Ur5Sample>()
  let newest: Ur5Sample | null = null
  let [accepted, skipped, connections] = [0, 0, 0]
  let isOut = false
  let closing: Promise<boolean> | null = null

  const lost = (line: string): void => {
    if (closing !== null) return
    isOut = true
    age.end()
    arm.forget()
    report('lost', line)
    print(line)
  }
  const streaming = (): void => {
    connections += 1
    newest = null
    age.begin()
  }
  const rtde = transport === 'rtde' ? rtdeConnection(settings, { report, streaming, lost }) : null
  const realtime = realtimeConnection(settings, { streaming: rtde === null ? streaming : () => {}, lost })
  const source = rtde?.session ?? realtime
  const isConnected = (): boolean => source.link.value.connected && realtime.link.value.connected

  const watch = safetyWatch(report)
  const arm = armMotion({
    motion: realtime.sink<string>({ format: (line) => line }),
    stops: realtime.sink<string>({ format: (line) => line }),
    ...settings,
    report,
    held: () => watch.held,
    senses: () => isConnected() && !age.isStale,
  })
  const inputSink = rtde === null ? null : rtde.session.sink<Uint8Array>({ format: (bytes) => bytes })
  const age = freshness(scheduler, FRESHNESS, {
    late: (gap) => report('late', `a sample came ${Math.round(gap)} ms after the one before`),
    stale: (old) => {
      report('stale', `no sample for ${Math.round(old)} ms; the arm is stopped`)
      void arm.stop()
    },
  })
  const isNew = (sample: Ur5Sample): boolean => {
    if (newest === null) return true
    const passed = sample.timestamp - newest.timestamp
    if (!(passed > 0)) {
      report('repeated', `a sample of ${sample.timestamp} s came after one of ${newest.timestamp} s, and is dropped`)
      return false
    }
    const periods = passed * (rtde?.frequency ?? frequency)
    const missing = Math.round(periods) - 1
    if (periods > SKIPPED) {
      skipped += missing
      report('skipped', `the controller left ${missing} samples out`)
    }
    return true
  }
  const received = (sample: Ur5Sample): void => {
    age.arrived()
    const part = spoiltPart(sample)
    if (part !== null) return report('notFinite', `${part} is not a finite number; the sample is dropped`)
    if (!isNew(sample)) return
    newest = sample
    accepted += 1
    if (isOut && isConnected()) {
      isOut = false
      report('restored', 'connected again; no command is repeated')
    }
    if (watch.see(sample, scheduler.now())) void arm.stop()
    else arm.sampled(sample)
    samples.next(sample)
  }
  const failed = (error: unknown): void => {
    age.end()
    arm.forget()
    samples.error(error)
  }
  const read = rtde?.read ?? readPacket
  const sampleOf = (message: object): Ur5Sample =>
    rtde === null ? sampleOfPacket(message as RealtimePacket) : sampleOfOutputs(message as OutputValues)
  const subscription = source
    .messages({ parse: read, codec: anyRecord, onBad: 'skip' })
    .subscribe({ next: (message) => received(sampleOf(message)), error: failed })
  // The packets beside RTDE show only that the connection for commands is alive.
  if (rtde !== null) {
    subscription.add(realtime.messages({ parse: () => ignored, codec: anyRecord }).subscribe({ error: failed }))
  }
  const dashboard = (command: DashboardCommand): Promise<DashboardReply> =>
    askDashboard({ host, port: ports.dashboard, scheduler }, command)
  const unlock = unlocker({ dashboard, watch, samples, scheduler, newest: () => newest })

  const safeStop = async (): Promise<boolean> => {
    const sent = await arm.stop()
    const resting = samples.pipe(
      filter(({ qd }) => qd.every((speed) => Math.abs(speed) < REST)),
      takeUntil(timer(REST_LIMIT, scheduler)),
    )
    const rests = (await firstValueFrom(resting, { defaultValue: null }).catch(() => null)) !== null
    if (rtde !== null) await inputSink?.send(rtde.pause)
    return (sent || settings.readOnly) && rests
  }
  const close = async (): Promise<boolean> => {
    arm.lock()
    const stopped = isConnected()
      ? await within(scheduler, STOP_LIMIT, safeStop(), false).catch(() => false)
      : await arm.stop().then(() => false)
    age.end()
    subscription.unsubscribe()
    await Promise.all([arm.close(), inputSink?.close()])
    samples.complete()
    faults.complete()
    return stopped
  }

  return {
    samples: samples.asObservable(),
    faults: faults.emitted,
    speed: arm.speed,
    servo: arm.servo,
    move: arm.move,
    approach: arm.approach,
    stop: arm.stop,
    unlock,
    recover: watch.release,
    write: async (values) => {
      if (rtde === null || settings.inputs.length === 0) {
        throw new SensorError('ur5: write: no inputs were requested; list them in the option inputs')
      }
      const bytes = rtde.written(values as Readonly<Record<string, RtdeValue>>)
      return rtde.session.link.value.connected ? (inputSink?.send(bytes).catch(() => false) ?? false) : false
    },
    dashboard,
    status: () => ({
      connected: isConnected(),
      sample: newest,
      held: watch.held,
      samples: accepted,
      skipped,
      longestGap: age.longest,
      controller: rtde?.controller ?? null,
      faults: faults.counts,
    }),
    close: () => (closing ??= close()),
  }
}
