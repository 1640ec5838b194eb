/** `rivulet train --config`: the settings of a run that was made before, with those of the command line in their place. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Either, isLeft, left, map } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Failure } from '../edge/decode.js'
import { defaultsOf, type Values } from '../edge/settings.js'
import { robotTaskFailures } from '../environments/runTask.js'
import { conflict } from '../learners/algorithm.js'
import { algorithmNamed } from '../runs/algorithms.js'
import { type RunSettings, type RunVersions, settingsIn } from '../runs/config.js'
import { readConfigFile } from '../runs/configFile.js'
import { weightFiles } from '../runs/runFiles.js'
import { valueText } from './settingText.js'
import {
  completeNew,
  failuresByFlag,
  readRun,
  type RepeatedRun,
  type RepeatWords,
  type TrainRequest,
  type TrainWords,
} from './trainRequest.js'

/** The first weights of a run are those of the copy in its directory: the file that they came from may have changed. */
const withOwnWeights = (settings: RunSettings, config: string): RunSettings => {
  const copy = join(dirname(config), weightFiles.initial)
  return settings.weights !== undefined && existsSync(copy) ? { ...settings, weights: copy } : settings
}

/** The settings of a run on another engine, whose options have their defaults. */
const onEngine = (settings: RunSettings, engine: string): RunSettings => {
  if (settings.engine === engine) return settings
  const { engines } = algorithmNamed(settings.algorithm)
  const kept = Object.entries(settings).filter(([name]) => !Object.hasOwn(engines[settings.engine].options, name))
  return { ...(Object.fromEntries(kept) as RunSettings), engine, ...defaultsOf(engines[engine].options) }
}

/** All settings of a run in one record. */
const flat = ({ settings, taskOptions = {}, ...run }: RunSettings): Values => ({
  ...run,
  ...settings,
  ...Object.fromEntries(Object.entries(taskOptions).map(([name, value]) => [`taskOptions.${name}`, value])),
})

const changesOf = (before: RunSettings, after: RunSettings): readonly string[] => {
  const [was, is] = [flat(before), flat(after)]
  return Object.keys({ ...was, ...is })
    .filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]))
    .map((name) => `${name} ${textOf(is[name])} (was ${textOf(was[name])})`)
}

const textOf = (value: unknown): string => (value === undefined ? 'none' : valueText(value))

const completeRepeat = async ({
  config,
  task,
  options,
}: RepeatWords): Promise<Either<readonly Failure[], TrainRequest>> => {
  const read = await readConfigFile(config)()
  if (isLeft(read)) return left(failuresByFlag(read.left))
  const before = settingsIn(read.right)
  const refused = robotTaskFailures(task === undefined ? config : 'task', [task ?? before.task])
  if (refused.length > 0) return left(refused)
  const { algorithm = before.algorithm, engine = before.engine } = options
  if (algorithm !== before.algorithm) {
    return left([conflict('--algorithm', `${before.algorithm}, as in ${config}`, String(algorithm))])
  }
  const words = readRun(task ?? before.task, { ...options, algorithm, engine })
  if (isLeft(words)) return words
  const base = withOwnWeights(onEngine(before, words.right.engine), config)
  const repeated = (settings: RunSettings): RepeatedRun => ({
    config,
    versions: read.right,
    changes: changesOf(withOwnWeights(before, config), settings),
  })
  return pipe(
    await completeNew(words.right, base),
    map((request) => ({ ...request, repeated: repeated(request.settings) })),
  )
}

/**
 * Adds the defaults of the task, or the settings of the run that is repeated, to the words of `rivulet train`.
 *
 * Fails: a failure for a config that cannot be read, for each word that was refused, for settings that exclude each other, and for a learner
 * that does not fit into memory, before it is loaded or allocated.
 */
export const completeTrain = (words: TrainWords | RepeatWords): Promise<Either<readonly Failure[], TrainRequest>> =>
  'config' in words ? completeRepeat(words) : completeNew(words)

/** What differs between the versions that a run was made with and others, as `node v20.1.0 (now v24.2.0)`; what one lacks is no difference. */
const differences = (then: RunVersions, now: RunVersions): readonly string[] => {
  const [before, after] = [then, now].map(({ versions, commit }): Values => ({ ...versions, commit }))
  return Object.keys(before)
    .filter((name) => before[name] !== undefined && after[name] !== undefined && before[name] !== after[name])
    .map((name) => `${name} ${String(before[name])} (now ${String(after[name])})`)
}

/** What is said of a run that repeats another one: a line for what the command line changes, and one for versions that differ. */
export const repeatLines = ({ config, versions, changes }: RepeatedRun, now: RunVersions): readonly string[] => {
  const other = differences(versions, now)
  return [
    ...(changes.length === 0 ? [] : [`${config}: the command line changes ${changes.join(', ')}`]),
    ...(other.length === 0
      ? []
      : [`${config}: made with other versions, which may compute other numbers: ${other.join(', ')}`]),
  ]
}
