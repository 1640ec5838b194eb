/** The description in the metadata of a saved policy: its codec, which has a version, and its text. JSON has no infinities: they are texts. */
import * as t from 'io-ts'
import {
  anyRecord,
  type Codec,
  closed,
  finiteNumber,
  finiteNumbers,
  guarded,
  listOf,
  nonNegativeInteger,
  oneBy,
  oneOf,
  only,
  orNone,
  positiveInteger,
  positiveNumber,
  text,
  yesOrNo,
} from '../../edge/codecs.js'
import type { Vector, VectorSpec } from '../../types.js'
import { actorDescriptionCodec } from '../parts/actorDescription.js'
import type { SavedPolicy } from './savedPolicy.js'

/** The version that is written; earlier ones would stay in the codec, so that they can still be read. */
const VERSION = '1'

const infinities = new Map([
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
])

/** A number, or the text of an infinity in the place of one. */
const orInfinite = (codec: Codec<number>, words: readonly string[]): Codec<number> =>
  new t.Type<number, unknown, unknown>(
    `${codec.name}, or ${words.join(' or ')}`,
    (input): input is number => typeof input === 'number' && !Number.isNaN(input),
    (input, context) => {
      if (codec.is(input)) return t.success(input)
      const word = words.find((each) => each === input)
      return word === undefined ? t.failure(input, context) : t.success(infinities.get(word) ?? 0)
    },
    t.identity,
  )

const bounds = listOf(orInfinite(finiteNumber, [...infinities.keys()]), 'bounds')
const texts = listOf(text, 'texts')
const vector = closed({ names: texts, units: texts, low: bounds, high: bounds })
const versions = guarded('an object of texts', (input): input is Readonly<Record<string, string>> =>
  t.record(t.string, t.string).is(input),
)

/** The codec of a description. */
export const policyDescription = oneBy('version', {
  [VERSION]: closed({
    version: only(VERSION),
    world: closed(
      {
        task: text,
        observation: vector,
        action: vector,
        stepSeconds: positiveNumber,
        stepLimit: orInfinite(positiveInteger, ['Infinity']),
      },
      { taskOptions: anyRecord },
    ),
    observation: closed(
      { clip: orNone(positiveNumber), appendTime: yesOrNo },
      { moments: closed({ mean: finiteNumbers(), variance: finiteNumbers() }) },
    ),
    actor: actorDescriptionCodec,
    actionRange: oneOf(['clip', 'rescale']),
    provenance: closed(
      {},
      {
        algorithm: text,
        engine: text,
        options: anyRecord,
        settings: anyRecord,
        seed: nonNegativeInteger,
        steps: nonNegativeInteger,
        versions,
        platform: text,
        architecture: text,
        commit: text,
        cpu: text,
      },
    ),
  }),
})

/** A decoded description. */
export type PolicyDescription = t.TypeOf<typeof policyDescription>

type DescribedVector = PolicyDescription['world']['action']

const vectorOf = ({ names, units, low, high }: DescribedVector): VectorSpec => ({
  size: names.length,
  low,
  high,
  names,
  units,
})

/** Everything of a policy but its weights. */
export const describedPolicy = ({
  world,
  observation: { moments, clip, appendTime },
  actor,
  actionRange,
  provenance,
}: PolicyDescription): Omit<SavedPolicy, 'tensors'> => ({
  spec: {
    name: world.task,
    observation: vectorOf(world.observation),
    action: vectorOf(world.action),
    stepSeconds: world.stepSeconds,
    stepLimit: world.stepLimit,
    ...(world.taskOptions !== undefined && { taskOptions: world.taskOptions }),
  },
  observation: { moments: moments ?? null, clip: clip === 'none' ? null : clip, appendTime },
  actor,
  actionRange,
  provenance,
})

const written = (value: number): number | string => (Number.isFinite(value) ? value : String(value))
const writtenVector = ({ names, units, low, high }: VectorSpec) => {
  const writtenBounds = (values: Vector) => Array.from(values, written)
  return { names, units, low: writtenBounds(low), high: writtenBounds(high) }
}

/** The JSON of a description, for the same policy the same text. */
export const descriptionText = ({ spec, observation, actor, actionRange, provenance }: SavedPolicy): string => {
  const { name, stepSeconds, stepLimit, taskOptions } = spec
  const { moments, clip, appendTime } = observation
  return JSON.stringify({
    version: VERSION,
    world: {
      task: name,
      observation: writtenVector(spec.observation),
      action: writtenVector(spec.action),
      stepSeconds,
      stepLimit: written(stepLimit),
      ...(taskOptions !== undefined && { taskOptions }),
    },
    observation: { clip: clip ?? 'none', appendTime, ...(moments === null ? {} : { moments }) },
    actor,
    actionRange,
    provenance,
  })
}
