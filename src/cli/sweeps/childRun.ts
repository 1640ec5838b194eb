/** One run of a sweep in a process of its own: its words, and what its log says. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { finiteNumber } from '../../edge/codecs.js'
import { isGymnasiumTask } from '../../environments/runTask.js'
import { mean } from '../../mean.js'
import { algorithmNamed } from '../../runs/algorithms.js'
import type { Values } from '../../edge/settings.js'
import type { Found } from '../../runs/sweep/foundRun.js'
import type { PlannedRun } from '../../runs/sweep/plannedRuns.js'
import type { SweepLogEntry } from '../../runs/sweep/sweepLog.js'
import type { Child, ChildEnd, StartChild } from '../childProcess.js'
import { negationOf, optionWords, valueText } from '../settingText.js'
import { noReturns, type Returns, withReturn } from '../summary.js'
import { flagOf } from '../textCodecs.js'

/** A run to carry out. */
export interface SweepJob {
  readonly run: PlannedRun
  readonly directory: string
  /** What its directory has. */
  readonly found: Found
  /** The Python of an environment of Gymnasium; left out for the one in PATH. */
  readonly python?: string
  /** Actions from one checkpoint to the next; null for those of about a minute. */
  readonly checkpointEvery: number | null
}

const optionOf = ([name, value]: readonly [string, unknown]): readonly string[] => {
  if (name === 'taskOptions') return optionWords(value as Values).flatMap((word) => ['--task-option', word])
  if (value === true) return [flagOf(name)]
  return value === false ? [negationOf(name)] : [flagOf(name), valueText(value)]
}

/** The words of the command that carries a run out. */
export const wordsOf = ({
  run: { settings, written },
  directory,
  found,
  checkpointEvery,
  python,
}: SweepJob): readonly string[] => {
  const { task, algorithm, steps, seed } = settings
  const records = [
    '--log',
    'json',
    '--no-progress',
    ...(checkpointEvery === null ? [] : ['--checkpoint-every', String(checkpointEvery)]),
  ]
  if (found === 'begun') return ['resume', directory, '--steps', String(steps), ...records]
  const own: Values = { algorithm: algorithmNamed(algorithm).name, steps, seed, ...written, out: directory }
  const inPython = python !== undefined && isGymnasiumTask(task) ? ['--python', python] : []
  return ['train', task, ...Object.entries(own).flatMap(optionOf), ...inPython, ...records]
}

/** How far a run came. */
export interface RunExtent {
  readonly executed: number
  readonly seconds: number
  /** Of the episodes that its process saw. */
  readonly returns: Returns
}

/** A run that goes on. */
export interface RunningChild {
  readonly child: Child
  readonly extent: () => RunExtent
}

const parsed = (line: string): Values => {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** The extent after one more line of a log. Events of other kinds, and numbers that are not finite, change nothing. */
const after = (extent: RunExtent, line: string): RunExtent => {
  const { event, step, seconds, return: sum } = parsed(line)
  const reached = finiteNumber.is(step) && finiteNumber.is(seconds) ? { ...extent, executed: step, seconds } : extent
  return event === 'episode' && finiteNumber.is(sum)
    ? { ...reached, returns: withReturn(reached.returns, sum) }
    : reached
}

/** Starts the process of a run; `onProgress` is called when its log says that it came further. */
export const startRun = async (start: StartChild, job: SweepJob, onProgress: () => void): Promise<RunningChild> => {
  // What cannot go on begins again.
  if (job.found === 'lost') rmSync(job.directory, { recursive: true, force: true })
  let extent: RunExtent = { executed: 0, seconds: 0, returns: noReturns }
  const child = await start(wordsOf(job), (line) => {
    extent = after(extent, line)
    onProgress()
  })
  return { child, extent: () => extent }
}

/** Why a process failed, in one line. */
export const reasonOf = ({ code, signal, errors }: ChildEnd): string => {
  const lines = errors.split('\n')
  const own = lines.filter((line) => line.startsWith('rivulet: ')).map((line) => line.slice('rivulet: '.length))
  if (own.length > 0) return own.join('; ')
  const fatal = lines.filter((line) => line.startsWith('FATAL ERROR: '))
  return [
    signal === null ? `its process ended with the exit code ${code}` : `its process was ended by ${signal}`,
    ...fatal,
  ].join('; ')
}

/** The entry of a run in the log of a sweep. */
export const entryOf = (
  { name }: PlannedRun,
  { executed, seconds, returns: { last } }: RunExtent,
  error: string | null,
): SweepLogEntry => ({
  run: name,
  outcome: error === null ? 'finished' : 'failed',
  steps: executed,
  seconds,
  ...(last.length > 0 && { meanReturn: mean(last) }),
  ...(error !== null && { error }),
})

/** The directory of a run of a sweep. */
export const directoryOf = (out: string, { name }: Pick<PlannedRun, 'name'>): string => join(out, name)
