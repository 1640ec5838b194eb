/** The fields that a controller sends and receives by RTDE, with their types and units. */
import { nearestName, printable } from '../../edge/decode.js'
import type { RtdeType, ValueOf } from './rtdeTypes.js'

/** Outputs of the controller, beside its registers. Angles are in rad, places in m, currents in A, temperatures in degrees Celsius. */
export const outputs = {
  timestamp: 'DOUBLE',
  target_q: 'VECTOR6D',
  target_qd: 'VECTOR6D',
  target_qdd: 'VECTOR6D',
  target_current: 'VECTOR6D',
  target_moment: 'VECTOR6D',
  actual_q: 'VECTOR6D',
  actual_qd: 'VECTOR6D',
  actual_current: 'VECTOR6D',
  joint_control_output: 'VECTOR6D',
  actual_TCP_pose: 'VECTOR6D',
  actual_TCP_speed: 'VECTOR6D',
  actual_TCP_force: 'VECTOR6D',
  target_TCP_pose: 'VECTOR6D',
  target_TCP_speed: 'VECTOR6D',
  actual_digital_input_bits: 'UINT64',
  actual_digital_output_bits: 'UINT64',
  joint_temperatures: 'VECTOR6D',
  actual_execution_time: 'DOUBLE',
  robot_mode: 'INT32',
  joint_mode: 'VECTOR6INT32',
  safety_mode: 'INT32',
  safety_status: 'INT32',
  runtime_state: 'UINT32',
  robot_status_bits: 'UINT32',
  safety_status_bits: 'UINT32',
  speed_scaling: 'DOUBLE',
  target_speed_fraction: 'DOUBLE',
  actual_main_voltage: 'DOUBLE',
  actual_robot_voltage: 'DOUBLE',
  actual_robot_current: 'DOUBLE',
  actual_joint_voltage: 'VECTOR6D',
  output_bit_registers0_to_31: 'UINT32',
  output_bit_registers32_to_63: 'UINT32',
} as const satisfies Readonly<Record<string, RtdeType>>

/** Inputs of the controller, beside its registers. An output of the robot is written together with the bit of its mask. */
export const inputs = {
  speed_slider_mask: 'UINT32',
  speed_slider_fraction: 'DOUBLE',
  standard_digital_output_mask: 'UINT8',
  standard_digital_output: 'UINT8',
  configurable_digital_output_mask: 'UINT8',
  configurable_digital_output: 'UINT8',
  tool_digital_output_mask: 'UINT8',
  tool_digital_output: 'UINT8',
  standard_analog_output_mask: 'UINT8',
  standard_analog_output_type: 'UINT8',
  standard_analog_output_0: 'DOUBLE',
  standard_analog_output_1: 'DOUBLE',
  external_force_torque: 'VECTOR6D',
  input_bit_registers0_to_31: 'UINT32',
  input_bit_registers32_to_63: 'UINT32',
} as const satisfies Readonly<Record<string, RtdeType>>

/** The name of an output: of the table, or a register, of which there are 48 of integers, 48 of doubles, and bits 64 to 127. */
export type OutputName =
  | keyof typeof outputs
  | `output_int_register_${number}`
  | `output_double_register_${number}`
  | `output_bit_register_${number}`

/** The name of an input, as of outputs. */
export type InputName =
  | keyof typeof inputs
  | `input_int_register_${number}`
  | `input_double_register_${number}`
  | `input_bit_register_${number}`

type TypeOfOutput<Name extends OutputName> = Name extends keyof typeof outputs
  ? (typeof outputs)[Name]
  : Name extends `output_int_register_${number}`
    ? 'INT32'
    : Name extends `output_double_register_${number}`
      ? 'DOUBLE'
      : 'BOOL'

/** The values of one package: those that were requested. */
export type OutputValues = { readonly [Name in OutputName]?: ValueOf<TypeOfOutput<Name>> }

const registers = {
  int: { type: 'INT32', first: 0, last: 47 },
  double: { type: 'DOUBLE', first: 0, last: 47 },
  bit: { type: 'BOOL', first: 64, last: 127 },
} as const

const typeIn = (table: Readonly<Record<string, RtdeType>>, direction: string, name: string): RtdeType | null => {
  if (Object.hasOwn(table, name)) return table[name]
  const match = /^(output|input)_(int|double|bit)_register_(\d{1,3})$/.exec(name)
  if (match === null || match[1] !== direction) return null
  const { type, first, last } = registers[match[2] as keyof typeof registers]
  const index = Number(match[3])
  return index >= first && index <= last && String(index) === match[3] ? type : null
}

/** The type of an output; null if there is none of this name. */
export const outputType = (name: string): RtdeType | null => typeIn(outputs, 'output', name)

/** The type of an input; null if there is none of this name. */
export const inputType = (name: string): RtdeType | null => typeIn(inputs, 'input', name)

/** Most bytes of a list of names. */
const LONGEST_NAMES = 2048

/**
 * Refuses names that a controller does not have, and lists that are too long.
 *
 * Fails: throws a RangeError that begins with `owner`.
 */
export const checkNames = (owner: string, names: readonly string[], direction: 'outputs' | 'inputs'): void => {
  const typeOf = direction === 'outputs' ? outputType : inputType
  for (const name of names) {
    if (typeOf(name) !== null) continue
    const nearest = nearestName(name, Object.keys(direction === 'outputs' ? outputs : inputs))
    throw new RangeError(
      `${owner}: ${direction}: expected names of RTDE ${direction}, got ${printable(name)}${nearest === null ? '' : `; nearest: ${nearest}`}`,
    )
  }
  if (new Set(names).size < names.length) throw new RangeError(`${owner}: ${direction}: expected each name once`)
  const length = names.join(',').length
  if (length > LONGEST_NAMES) {
    throw new RangeError(`${owner}: ${direction}: expected names of at most ${LONGEST_NAMES} bytes, got ${length}`)
  }
}
