/** What `rivulet train` is asked to do: the one codec that reads its argument and all of its options. */
import { type Either, flatMap, left, map, mapLeft, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type TypeOfFields, closed, text, yesOrNo } from '../edge/codecs.js'
import { type Failure, decode, printable } from '../edge/decode.js'
import { type ByteOrder, byteOrder, unfitHome } from '../kernels/home.js'
import { fitting, fusedBytes, memoryLimit, taking, tensorFlowBytes } from '../learners/avg/avgBytes.js'
import {
  avgFields,
  defaultsFor,
  engineDefaults,
  engineFields,
  engineName,
  optionalRunFields,
  runFields,
  type RunSettings,
} from '../runs/config.js'
import type { Spec } from '../types.js'
import { flagOf, fromText, listFromText } from './textCodecs.js'

/** What `rivulet train` was asked to do. */
export interface TrainRequest {
  readonly settings: RunSettings
  /** Where the run is to be written; null for a directory named after the run. */
  readonly out: string | null
  readonly progress: boolean
}

const settingFields = {
  actorStepSize: fromText(avgFields.actorStepSize),
  criticStepSize: fromText(avgFields.criticStepSize),
  entropyCoefficient: fromText(avgFields.entropyCoefficient),
  discount: fromText(avgFields.discount),
  adamBeta1: fromText(avgFields.adamBeta1),
  hidden: listFromText(avgFields.hidden),
  normalizePenultimate: avgFields.normalizePenultimate,
  scaleTdError: avgFields.scaleTdError,
  returnEndsAt: avgFields.returnEndsAt,
  logStdReading: avgFields.logStdReading,
}

const runOptionFields = {
  steps: fromText(runFields.steps),
  seed: fromText(runFields.seed),
  algorithm: runFields.algorithm,
  actionRange: runFields.actionRange,
  normalizeObservation: runFields.normalizeObservation,
  weights: optionalRunFields.weights,
}

const required = { task: runFields.task }
const engineOptionFields = {
  engine: engineName,
  ...engineFields.fused,
  threads: fromText(engineFields.fused.threads),
  ...engineFields.tfjs,
}
const optional = { ...runOptionFields, ...engineOptionFields, ...settingFields, out: text, progress: yesOrNo }
const codec = closed(required, optional)

/** A codec for the argument and each option of `train`, by name. */
export const trainFields = { ...required, ...optional }

/** A failure by the name of the word that it is about. */
const named = (failure: Failure): Failure =>
  failure.path in optional ? { ...failure, path: flagOf(failure.path) } : failure

/** Failures of a run's directory, by the name of its option. */
export const namedFailures = (failures: readonly Failure[]): readonly Failure[] => failures.map(named)

/** The fields of `from` that go by the names of `fields`, where they are there. */
const pick = <A extends object, F extends object>(from: A, fields: F) =>
  Object.fromEntries(Object.entries(from).filter(([name]) => name in fields)) as Pick<A, keyof A & keyof F>

/** What computes, as written; an option of the other engine is refused, since it would do nothing. */
const readEngine = (written: Partial<TypeOfFields<typeof engineOptionFields>>, order: ByteOrder) => {
  const { engine = 'fused', kernels, threads, backend } = written
  const excess = engine === 'fused' ? { backend } : { kernels, threads }
  const failures = Object.entries(excess).flatMap(([path, got]): Failure[] =>
    got === undefined
      ? []
      : [{ path, expected: `nothing with --engine ${engine}`, got: printable(got), nearest: null }],
  )
  if (engine === 'fused' && kernels === 'typescript' && threads === 2) {
    failures.push({ path: 'threads', expected: '1 with --kernels typescript', got: '2', nearest: null })
  }
  const unfit = engine === 'fused' ? unfitHome({ kernels, threads }, order) : null
  if (unfit !== null) failures.push({ path: unfit.name, expected: unfit.expected, got: unfit.got, nearest: null })
  if (backend === 'wasm' && order === 'big') {
    failures.push({ path: 'backend', expected: 'cpu on a big-endian machine', got: 'wasm', nearest: null })
  }
  if (failures.length > 0) return left(failures)
  return right(
    engine === 'fused'
      ? { ...engineDefaults.fused, ...pick(written, engineFields.fused) }
      : { ...engineDefaults.tfjs, ...pick(written, engineFields.tfjs) },
  )
}

/** The shapes of a task, if an agent for them fits into memory; asked before anything is allocated. */
export const fittingMemory = ({ engine, settings }: RunSettings, spec: Spec): Either<readonly Failure[], Spec> => {
  const bytes = engine === 'fused' ? fusedBytes(spec, settings) : tensorFlowBytes(spec, settings)
  const { hidden } = settings
  return bytes <= memoryLimit
    ? right(spec)
    : left(namedFailures([{ path: 'hidden', expected: fitting, got: taking(hidden, bytes), nearest: null }]))
}

/**
 * Reads a task and options as they were written.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readTrain = (
  task: string | undefined,
  options: object,
  order: ByteOrder = byteOrder(),
): Either<readonly Failure[], TrainRequest> =>
  pipe(
    { ...options, task },
    decode(codec),
    flatMap((written) =>
      pipe(
        readEngine(written, order),
        map((engine) => {
          const { settings, kernels: _ofItsEngine, threads: _likewise, ...defaults } = defaultsFor(written.task)
          return {
            settings: {
              ...defaults,
              ...pick(written, runOptionFields),
              ...engine,
              settings: { ...settings, ...pick(written, settingFields) },
            },
            out: written.out ?? null,
            progress: written.progress ?? true,
          }
        }),
      ),
    ),
    mapLeft(namedFailures),
  )
