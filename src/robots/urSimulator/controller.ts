/** The controller of a simulated arm: its modes, its program, and what it reports. */
import type { SimulatedArm } from '../armSimulator/simulatedArm.js'
import { type ArmGeometry, forwardKinematics } from '../ur/kinematics.js'
import { isSafe, PROTECTIVE_STOP, RUNNING } from '../ur/modes.js'
import type { RealtimePacket } from '../ur/realtimePacket.js'
import type { OutputName } from '../ur/rtdeFields.js'
import { outputType } from '../ur/rtdeFields.js'
import { type RtdeValue, isRtdeType } from '../ur/rtdeTypes.js'
import { parseScript } from './scriptParser.js'

/** A simulated controller. */
export interface SimulatedController {
  readonly arm: SimulatedArm
  /** Seconds since it was switched on. */
  readonly uptime: number
  readonly robotMode: number
  readonly safetyMode: number
  /** The latest lines of URScript, at most 20000, with the uptime at which each came. */
  readonly scripts: readonly { readonly time: number; readonly line: string }[]
  /** The latest lines that were refused, at most 100, with the reason. */
  readonly refused: readonly string[]
  /** Moves on by one tick. */
  tick(seconds: number): void
  /** A line of URScript came. */
  script(line: string): void
  /** Whether a command of motion is under way. */
  readonly isPlaying: boolean
  /** Unlocks a protective stop that is at least 5 s old; returns whether it did. */
  unlock(): boolean
  /** Changes the mode: 3 without power, 5 with brakes, 7 in which it moves. */
  setRobotMode(mode: number): void
  /** Values were written to inputs. */
  write(values: Readonly<Record<string, RtdeValue>>): void
  /** The value of an output. */
  output(name: OutputName | (string & {})): RtdeValue
  /** The fields of a realtime packet. */
  packet(): Partial<RealtimePacket>
  /** Something has happened that stops the arm: its number as a safety mode. 1 ends it. */
  setSafetyMode(mode: number): void
  /** Restarts the controller, which boots for so many seconds. */
  restart(bootSeconds: number): void
}

/** Seconds after a protective stop in which it cannot be unlocked. */
const LOCKED = 5
/** Below this speed in rad/s of every joint the arm is at rest. */
const REST = 1e-6
const MOST_SCRIPTS = 20_000
const MOST_REFUSED = 100
/** The number that an output has which is not simulated: 0 of its type. */
const zeroOf = (name: string): RtdeValue => {
  const type = outputType(name)
  if (type === null || !isRtdeType(type)) return 0
  if (type === 'BOOL') return false
  if (type === 'UINT64') return 0n
  return type.startsWith('VECTOR') ? Array.from({ length: type === 'VECTOR3D' ? 3 : 6 }, () => 0) : 0
}

/**
 * A controller that has run for so many seconds, with its arm at rest; it computes poses for this geometry. `report` receives each line that is refused,
 * and why the arm stopped by itself, unless it is that of the line before.
 */
