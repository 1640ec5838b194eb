/** Codecs of steps, decisions and transitions in states: arrays of numbers keep their kind, and records keep the fields of users. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import {
  type Codec,
  type Field,
  type Fields,
  type TypeOfFields,
  finiteNumber,
  guarded,
  nonNegativeInteger,
  oneOf,
  yesOrNo,
} from '../edge/codecs.js'
import { type RandomState, isRandomState } from '../random.js'
import type { SampledAction, TimeStep, Vector } from '../types.js'
import { type ArrayKind, type TypedArray, type arrayKinds, kindOf } from './typedArrays.js'

/** A codec that returns a value unchanged if `validate` finds no error. */
const checked = <A>(expected: string, validate: (input: unknown, context: t.Context) => t.Errors): Codec<A> =>
  new t.Type<A, unknown, unknown>(
    expected,
    (input): input is A => validate(input, []).length === 0,
    (input, context) => {
      const errors = validate(input, context)
      // `validate` found no error.
      return errors.length === 0 ? t.success(input as A) : t.failures(errors)
    },
    t.identity,
  )

/** The failure of the first number in a list that is not finite; none if all are. */
const notFiniteErrors = (list: ArrayLike<unknown>, context: t.Context): t.Errors => {
  for (let i = 0; i < list.length; i++) {
    if (finiteNumber.is(list[i])) continue
    return [{ value: list[i], context: t.appendContext(context, `${i}`, finiteNumber, list[i]) }]
  }
  return []
}

/** A vector of finite numbers, a typed array or a plain one. */
export const vector: Codec<Vector> = checked('a vector of numbers', (input, context) => {
  const kind = kindOf(input)
  const isVector = Array.isArray(input) || (kind !== null && !kind.startsWith('Big'))
  return isVector ? notFiniteErrors(input as ArrayLike<unknown>, context) : [{ value: input, context }]
})

/** A typed array of one kind, of finite numbers. */
export const arrayOf = <Kind extends ArrayKind>(kind: Kind): Codec<InstanceType<(typeof arrayKinds)[Kind]>> =>
  checked(`a ${kind}`, (input, context) => {
    if (kindOf(input) !== kind) return [{ value: input, context }]
    return kind.startsWith('Float') ? notFiniteErrors(input as Exclude<TypedArray, BigInt64Array>, context) : []
  })

/** Null, or a value of another codec. */
export const nullOr = <A>(codec: Field<A>): Codec<A | null> =>
  new t.Type<A | null, unknown, unknown>(
    `null or ${codec.name}`,
    (input): input is A | null => input === null || codec.is(input),
    (input, context) => (input === null ? t.success(null) : codec.validate(input, context)),
    t.identity,
  )

/** An integer from 0 to `end` - 1. */
export const integerBelow = (end: number): Codec<number> =>
  guarded(`an integer from 0 to ${end - 1}`, (input): input is number => nonNegativeInteger.is(input) && input < end)

/** A list of items, which may be empty, of `most` items at most; the default is Infinity. */
export const itemsOf = <A>(item: Field<A>, most = Infinity): Codec<readonly A[]> =>
  new t.Type<readonly A[], unknown, unknown>(
    `a list${most === Infinity ? '' : ` of ${most} at most`}`,
    (input): input is readonly A[] => Array.isArray(input) && input.length <= most && input.every(item.is),
    (input, context) => {
      if (!Array.isArray(input) || input.length > most) return t.failure(input, context)
      const items: A[] = []
      const errors: t.ValidationError[] = []
      for (const [index, each] of (input as readonly unknown[]).entries()) {
        const result = item.validate(each, t.appendContext(context, `${index}`, item, each))
        if (isLeft(result)) errors.push(...result.left)
        else items.push(result.right)
      }
      return errors.length === 0 ? t.success(items) : t.failures(errors)
    },
    t.identity,
  )

/** A record of these fields and any others, which are not changed. */
export const atLeast = <F extends Fields>(fields: F): Codec<TypeOfFields<F>> =>
  checked(`an object with ${Object.keys(fields).join(', ')}`, (input, context) => {
    if (typeof input !== 'object' || input === null) return [{ value: input, context }]
    return Object.entries(fields).flatMap(([name, field]) => {
      const value: unknown = Object.hasOwn(input, name) ? Reflect.get(input, name) : undefined
      const result = field.validate(value, t.appendContext(context, name, field, value))
      return isLeft(result) ? result.left : []
    })
  })

/** A place in a stream of random numbers. */
export const randomState: Codec<RandomState> = guarded('four signed 32-bit integers that are not all 0', isRandomState)

/** A decision with the fields of its algorithm; all numbers and vectors in it must be finite. */
export const sampledAction: Codec<SampledAction> = checked('an object with action', (input, context) => {
  if (typeof input !== 'object' || input === null) return [{ value: input, context }]
  return Object.entries({ action: undefined, ...input }).flatMap(([name, value]: [string, unknown]) => {
    const isVector = name === 'action' || Array.isArray(value) || ArrayBuffer.isView(value)
    if (!isVector && typeof value !== 'number') return []
    const codec = isVector ? vector : finiteNumber
    const result = codec.validate(value, t.appendContext(context, name, codec, value))
    return isLeft(result) ? result.left : []
  })
})

/** A time step with the fields of a simulator or an operator. */
export const timeStep: Codec<TimeStep> = atLeast({
  kind: oneOf(['first', 'mid', 'last'] as const),
  observation: vector,
  reward: finiteNumber,
  terminated: yesOrNo,
  truncated: yesOrNo,
  previousAction: nullOr(sampledAction),
  index: nonNegativeInteger,
  time: finiteNumber,
})

/** A transition. */
export const transition = atLeast({
  observation: vector,
  sampled: sampledAction,
  reward: finiteNumber,
  nextObservation: vector,
  terminated: yesOrNo,
  truncated: yesOrNo,
})
