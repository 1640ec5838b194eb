/** The lines of a recording, which `recorder` writes and `recording` reads: first the spec of the world, then a line for each time step. */
import { isLeft, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import {
  type Codec,
  closed,
  finiteNumber,
  nonNegativeInteger,
  numberIn,
  oneOf,
  only,
  positiveNumber,
  text,
  yesOrNo,
} from '../edge/codecs.js'
import { type Failure, decode, printable, renderFailure } from '../edge/decode.js'
import { checkFinite, checkSize } from '../checks.js'
import type { Info, SampledAction, Spec, TimeStep, Vector } from '../types.js'
import { NotFiniteError, atStep } from '../failure.js'

/** The longest line, in characters, that is written to a recording or read from one: about 800,000 numbers. */
export const longestRecordedLine = 2 ** 24

/** The latest time of a step, in seconds: the largest whole number of milliseconds. */
const LATEST = Math.floor(Number.MAX_SAFE_INTEGER / 1000)

/** Most seconds from one step to the next, 24 days: the longest wait of a timer, in whole seconds. */
const LONGEST_PAUSE = Math.floor((2 ** 31 - 1) / 1000)

/** A recorded step: the driver's step, with the `info` of a simulator if it had one. */
export type RecordedStep = TimeStep & { readonly info?: Info }

/** JSON has no infinities and no NaN; they are written as strings. */
const jsonBound = (value: number): number | string => (Number.isFinite(value) ? value : String(value))

const bound: Codec<number> = new t.Type<number, unknown, unknown>(
  'a number, "Infinity" or "-Infinity"',
  (input): input is number => typeof input === 'number',
  (input, context) =>
    input === 'Infinity' || input === '-Infinity' ? right(Number(input)) : finiteNumber.validate(input, context),
  t.identity,
)

/** A number of a simulator's `info`, which may be infinite or NaN. */
const infoNumber: Codec<number> = new t.Type<number, unknown, unknown>(
  'a number, "NaN", "Infinity" or "-Infinity"',
  (input): input is number => typeof input === 'number',
  (input, context) => (input === 'NaN' ? right(NaN) : bound.validate(input, context)),
  t.identity,
)

const numbers = t.readonlyArray(finiteNumber, 'an array of finite numbers')

const bounds = t.readonlyArray(bound, 'an array of bounds')
const vectorFields = closed({
  size: nonNegativeInteger,
  low: bounds,
  high: bounds,
  names: t.readonlyArray(text, 'an array of names'),
  units: t.readonlyArray(text, 'an array of units'),
})
type VectorFields = t.TypeOf<typeof vectorFields>

/** A vector's spec with as many bounds as components. */
const vectorSpec: Codec<VectorFields> = new t.Type<VectorFields, unknown, unknown>(
  vectorFields.name,
  vectorFields.is,
  (input, context) => {
    const result = vectorFields.validate(input, context)
    if (isLeft(result)) return result
    const { size, low, high } = result.right
    const expected = new t.Type(`${size} bounds`, t.unknown.is, t.unknown.validate, t.identity)
    for (const [name, { length }] of Object.entries({ low, high })) {
      if (length !== size) return t.failure(length, t.appendContext(context, name, expected))
    }
    return result
  },
  t.identity,
)

/** The first line of a recording. */
export const recordedSpec = closed({
  recording: only('rivulet-1'),
  spec: closed({
    name: text,
    observation: vectorSpec,
    action: vectorSpec,
    stepSeconds: positiveNumber,
    stepLimit: bound,
  }),
})

/** A decision with the fields that its algorithm added, each a number or a vector. */
const decision: Codec<SampledAction | null> = new t.Type<SampledAction | null, unknown, unknown>(
  'null, or an object with action and other numbers and arrays of numbers',
  (input): input is SampledAction | null => input === null || typeof input === 'object',
  (input, context) => {
    if (input === null) return t.success(null)
    if (typeof input !== 'object' || !('action' in input)) return t.failure(input, context)
    const errors = Object.entries(input).flatMap(([name, value]) => {
      const codec: t.Decoder<unknown, unknown> = typeof value === 'number' && name !== 'action' ? finiteNumber : numbers
      const result = codec.validate(value, t.appendContext(context, name, codec, value))
      return result._tag === 'Left' ? result.left : []
    })
    // Each field was checked above.
    return errors.length > 0 ? t.failures(errors) : t.success(input as unknown as SampledAction)
  },
  t.identity,
)

/** Every line of a recording but the first. */
export const recordedStep: t.Decoder<unknown, RecordedStep> = closed(
  {
    kind: oneOf(['first', 'mid', 'last'] as const),
    observation: numbers,
    reward: finiteNumber,
    terminated: yesOrNo,
    truncated: yesOrNo,
    previousAction: decision,
    index: nonNegativeInteger,
    time: numberIn({ from: 0, to: LATEST }),
  },
  { info: t.record(t.string, infoNumber, 'an object of numbers') },
)

/**
 * Makes a check of each step of a recording against the one before it: within an episode time does not go back, and does not advance
 * further than a timer can wait. It returns a failure, or null. Each recording that is written or read has its own check.
 */
export const stepOrder = (): ((step: Pick<TimeStep, 'kind' | 'time'>) => Failure | null) => {
  let before = 0
  return ({ kind, time }) => {
    const from = kind === 'first' ? 0 : before
    const to = kind === 'first' ? LATEST : Math.min(LATEST, before + LONGEST_PAUSE)
    if (!(time >= from && time <= to)) {
      return { path: 'time', expected: numberIn({ from, to }).name, got: printable(time), nearest: null }
    }
    before = time
    return null
  }
}

/**
 * The first line, without its end.
 *
 * Fails: throws a TypeError with the field for a spec that `recording` would refuse.
 */
export const lineOfSpec = ({ name, observation, action, stepSeconds, stepLimit }: Spec): string => {
  const plain = ({ size, low, high, names, units }: Spec['action']) => ({
    size,
    low: Array.from(low, jsonBound),
    high: Array.from(high, jsonBound),
    names,
    units,
  })
  const line = JSON.stringify({
    recording: 'rivulet-1',
    spec: {
      name,
      observation: plain(observation),
      action: plain(action),
      stepSeconds,
      stepLimit: jsonBound(stepLimit),
    },
  })
  const read = decode(recordedSpec)(JSON.parse(line))
  if (isLeft(read)) throw new TypeError(`a spec that cannot be recorded: ${read.left.map(renderFailure).join('; ')}`)
  return line
}

const jsonNumber = (value: number, quantity: string): number => {
  if (!Number.isFinite(value)) throw new NotFiniteError(quantity, null, value)
  return value
}

const jsonVector = (vector: Vector, quantity: string): number[] => {
  checkFinite(quantity, vector, [])
  return Array.from(vector)
}

/** A field of a decision: a number or a vector, which are all that a recording holds. */
const jsonField = ([name, value]: readonly [name: string, value: unknown]): [
  name: string,
  value: number | number[],
] => {
  if (typeof value === 'number' && name !== 'action') return [name, jsonNumber(value, name)]
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return [name, jsonVector(value as unknown as Vector, name)]
  const expected = name === 'action' ? 'a vector' : 'a number or a vector'
  throw new TypeError(`previousAction.${name}: expected ${expected}, got ${printable(value)}`)
}

const jsonInfoEntry = ([name, value]: readonly [name: string, value: unknown]): [
  name: string,
  value: number | string,
] => {
  if (typeof value !== 'number') throw new TypeError(`info.${name}: expected a number, got ${printable(value)}`)
  return [name, jsonBound(value)]
}

const jsonEntries = <A>(
  record: object,
  plain: (entry: readonly [name: string, value: unknown]) => [name: string, value: A],
) => Object.fromEntries(Object.entries(record).map(plain))

/**
 * A step's line, without its end: its own fields and a simulator's `info`, and none that an operator added. Numbers come back bit for
 * bit, but for the sign of a zero.
 *
 * Fails: throws a NotFiniteError on a number of the step that is not finite, with the step's index; a TypeError on a field of a
 * decision that is neither a number nor a vector, and on a field of `info` that is not a number. A field of `info` may be infinite or
 * NaN.
 */
export const lineOfStep = (step: RecordedStep): string => {
  const { kind, observation, reward, terminated, truncated, previousAction, index, time, info } = step
  try {
    return JSON.stringify({
      kind,
      observation: jsonVector(observation, 'observation'),
      reward: jsonNumber(reward, 'reward'),
      terminated,
      truncated,
      previousAction: previousAction === null ? null : jsonEntries(previousAction, jsonField),
      index,
      time: jsonNumber(time, 'time'),
      // JSON leaves out a field that is undefined.
      info: info === undefined ? undefined : jsonEntries(info, jsonInfoEntry),
    })
  } catch (error) {
    throw atStep(error, index)
  }
}

/** Refuses a step whose vectors have other sizes than those of the recording's spec. */
export const checkSizes = (owner: string, { observation, previousAction }: TimeStep, spec: Spec): void => {
  checkSize(owner, 'observation', observation, spec.observation.size)
  if (previousAction !== null) checkSize(owner, 'previousAction.action', previousAction.action, spec.action.size)
}
