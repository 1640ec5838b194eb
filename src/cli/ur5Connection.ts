/** A UR5 for `rivulet robot`. */
import { BehaviorSubject, Subject, filter, firstValueFrom, switchMap } from 'rxjs'
import { SensorError } from '../failure.js'
import type { Fault } from '../robots/fault.js'
import { modeName, programStates, robotModes, safetyModes } from '../robots/ur/modes.js'
import type { Ur5, Ur5Status } from '../robots/ur/arm.js'
import type { ArmName } from '../robots/ur/reacherSetup.js'
import { ur5 } from '../robots/ur/ur5.js'
import { within } from '../robots/waiting.js'
import { eventLoop } from '../time/schedule.js'
import { countText } from './numberText.js'
import { type RobotConnection, sumOf } from './robotConnection.js'

/** How a UR5 is opened. */
export interface Ur5Place {
  readonly kind: 'ur5'
  readonly host: string
  readonly transport: 'rtde' | 'realtime'
  readonly arm: ArmName
  /** The ports of RTDE, the realtime interface and the dashboard; null for the usual ones. */
  readonly ports: readonly number[] | null
  /** Whether protective stops are unlocked. */
  readonly unlock: boolean
}

/** New attempts to connect before an arm that is only read counts as absent: some six seconds. */
const RETRIES = 6
/** Milliseconds in which an arm that was read can be commanded. */
const READY = 10_000

const listed = (values: readonly number[], digits: number): string =>
  values.map((each) => each.toFixed(digits)).join(' ')

/** The state of an arm in one line: modes, joint angles in degrees, the tool in mm, and the samples so far. */
export const ur5StatusLine = ({ connected, sample, samples, skipped, longestGap, controller }: Ur5Status): string => {
  if (sample === null) return 'no sample yet'
  const { q, tcpPose, robotMode, safetyMode, programState, speedScaling } = sample
  return [
    connected ? modeName(robotModes, robotMode) : 'not connected',
    `safety ${modeName(safetyModes, safetyMode)}`,
    `program ${modeName(programStates, programState)}`,
    `joints ${listed(
      q.map((angle) => (angle * 180) / Math.PI),
      1,
    )} degrees`,
    `tool ${listed(
      tcpPose.slice(0, 3).map((each) => 1000 * each),
      0,
    )} mm`,
    `speed ${Math.round(100 * speedScaling)} %`,
    ...(controller === null ? [] : [`software ${controller}`]),
    `${countText(samples)} samples, ${countText(skipped)} left out, longest gap ${Math.round(longestGap)} ms`,
  ].join('; ')
}

/** Opens an arm that is only read; `ready` opens it anew, for commands. */
export const ur5Connection = ({ host, transport, arm, ports, unlock }: Ur5Place): RobotConnection => {
  const [rtde, realtime, dashboard] = ports ?? [30_004, 30_003, 29_999]
  const open = (readOnly: boolean): Ur5 =>
    ur5({
      host,
      transport,
      readOnly,
      backoff: readOnly ? { retries: RETRIES } : {},
      report: () => undefined,
      ports: { rtde, realtime, dashboard },
    })
  const faults = new Subject<Fault>()
  const present = new BehaviorSubject(open(true))
  let earlier = 0
  present.value.faults.subscribe((fault) => faults.next(fault))

  return {
    place: host,
    messages: present.pipe(switchMap((robot) => robot.samples)),
    faults: faults.asObservable(),
    counted: new Set(['late', 'skipped', 'repeated']),
    silent: (seconds) =>
      `ur5 ${host}: no sample within ${seconds} s; is the controller switched on, and is this its address?`,
    line: () => ur5StatusLine(present.value.status()),
    isConnected: () => present.value.status().connected,
    faultCount: () => earlier + sumOf(present.value.status().faults),
    question: (task) =>
      `${task} on ${host}: the arm will move, at first to its reference at up to the speed that brings it there in 2 s. ` +
      'Is its space free, is nobody within reach, and is a hand at the emergency stop? Type yes to begin: ',
    ready: async () => {
      earlier = sumOf(present.value.status().faults)
      await present.value.close()
      const robot = open(false)
      robot.faults.subscribe((fault) => faults.next(fault))
      present.next(robot)
      const connected = firstValueFrom(robot.samples.pipe(filter(() => robot.status().connected)))
      if ((await within(eventLoop, READY, connected, null)) === null) {
        throw new SensorError(`ur5 ${host}: takes no commands within ${READY / 1000} s; is its port ${realtime} open?`)
      }
      return { kind: 'ur5', robot, arm, unlock }
    },
    close: () => present.value.close(),
  }
}
