/** What a Python environment says of itself, and the spec that follows from it. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import {
  closed,
  guarded,
  listOf,
  oneOf,
  oneOfNumbers,
  positiveInteger,
  positiveNumber,
  text,
} from '../../edge/codecs.js'
import { decode, renderFailure } from '../../edge/decode.js'
import { DriverError, reason } from '../../failure.js'
import type { Spec, VectorSpec } from '../../types.js'

/** The texts that Python makes of numbers which JSON does not have. */
const unwritten: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: NaN }

/** A number, or the text that Python makes of one that is not finite. */
type PythonNumber = number | string

/** The number itself. */
export const numberOf = (value: PythonNumber): number => (typeof value === 'string' ? unwritten[value] : value)

/** Of a number in JSON, as the Python program writes it. */
export const pythonNumber = guarded(
  "a number, 'inf', '-inf' or 'nan'",
  (input): input is PythonNumber =>
    typeof input === 'number' || (typeof input === 'string' && Object.hasOwn(unwritten, input)),
)

const space = closed({
  low: listOf(pythonNumber, 'numbers'),
  high: listOf(pythonNumber, 'numbers'),
  floats: oneOfNumbers([32, 64]),
})

const description = closed({
  observation: space,
  action: space,
  stepSeconds: positiveNumber,
  stepLimit: t.union([positiveInteger, t.null]),
  gymnasium: text,
})

/** Why there is no environment: the package is absent, the environment is not made, or a space is none of ours. */
const refusal = closed({ why: oneOf(['absent', 'make', 'space']), text })

/** An environment as this side uses it. */
export interface Environment {
  readonly spec: Spec
  /** The bits of a number in an observation and in an action. */
  readonly floats: { readonly observation: 32 | 64; readonly action: 32 | 64 }
  /** The version of the package. */
  readonly version: string
}

/**
 * Reads JSON.
 *
 * Fails: DriverError that begins with `what`.
 */
export const jsonOf = (what: string, body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch (error) {
    throw new DriverError(`${what}: expected JSON: ${reason(error)}`)
  }
}

const vectorSpec = (kind: string, low: readonly PythonNumber[], high: readonly PythonNumber[]): VectorSpec => ({
  size: low.length,
  low: low.map(numberOf),
  high: high.map(numberOf),
  names: low.map((_, i) => `${kind} ${i}`),
  units: low.map(() => '1'),
})

/**
 * Reads the first reply when it describes an environment.
 *
 * Fails: DriverError for a reply that does not.
 */
export const environmentOf = (name: string, body: Uint8Array): Environment => {
  const decoded = decode(description)(jsonOf(`${name}: its description`, body))
  if (isLeft(decoded)) throw new DriverError(`${name}: its description: ${renderFailure(decoded.left[0])}`)
  const { observation, action, stepSeconds, stepLimit, gymnasium } = decoded.right
  const spec = {
    name,
    observation: vectorSpec('observation', observation.low, observation.high),
    action: vectorSpec('action', action.low, action.high),
    stepSeconds,
    stepLimit: stepLimit ?? Infinity,
  }
  for (const [kind, { low, high }] of Object.entries({ observation, action })) {
    if (low.length === high.length) continue
    throw new DriverError(`${name}: its description: ${kind}: expected as many low as high bounds`)
  }
  return { spec, floats: { observation: observation.floats, action: action.floats }, version: gymnasium }
}

/** The line for a first reply that says why there is no environment. */
export const refusalText = (python: string, body: Uint8Array): string => {
  const decoded = decode(refusal)(jsonOf('its refusal', body))
  if (isLeft(decoded)) return `its refusal: ${renderFailure(decoded.left[0])}`
  const { why, text: cause } = decoded.right
  if (why === 'absent') {
    return `${python} cannot import gymnasium (${cause}): install it with '${python} -m pip install gymnasium', or name a Python that has it (option python, or --python)`
  }
  return why === 'space' ? `${cause}; expected a Box, of floats for actions` : cause
}
