/** What a controller reports 125 times a second, whichever interface it comes from. */
import type { RealtimePacket } from './realtimePacket.js'
import type { OutputValues } from './rtdeFields.js'

/** One sample. Angles are in rad, speeds in rad/s, places in m, in the controller's frames. */
export interface Ur5Sample {
  /** Seconds since the controller was started. */
  readonly timestamp: number
  /** Six joints: measured angles and speeds, and the angles that the controller wants. */
  readonly q: readonly number[]
  readonly qd: readonly number[]
  readonly targetQ: readonly number[]
  /** The tool: x, y, z and a rotation vector in rad, in the frame of the base. */
  readonly tcpPose: readonly number[]
  readonly robotMode: number
  readonly safetyMode: number
  /** What the program on the controller does: 1 stopped, 2 playing. */
  readonly programState: number
  /** The part of the wanted speed at which the controller moves, 0 to 1. */
  readonly speedScaling: number
  /** The outputs that were requested beside these, by RTDE; {} otherwise. */
  readonly outputs: OutputValues
}

/** The outputs that a sample needs, in their order: 220 bytes. */
export const sampleOutputs = [
  'timestamp',
  'actual_q',
  'actual_qd',
  'target_q',
  'actual_TCP_pose',
  'robot_mode',
  'safety_mode',
  'runtime_state',
  'speed_scaling',
] as const

/** The sample of a data package, which has all of `sampleOutputs`. */
export const sampleOfOutputs = (values: OutputValues): Ur5Sample => ({
  timestamp: values.timestamp ?? NaN,
  q: values.actual_q ?? [],
  qd: values.actual_qd ?? [],
  targetQ: values.target_q ?? [],
  tcpPose: values.actual_TCP_pose ?? [],
  robotMode: values.robot_mode ?? -1,
  safetyMode: values.safety_mode ?? 0,
  programState: values.runtime_state ?? 0,
  speedScaling: values.speed_scaling ?? 0,
  outputs: values,
})

/** The sample of a realtime packet. */
export const sampleOfPacket = (packet: RealtimePacket): Ur5Sample => ({
  timestamp: packet.time,
  q: packet.q,
  qd: packet.qd,
  targetQ: packet.targetQ,
  tcpPose: packet.tcpPose,
  robotMode: packet.robotMode,
  safetyMode: packet.safetyMode,
  programState: packet.programState,
  speedScaling: packet.speedScaling,
  outputs: {},
})

/** The first number of a sample that is not finite, by its name; null if all are. */
export const spoiltPart = (sample: Ur5Sample): string | null => {
  const parts: readonly (readonly [string, unknown])[] = [...Object.entries(sample), ...Object.entries(sample.outputs)]
  for (const [name, value] of parts) {
    if (typeof value === 'number' && !Number.isFinite(value)) return name
    if (Array.isArray(value)) {
      const at = value.findIndex((each) => !Number.isFinite(each))
      if (at >= 0) return `${name}[${at}]`
    }
  }
  return null
}
