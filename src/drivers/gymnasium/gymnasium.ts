/** A driver of an environment of Gymnasium, which runs in a Python process. */
import { DriverError, reason } from '../../failure.js'
import { gymnasiumPrefix } from '../../environments/runTask.js'
import { checkRandom } from '../../random.js'
import { described } from '../../restored.js'
import type { Random, Vector } from '../../types.js'
import { awaited, type AwaitedDriver, type AwaitedOptions } from '../awaited.js'
import type { SimulatedStep } from '../drive.js'
import type { Decision } from '../loopWorld.js'
import { type Environment, environmentOf, refusalText } from './environmentSpec.js'
import { longestOutcome, outcomeOf } from './outcome.js'
import { type PythonProcess, pythonProcess } from './pythonProcess.js'
import { pythonProgram } from './pythonProgram.js'

/** How an environment is opened. */
export interface GymnasiumOptions extends Pick<AwaitedOptions<SimulatedStep>, 'schedule' | 'patience'> {
  /** The random number generator of the seeds that `reset` gets. */
  readonly random: Random
  /** The Python that has the package gymnasium: a path, or a name that is looked up in PATH. The default is `python3`. */
  readonly python?: string
  /** The working directory of Python, in which modules are looked for as well. The default is that of this process. */
  readonly directory?: string
  /** Modules that are imported first, such as one that registers environments. The default is none. */
  readonly modules?: readonly string[]
  /** Keyword arguments of `gymnasium.make`, in what JSON can say. The default is none. */
  readonly taskOptions?: Readonly<Record<string, unknown>>
  /** Milliseconds that the start of Python, a reset or a step may take; Infinity waits for ever. The default is 60,000. */
  readonly within?: number
  /** Where the environment's standard output goes; the default is `stdout`. Its standard error stream goes to that of this process. */
  readonly output?: 'stdout' | 'stderr'
}

/** A driver of an environment in Python. Its steps have the numbers in the environment's `info`. */
export interface GymnasiumDriver extends AwaitedDriver<SimulatedStep> {
  /** The version of the package gymnasium. */
  readonly version: string
}

/** Kinds of requests and replies; `pythonProgram` says what is in them. */
const RESET = 0
const STEP = 1
const DESCRIPTION = 0

/** The most bytes of a description. */
const LONGEST_DESCRIPTION = 2 ** 26
/** Seeds are integers below this, which every version of NumPy accepts. */
const SEEDS = 2 ** 31

/** Options that were given stand in the spec, as those of the other tasks do. */
const withOptions = (environment: Environment, taskOptions: Readonly<Record<string, unknown>>): Environment =>
  Object.keys(taskOptions).length === 0 ? environment : { ...environment, spec: { ...environment.spec, taskOptions } }

/** Starts Python, and reads what the environment says of itself. */
const open = async (
  id: string,
  {
    python = 'python3',
    directory,
    modules = [],
    taskOptions = {},
    within = 60_000,
    output = 'stdout',
  }: Omit<GymnasiumOptions, 'random'>,
): Promise<readonly [process: PythonProcess, environment: Environment]> => {
  if (typeof id !== 'string' || id === '') throw new TypeError(`gymnasium: expected an id, got ${described(id)}`)
  const owner = gymnasiumPrefix + id
  if (!(within > 0)) throw new RangeError(`${owner}: within: expected milliseconds above 0, or Infinity, got ${within}`)
  const words = [
    '-u',
    '-X',
    'faulthandler',
    '-c',
    pythonProgram,
    id,
    JSON.stringify(modules),
    JSON.stringify(taskOptions),
  ]
  const process = await pythonProcess({ owner, python, directory, words, within, output })
  try {
    const environment = await process.first({ what: 'its start', longest: LONGEST_DESCRIPTION }, ({ kind, body }) => {
      if (kind !== DESCRIPTION) throw new DriverError(`${owner}: ${reason(refusalText(python, body))}`)
      return withOptions(environmentOf(owner, body), taskOptions)
    })
    return [process, environment]
  } catch (error) {
    process.close()
    throw error
  }
}

/**
 * The spec of an environment. Python is started, and ended again.
 *
 * Fails: as `gymnasium`.
 */
export const gymnasiumSpec = async (id: string, options: Omit<GymnasiumOptions, 'random'> = {}) => {
  const [process, { spec }] = await open(id, options)
  process.close()
  return spec
}

/**
 * A driver of an environment of Gymnasium, in a Python process of its own.
 *
 *     const world = await gymnasium('Pendulum-v1', { random: seeded(1)('environment') })
 *
 * An id of the form `module:Name-v0` is that of an environment of your own, which the module registers when it is imported. It is looked for
 * in the working directory as well. Close the world after its use. The process ends with this one, however that ends.
 *
 * Memory: the environment's, which cannot be saved: the driver has no `snapshot`.
 * Numbers: each `reset` gets a seed, an integer below 2^31, from `random`; so the k-th episode is the same for the same seed. Observations are
 * flattened in NumPy's order, and are float32 where their space is, otherwise float64; actions are rounded to the float type of their space.
 * `stepSeconds` is the environment's `dt`, otherwise 1 / `render_fps`, otherwise 1. The last observation of an episode is the environment's
 * own. Of `info` the numbers are passed on. Rewards are float64.
 * Fails: rejects with one line if Python or the package is absent, if the environment cannot be made, or if one of its spaces is no Box.
 * Later as `awaited` does; with a DriverError that names the step if the process ends, with its exit code or signal and the last line of the
 * traceback, or if a step takes longer than `within`: the process is killed then.
 */
export const gymnasium = async (id: string, options: GymnasiumOptions): Promise<GymnasiumDriver> => {
  checkRandom('gymnasium', 'random', (options as GymnasiumOptions | undefined)?.random, 'environment')
  const { random, schedule, patience } = options
  const [process, environment] = await open(id, options)
  const { spec, floats, version } = environment
  const longest = longestOutcome(environment)
  const seed = Buffer.alloc(8)
  const action = Buffer.alloc((spec.action.size * floats.action) / 8)
  let actions = 0

  const resetBody = (): Buffer => {
    seed.writeDoubleLE(Math.floor(random.uniform() * SEEDS))
    return seed
  }
  const actionBody = (command: Vector): Buffer => {
    for (let i = 0; i < command.length; i++) {
      if (floats.action === 32) action.writeFloatLE(command[i], 4 * i)
      else action.writeDoubleLE(command[i], 8 * i)
    }
    return action
  }

  const next = async (decision: Decision, index: number): Promise<SimulatedStep> => {
    const begins = decision.kind === 'begin'
    const what = `step ${index}`
    const request = begins
      ? { what, longest, kind: RESET, body: resetBody() }
      : { what, longest, kind: STEP, body: actionBody(decision.command) }
    const outcome = await process.ask(request, (reply) => outcomeOf(`${spec.name}: ${what}`, reply, environment))
    if (!begins) actions += 1
    return {
      kind: begins ? 'first' : outcome.terminated || outcome.truncated ? 'last' : 'mid',
      ...outcome,
      previousAction: begins ? null : decision.sampled,
      index,
      time: actions * spec.stepSeconds,
    }
  }

  const driver = awaited<SimulatedStep>({
    spec,
    next,
    stop: () => process.idle(),
    close: () => process.close(),
    ...(schedule === undefined ? {} : { schedule }),
    ...(patience === undefined ? {} : { patience }),
  })
  return { ...driver, version }
}
