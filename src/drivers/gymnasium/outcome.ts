/** Reads what Python returned for a reset or a step. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { decode, renderFailure } from '../../edge/decode.js'
import { DriverError } from '../../failure.js'
import type { Info, Observation } from '../../types.js'
import type { SimulatedStep } from '../drive.js'
import { type Environment, jsonOf, numberOf, pythonNumber } from './environmentSpec.js'
import type { Reply } from './replies.js'

/** The kind of such a reply. */
const SHOWN = 1
/** Bytes of a step before its observation. */
const STEP_HEADER = 16
/** The most bytes of the numbers of `info`. */
const LONGEST_INFO = 2 ** 20

/** The most bytes of such a reply. */
export const longestOutcome = ({ spec, floats }: Environment): number =>
  STEP_HEADER + (spec.observation.size * floats.observation) / 8 + LONGEST_INFO

const infoCodec = t.record(t.string, pythonNumber, 'an object of numbers')

/** What Python returned for a reset or a step. */
export type Outcome = Pick<SimulatedStep, 'observation' | 'reward' | 'terminated' | 'truncated' | 'info'>

const infoOf = (what: string, body: Buffer): Info => {
  if (body.length === 0) return {}
  const decoded = decode(infoCodec)(jsonOf(`${what}: info`, body))
  if (isLeft(decoded)) throw new DriverError(`${what}: info: ${renderFailure(decoded.left[0])}`)
  return Object.fromEntries(Object.entries(decoded.right).map(([name, value]) => [name, numberOf(value)]))
}

/** Reads the reply to a reset or a step. */
export const outcomeOf = (what: string, { kind, body }: Reply, { spec, floats }: Environment): Outcome => {
  const { size } = spec.observation
  const bytes = floats.observation / 8
  const begin = STEP_HEADER + size * bytes
  if (kind !== SHOWN || body.length < begin || (body.length > begin && body[begin] !== 0x7b)) {
    const got = Math.max(0, body.length - STEP_HEADER)
    throw new DriverError(`${what}: expected a step with ${size} numbers of ${bytes} bytes, got ${got} bytes`)
  }
  const observation: Observation = floats.observation === 32 ? new Float32Array(size) : new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const at = STEP_HEADER + i * bytes
    ;(observation as Float64Array)[i] = bytes === 4 ? body.readFloatLE(at) : body.readDoubleLE(at)
  }
  return {
    observation,
    reward: body.readDoubleLE(0),
    terminated: body[8] !== 0,
    truncated: body[9] !== 0,
    info: infoOf(what, body.subarray(begin)),
  }
}