export const simulatedController = (
  arm: SimulatedArm,
  geometry: ArmGeometry,
  uptimeAtStart: number,
  report: (line: string) => void = () => undefined,
): SimulatedController => {
  const scripts: { readonly time: number; readonly line: string }[] = []
  const refused: string[] = []
  const written: Record<string, RtdeValue> = {}
  let uptime = uptimeAtStart
  let robotMode = RUNNING
  let safetyMode = 1
  let stoppedAt = -Infinity
  let booting = 0

  const refuse = (why: string): void => {
    if (refused.at(-1) !== why) report(why)
    refused.push(why)
    if (refused.length > MOST_REFUSED) refused.shift()
  }
  const setSafetyMode = (mode: number): void => {
    if (!isSafe(mode) && isSafe(safetyMode)) {
      arm.brake()
      stoppedAt = uptime
    }
    safetyMode = mode
  }
  const unlock = (): boolean => {
    if (safetyMode !== PROTECTIVE_STOP || uptime - stoppedAt < LOCKED) return false
    safetyMode = 1
    return true
  }
  const isMoving = (): boolean => arm.targetQd.some((speed) => Math.abs(speed) > REST)
  const state = (): 1 | 2 => (arm.running === null ? 1 : 2)

  const outputs: Readonly<Record<string, () => RtdeValue>> = {
    timestamp: () => uptime,
    target_q: () => [...arm.targetQ],
    target_qd: () => [...arm.targetQd],
    target_qdd: () => [...arm.targetQdd],
    actual_q: () => [...arm.q],
    actual_qd: () => [...arm.qd],
    actual_TCP_pose: () => forwardKinematics(arm.q, geometry),
    target_TCP_pose: () => forwardKinematics(arm.targetQ, geometry),
    robot_mode: () => robotMode,
    safety_mode: () => safetyMode,
    safety_status: () => safetyMode,
    runtime_state: state,
    robot_status_bits: () => (robotMode >= 4 ? 1 : 0) + (state() === 2 ? 2 : 0),
    safety_status_bits: () => (safetyMode <= 9 ? 2 ** (safetyMode - 1) : 0),
    speed_scaling: () => 1,
    target_speed_fraction: () => (written['speed_slider_mask'] === 1 ? (written['speed_slider_fraction'] ?? 1) : 1),
    joint_mode: () => Array.from({ length: 6 }, () => 253),
    actual_main_voltage: () => 48,
    actual_robot_voltage: () => 48,
  }
  const output = (name: string): RtdeValue => {
    const present = outputs[name]
    if (present !== undefined) return present()
    // What a client writes to a register comes back in the register of the same number.
    return written[name.replace(/^output_/, 'input_')] ?? zeroOf(name)
  }

  return {
    arm,
    get uptime() {
      return uptime
    },
    get robotMode() {
      return robotMode
    },
    get safetyMode() {
      return safetyMode
    },
    scripts,
    refused,
    tick: (seconds) => {
      uptime += seconds
      if (booting > 0) {
        booting -= seconds
        robotMode = booting > 0 ? 2 : RUNNING
      }
      const obstacle = arm.tick(seconds)
      if (obstacle !== null && isSafe(safetyMode)) {
        refuse(obstacle.line)
        setSafetyMode(PROTECTIVE_STOP)
      }
      // What presses is not pressed further.
      if (obstacle !== null && obstacle.kind !== 'limit') arm.hold()
    },
    script: (line) => {
      scripts.push({ time: uptime, line: line.trim() })
      if (scripts.length > MOST_SCRIPTS) scripts.splice(0, MOST_SCRIPTS / 2)
      const read = parseScript(line)
      if (read.kind === 'refused') return refuse(read.why)
      if (read.kind === 'unlock') return void unlock()
      if (!isSafe(safetyMode) || robotMode !== RUNNING) {
        return read.motion.kind === 'stopj' ? undefined : refuse(`${read.motion.kind}: the arm is stopped`)
      }
      // A stop of an arm at rest is over at once.
      if (read.motion.kind === 'stopj' && !isMoving() && arm.running === null) return
      arm.run(read.motion)
    },
    get isPlaying() {
      return state() === 2
    },
    unlock,
    setRobotMode: (mode) => {
      if (mode < RUNNING) arm.brake()
      robotMode = mode
    },
    write: (values) => void Object.assign(written, values),
    output,
    packet: () => ({
      time: uptime,
      targetQ: [...arm.targetQ],
      targetQd: [...arm.targetQd],
      targetQdd: [...arm.targetQdd],
      q: [...arm.q],
      qd: [...arm.qd],
      tcpPose: forwardKinematics(arm.q, geometry),
      targetTcpPose: forwardKinematics(arm.targetQ, geometry),
      robotMode,
      safetyMode,
      jointModes: Array.from({ length: 6 }, () => 253),
      speedScaling: 1,
      mainVoltage: 48,
      robotVoltage: 48,
      programState: state(),
    }),
    setSafetyMode,
    restart: (bootSeconds) => {
      arm.brake()
      uptime = 0
      stoppedAt = -Infinity
      safetyMode = 1
      booting = bootSeconds
      robotMode = 2
    },
  }
}
