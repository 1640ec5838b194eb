/** A run as JSON lines: the spec of its world first, then a line for each time step. What `recorder` writes and `recording` reads. */
import { right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import {
  type Codec,
  closed,
  finiteNumber,
  nonNegativeInteger,
  oneOf,
  only,
  positiveNumber,
  text,
  yesOrNo,
} from '../codecs.js'
import { checkFinite, type Spec } from '../spec.js'
import { NotFiniteError, atStep } from '../failure.js'
import type { SampledAction, TimeStep, Vector } from '../types.js'

/** JSON has no infinities; they are written as texts. */
const plainBound = (value: number): number | string => (Number.isFinite(value) ? value : String(value))

const bound: Codec<number> = new t.Type<number, unknown, unknown>(
  'a number, "Infinity" or "-Infinity"',
  (input): input is number => typeof input === 'number',
  (input, context) =>
    input === 'Infinity' || input === '-Infinity' ? right(Number(input)) : finiteNumber.validate(input, context),
  t.identity,
)

const numbers = t.readonlyArray(finiteNumber, 'an array of finite numbers')

const vectorSpec = closed({
  size: nonNegativeInteger,
  low: t.readonlyArray(bound, 'an array of bounds'),
  high: t.readonlyArray(bound, 'an array of bounds'),
  names: t.readonlyArray(text, 'an array of names'),
  units: t.readonlyArray(text, 'an array of units'),
})

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

/** A decision with whatever its algorithm added, each field a number or a vector. */
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
    // Each field was looked at above.
    return errors.length > 0 ? t.failures(errors) : t.success(input as unknown as SampledAction)
  },
  t.identity,
)

/** Every line of a recording but the first. */
export const recordedStep: t.Decoder<unknown, TimeStep> = closed({
  kind: oneOf(['first', 'mid', 'last'] as const),
  observation: numbers,
  reward: finiteNumber,
  terminated: yesOrNo,
  truncated: yesOrNo,
  previousAction: decision,
  index: nonNegativeInteger,
  time: finiteNumber,
})

/** The first line, without its end. */
export const lineOfSpec = ({ name, observation, action, stepSeconds, stepLimit }: Spec): string => {
  const plain = ({ size, low, high, names, units }: Spec['action']) => ({
    size,
    low: Array.from(low, plainBound),
    high: Array.from(high, plainBound),
    names,
    units,
  })
  return JSON.stringify({
    recording: 'rivulet-1',
    spec: {
      name,
      observation: plain(observation),
      action: plain(action),
      stepSeconds,
      stepLimit: plainBound(stepLimit),
    },
  })
}

const plainField = (value: unknown, quantity: string): number | number[] => {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NotFiniteError(quantity, null, value)
    return value
  }
  // A decision holds numbers and vectors alone.
  const vector = value as Vector
  checkFinite(quantity, vector, [])
  return Array.from(vector)
}

/**
 * A step's line, without its end: its own fields, and none that an operator added. Numbers come back bit for bit, but for
 * the sign of a zero.
 *
 * Fails: throws a NotFiniteError on a number that JSON has no word for, with the step's index.
 */
export const lineOfStep = (step: TimeStep): string => {
  const { kind, observation, reward, terminated, truncated, previousAction, index, time } = step
  try {
    return JSON.stringify({
      kind,
      observation: plainField(observation, 'observation'),
      reward: plainField(reward, 'reward'),
      terminated,
      truncated,
      previousAction:
        previousAction === null
          ? null
          : Object.fromEntries(Object.entries(previousAction).map(([name, value]) => [name, plainField(value, name)])),
      index,
      time,
    })
  } catch (error) {
    throw atStep(error, index)
  }
}
