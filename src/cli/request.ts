/** What `rivulet train` is asked to do: the one codec that reads its argument and all of its options. */
import { type Either, map, mapLeft } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { closed, text, yesOrNo } from '../codecs.js'
import { type Failure, decode } from '../decode.js'
import { avgFields, defaultsFor, runFields, type RunSettings } from '../runs/config.js'
import { fromText, listFromText } from './text.js'

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
  kernels: runFields.kernels,
  normalizeObservation: runFields.normalizeObservation,
}

const required = { task: runFields.task }
const optional = { ...runOptionFields, ...settingFields, out: text, progress: yesOrNo }
const codec = closed(required, optional)

/** The name of an option as it is written: `--actor-step-size`. */
const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** A failure by the name of the word that it is about. */
const named = (failure: Failure): Failure =>
  failure.path in optional ? { ...failure, path: flagOf(failure.path) } : failure

/** Failures of a run's directory, by the name of its option. */
export const namedFailures = (failures: readonly Failure[]): readonly Failure[] => failures.map(named)

/** What an option or argument expects, by its flag or name. */
export const expectedOf = (written: string): string | null => {
  const found = Object.entries({ ...required, ...optional }).find(
    ([name]) => name === written || flagOf(name) === written,
  )
  return found === undefined ? null : found[1].name
}

/** The fields of `from` that go by the names of `fields`, where they are there. */
const pick = <A extends object, F extends object>(from: A, fields: F) =>
  Object.fromEntries(Object.entries(from).filter(([name]) => name in fields)) as Pick<A, keyof A & keyof F>

/**
 * Reads a task and options as they were written.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readTrain = (task: string | undefined, options: object): Either<readonly Failure[], TrainRequest> =>
  pipe(
    { ...options, task },
    decode(codec),
    map((written) => {
      const defaults = defaultsFor(written.task)
      const settings = { ...defaults.settings, ...pick(written, settingFields) }
      return {
        settings: { ...defaults, ...pick(written, runOptionFields), settings },
        out: written.out ?? null,
        progress: written.progress ?? true,
      }
    }),
    mapLeft(namedFailures),
  )
