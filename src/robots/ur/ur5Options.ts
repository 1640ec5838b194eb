/** The options of `ur5`, with their defaults and checks. */
import { nearestName, printable } from '../../edge/decode.js'
import type { LinkOptions } from '../../links/link.js'
import { eventLoop } from '../../time/schedule.js'
import { checkNames, type InputName, type OutputName } from './rtdeFields.js'
import { sampleOutputs } from './sample.js'
import { MOST_ACCELERATION } from './script.js'

/** How to connect to a UR5. */
export interface Ur5Options extends Pick<LinkOptions, 'backoff' | 'patience' | 'report' | 'scheduler'> {
  /** The address of the controller, such as `192.168.1.10`. */
  readonly host: string
  /**
   * Where samples come from: `rtde`, the Real-Time Data Exchange, or `realtime`, the older interface that SenseAct uses. Commands go to the
   * realtime interface with both. The default is `rtde`.
   */
  readonly transport?: 'rtde' | 'realtime'
  /** The ports. The defaults are 30004, 30003 and 29999. */
  readonly ports?: { readonly rtde?: number; readonly realtime?: number; readonly dashboard?: number }
  /** Samples a second, by RTDE; at most 125, and 500 on an e-Series. The default is 125. */
  readonly frequency?: number
  /** More outputs, by RTDE. The default is []. */
  readonly outputs?: readonly OutputName[]
  /** Inputs that the program writes by `write`, by RTDE. The default is []. */
  readonly inputs?: readonly InputName[]
  /** Acceleration of `speed` in rad/s². The default is 1.4. */
  readonly acceleration?: number
  /**
   * Milliseconds after which the controller ends a `speed` that is not repeated: what stops the arm when the program dies. The driver
   * repeats it with every sample. The default is 100.
   */
  readonly expiry?: number
  /** Milliseconds after which the driver stops the arm if the program gave no new command. The default is 500. */
  readonly staleAfter?: number
  /** Deceleration of stops in rad/s². The default is 3. */
  readonly deceleration?: number
  /** Milliseconds without a sample after which the connection counts as lost. The default is 1000. */
  readonly silence?: number
  /** Whether the arm is only read: nothing is sent that could move, stop or interrupt it. The default is false. */
  readonly readOnly?: boolean
}

/** Options with their defaults. */
export type Ur5Settings = Required<Omit<Ur5Options, 'backoff' | 'patience' | 'report' | 'ports'>> &
  Pick<Ur5Options, 'backoff' | 'patience' | 'report'> & {
    readonly ports: { readonly rtde: number; readonly realtime: number; readonly dashboard: number }
  }

const transports = ['rtde', 'realtime']

/**
 * Adds the defaults.
 *
 * Fails: throws a TypeError or a RangeError that names the option.
 */
export const ur5Settings = ({
  host,
  transport = 'rtde',
  ports: { rtde = 30_004, realtime = 30_003, dashboard = 29_999 } = {},
  frequency = 125,
  outputs = [],
  inputs = [],
  acceleration = 1.4,
  expiry = 100,
  staleAfter = 500,
  deceleration = 3,
  silence = 1000,
  readOnly = false,
  scheduler = eventLoop,
  ...link
}: Ur5Options): Ur5Settings => {
  if (typeof host !== 'string' || host === '') {
    throw new TypeError(`ur5: host: expected an address such as 192.168.1.10, got ${printable(host)}`)
  }
  if (!transports.includes(transport)) {
    const nearest = nearestName(String(transport), transports)
    throw new RangeError(
      `ur5: transport: expected rtde or realtime, got ${printable(transport)}${nearest === null ? '' : `; nearest: ${nearest}`}`,
    )
  }
  for (const [name, port] of Object.entries({ rtde, realtime, dashboard })) {
    if (!(Number.isInteger(port) && port > 0 && port < 65_536)) {
      throw new RangeError(`ur5: ports.${name}: expected a port, 1 to 65535, got ${printable(port)}`)
    }
  }
  for (const [name, value, most] of [
    ['frequency', frequency, 500],
    ['acceleration', acceleration, MOST_ACCELERATION],
    ['deceleration', deceleration, MOST_ACCELERATION],
    ['expiry', expiry, 1000],
    ['staleAfter', staleAfter, 60_000],
    ['silence', silence, Infinity],
  ] as const) {
    if (!(value > 0 && value <= most)) {
      throw new RangeError(`ur5: ${name}: expected a number above 0, at most ${most}, got ${printable(value)}`)
    }
  }
  if (transport === 'realtime' && outputs.length + inputs.length > 0) {
    throw new RangeError(
      'ur5: outputs and inputs: expected none with the transport realtime, which has no choice of them',
    )
  }
  checkNames('ur5', [...new Set([...sampleOutputs, ...outputs])], 'outputs')
  checkNames('ur5', inputs, 'inputs')
  return {
    ...link,
    host,
    transport,
    ports: { rtde, realtime, dashboard },
    frequency,
    outputs,
    inputs,
    acceleration,
    expiry,
    staleAfter,
    deceleration,
    silence,
    readOnly,
    scheduler,
  }
}
