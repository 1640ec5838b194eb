import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { parse } from '../../src/cli/parse.js'
import { completeTrain } from '../../src/cli/repeatRequest.js'
import type { TrainRequest, TrainWords } from '../../src/cli/trainRequest.js'
import { renderFailure } from '../../src/edge/decode.js'
import type { Values } from '../../src/edge/settings.js'
import { type TaskId, taskSpec } from '../../src/environments/tasks.js'
import { algorithmNames } from '../../src/runs/algorithms.js'
import { defaultsFor } from '../../src/runs/config.js'
import { rivuletVersion } from '../../src/runs/versions.js'

const parsed = (line: string) => parse(line.split(' ').filter((word) => word !== ''))
const printed = (line: string): string => {
  const result = parsed(line)
  return !isLeft(result) && result.right.name === 'print' ? String(result.right.asked) : ''
}
const asked = async (line: string): Promise<TrainRequest> => {
  const result = parsed(line)
  if (isLeft(result)) throw new Error(result.left.map(renderFailure).join('\n'))
  if (result.right.name !== 'train') throw new Error(`${result.right.name} was asked for`)
  const request = await completeTrain(result.right.asked as TrainWords)
  if (isLeft(request)) throw new Error(request.left.map(renderFailure).join('\n'))
  return request.right
}
const defaultsOfTask = async (task: TaskId) => defaultsFor(await taskSpec(task))

describe('rivulet train', () => {
  it('has a default for each option', async () => {
    const spec = await taskSpec('Hopper-v4')
    expect(await asked('train Hopper-v4')).toEqual({
      settings: defaultsFor(spec),
      spec,
      out: null,
      progress: true,
      checkpointEvery: null,
      tensorboard: false,
      log: 'text',
      dashboard: null,
    })
  })

  it('takes every option, before the task or after it', async () => {
    const spec = await taskSpec('Pendulum-v1')
    const defaults = defaultsFor(spec)
    const line =
      'train --steps 1e3 --seed 9007199254740991 Pendulum-v1 --out a/b --algorithm avg --actor-step-size 1e-3 ' +
      '--critic-step-size=.5 --entropy-coefficient 0 --discount 1 --adam-beta1 0.9 --adam-beta2 .99 --adam-epsilon 1e-6 ' +
      '--hidden 64,32 --no-progress --tensorboard --log json --dashboard 8080 ' +
      '--no-normalize-observation --no-normalize-penultimate --no-scale-td-error --action-range clip ' +
      '--return-ends-at episode --log-std-reading deviation --checkpoint-every 500 ' +
      '--variance-estimator sample --clip-observation 10 --normalize-reward stream-ac --clip-reward .5 --append-time'
    expect(await asked(line)).toEqual({
      settings: {
        ...defaults,
        steps: 1000,
        seed: 2 ** 53 - 1,
        actionRange: 'clip',
        normalizeObservation: false,
        varianceEstimator: 'sample',
        clipObservation: 10,
        normalizeReward: 'stream-ac',
        clipReward: 0.5,
        appendTime: true,
        settings: {
          ...defaults.settings,
          hidden: [64, 32],
          actorStepSize: 1e-3,
          criticStepSize: 0.5,
          entropyCoefficient: 0,
          discount: 1,
          adamBeta1: 0.9,
          adamBeta2: 0.99,
          adamEpsilon: 1e-6,
          normalizePenultimate: false,
          scaleTdError: false,
          returnEndsAt: 'episode',
          logStdReading: 'deviation',
        },
      },
      spec,
      out: 'a/b',
      progress: false,
      checkpointEvery: 500,
      tensorboard: true,
      log: 'json',
      dashboard: 8080,
    })
  })

  it('takes any free port for the page of the run, unless one is named', async () => {
    expect(await asked('train Hopper-v4 --dashboard --no-progress')).toMatchObject({ dashboard: 0, progress: false })
    expect(await asked('train Hopper-v4 --dashboard=0')).toMatchObject({ dashboard: 0 })
  })

  it('takes none in the place of a bound', async () => {
    const { settings } = await asked('train Hopper-v4 --clip-observation 5 --clip-observation none --clip-reward none')
    expect(settings).toMatchObject({ clipObservation: 'none', clipReward: 'none' })
  })

  it('takes both options of a boolean; the last one counts', async () => {
    const { settings } = await asked(
      'train Hopper-v4 --scale-td-error --no-normalize-penultimate --normalize-penultimate',
    )
    expect(settings.settings).toMatchObject({ scaleTdError: true, normalizePenultimate: true })
    const other = await asked('train Hopper-v4 --normalize-observation --no-normalize-observation')
    expect(other.settings.normalizeObservation).toBe(false)
  })
})

describe('the engine', () => {
  it('is fused, with the option kernels, and with --engine tfjs has the option backend', async () => {
    const defaults = await defaultsOfTask('Hopper-v4')
    const settings = async (words: string) => (await asked(`train Hopper-v4 ${words}`)).settings
    expect(defaults).toMatchObject({ kernels: 'webassembly', threads: 1 })
    expect(await settings('--kernels typescript')).toEqual({ ...defaults, kernels: 'typescript' })
    expect(await settings('--threads 2')).toEqual({ ...defaults, threads: 2 })
    expect(await settings('--engine fused')).toEqual(defaults)
    const { kernels: _ofFused, threads: _likewise, ...shared }: Values = defaults
    expect(await settings('--engine tfjs')).toEqual({ ...shared, engine: 'tfjs', backend: 'wasm' })
    const onCpu = { ...shared, engine: 'tfjs', backend: 'cpu', steps: 5 }
    expect(await settings('--backend cpu --engine tfjs --steps 5')).toEqual(onCpu)
  })
})

describe('printed text', () => {
  it('help names the commands, and its own example is a line that it takes', async () => {
    const help = printed('--help')
    expect(help).toContain('train [options] [task]')
    expect(help).toContain('tasks')
    expect(printed('help')).toBe(help)
    expect(printed('help train')).toBe(printed('train --help'))
    expect((await asked(/^ {2}rivulet (train .*)$/m.exec(help)?.[1] ?? '')).settings.task).toBe('Pendulum-v1')
  })

  it('help of train states defaults, and its own example is a line that it takes', async () => {
    const help = printed('train --help')
    const defaults = ['100000', '(default: 1)', "the paper's", '3e-4', '256,256', 'clip', 'covariance', 'runs/', '1e-8']
    for (const stated of [...defaults, 'Settings of avg:', 'rivulet algorithms lists all']) {
      expect(help).toContain(stated)
    }
    // For a boolean only the option that changes the default is shown.
    expect(help).toContain('--no-scale-td-error')
    expect(help).not.toContain('  --scale-td-error')
    expect((await asked(/^ {2}rivulet (train .*)$/m.exec(help)?.[1] ?? '')).settings.seed).toBe(7)
  })

  it('short flags print the same', () => {
    expect(printed('-h')).toBe(printed('--help'))
    for (const name of ['train', 'resume', 'plot', 'report', 'tasks', 'algorithms', 'convert', 'bench'])
      expect(printed(`${name} -h`)).toBe(printed(`${name} --help`))
    expect(printed('-v')).toBe(printed('--version'))
  })

  it('the version is that of the package', () => {
    expect(printed('--version').trim()).toBe(rivuletVersion())
  })
})

describe('refused lines', () => {
  const task = 'task: expected a task (rivulet tasks lists them)'
  it.each([
    [
      '',
      [
        'command: expected one of train, resume, sweep, compare, evaluate, plot, report, tasks, algorithms, convert, robot, simulate, bench; got nothing',
      ],
    ],
    [
      'trian Hopper-v4',
      [
        'command: expected one of train, resume, sweep, compare, evaluate, plot, report, tasks, algorithms, convert, robot, simulate, bench; got "trian"; nearest: train',
      ],
    ],
    ['train', [`${task}; got nothing`]],
    ['train Hoper-v4', [`${task}; got "Hoper-v4"; nearest: Hopper-v4`]],
    ['train cheetah', [`${task}; got "cheetah"; nearest: HalfCheetah-v4`]],
    [
      'train Hopper-v4 --stpes 5',
      [`unknown option '--stpes' for 'rivulet train'; see 'rivulet train --help'; nearest: --steps`],
    ],
    [
      'train --actor-stepsize=5',
      [
        `unknown option '--actor-stepsize=5' for 'rivulet train'; see 'rivulet train --help'; nearest: --actor-step-size`,
      ],
    ],
    ['tasks Hoper-v4', ['task: expected a task (rivulet tasks lists them); got "Hoper-v4"; nearest: Hopper-v4']],
    ['tasks --verbose', [`unknown option '--verbose' for 'rivulet tasks'; see 'rivulet tasks --help'`]],
    ['--verison', [`unknown option '--verison' for 'rivulet'; see 'rivulet --help'; nearest: --version`]],
    // An error names the command of the line, even if names of other commands are among the words.
    [
      'convert train --sede tasks',
      [`unknown option '--sede' for 'rivulet convert'; see 'rivulet convert --help'; nearest: --help`],
    ],
    [
      'bench --only train --task',
      [`unknown option '--task' for 'rivulet bench'; see 'rivulet bench --help'; nearest: --tasks`],
    ],
    ['-x train Hopper-v4', [`unknown option '-x' for 'rivulet'; see 'rivulet --help'`]],
    [
      '--steps 5 train Hopper-v4',
      ['option: expected options of train after its name, as in rivulet train --steps; got "--steps"'],
    ],
    [
      '--no-progress train Hopper-v4',
      ['option: expected options of train after its name, as in rivulet train --no-progress; got "--no-progress"'],
    ],
    [
      '--json=1 bench',
      ['option: expected options of bench after its name, as in rivulet bench --json; got "--json=1"'],
    ],
    [
      'help trian',
      [
        'command: expected one of train, resume, sweep, compare, evaluate, plot, report, tasks, algorithms, convert, robot, simulate, bench; got "trian"; nearest: train',
      ],
    ],
    ['help train Hopper-v4', ['argument 2: expected no more arguments; got "Hopper-v4"']],
    ['bench --only', ['--only: expected one of pipeline, simulator, kernels, learner; got nothing']],
    ['bench --rounds', ['--rounds: expected a positive integer; got nothing']],
    ['train Hopper-v4 --seed 1e-400', ['--seed: expected an integer from 0 to 2^53 - 1; got "1e-400"']],
    ['train Hopper-v4 --steps', ['--steps: expected a positive integer; got nothing']],
    ['train Hopper-v4 v4', ['argument 2: expected no more arguments; got "v4"']],
    [
      'tasks Hopper-v4 of all',
      ['argument 2: expected no more arguments; got "of"', 'argument 3: expected no more arguments; got "all"'],
    ],
    ['train Hopper-v4 --steps -5', ['--steps: expected a positive integer; got "-5"']],
    ['train Hopper-v4 --steps many', ['--steps: expected a positive integer; got "many"']],
    ['train Hopper-v4 --steps 0.5', ['--steps: expected a positive integer; got "0.5"']],
    ['train Hopper-v4 --seed -1', ['--seed: expected an integer from 0 to 2^53 - 1; got "-1"']],
    [
      'train Hopper-v4 --seed 9007199254740992',
      ['--seed: expected an integer from 0 to 2^53 - 1; got "9007199254740992"'],
    ],
    ['train Hopper-v4 --actor-step-size NaN', ['--actor-step-size: expected a positive number; got "NaN"']],
    ['train Hopper-v4 --critic-step-size Infinity', ['--critic-step-size: expected a positive number; got "Infinity"']],
    ['train Hopper-v4 --entropy-coefficient -1', ['--entropy-coefficient: expected a number >= 0; got "-1"']],
    ['train Hopper-v4 --discount 1.5', ['--discount: expected a number >= 0 and <= 1; got "1.5"']],
    ['train Hopper-v4 --adam-beta1 1', ['--adam-beta1: expected a number >= 0 and < 1; got "1"']],
    [
      'train Hopper-v4 --hidden 256,x',
      ['--hidden: expected one or more positive integers, joined by commas; got "256,x"'],
    ],
    ['train Hopper-v4 --hidden=', ['--hidden: expected one or more positive integers, joined by commas; got ""']],
    ['train Hopper-v4 --out=', ['--out: expected a text; got ""']],
    ['train Hopper-v4 --engine tensorflow', ['--engine: expected one of fused, tfjs; got "tensorflow"']],
    [
      'train Hopper-v4 --engine tfjs --backend wsam',
      ['--backend: expected one of tensorflow, wasm, cpu; got "wsam"; nearest: wasm'],
    ],
    ['train Hopper-v4 --backend cpu', ['--backend: expected nothing with --engine fused; got "cpu"']],
    ['train Hopper-v4 --threads 3', ['--threads: expected 1 or 2; got "3"']],
    [
      'train Hopper-v4 --threads 2 --kernels typescript',
      ['--threads: expected 1 with the kernels in TypeScript; got 2'],
    ],
    ['train Hopper-v4 --engine tfjs --threads 2', ['--threads: expected nothing with --engine tfjs; got 2']],
    [
      'train Hopper-v4 --engine tfjs --kernels typescript',
      ['--kernels: expected nothing with --engine tfjs; got "typescript"'],
    ],
    ['train Hopper-v4 --algorithm dqn', [`--algorithm: expected one of ${algorithmNames.join(', ')}; got "dqn"`]],
    [
      'train Hopper-v4 --action-range clipped',
      ['--action-range: expected one of clip, rescale; got "clipped"; nearest: clip'],
    ],
    [
      'train Hoper-v4 --steps x --discount 2',
      [
        `${task}; got "Hoper-v4"; nearest: Hopper-v4`,
        '--steps: expected a positive integer; got "x"',
        '--discount: expected a number >= 0 and <= 1; got "2"',
      ],
    ],
  ])('%s', (line, lines) => {
    const result = parsed(line)
    expect(isLeft(result) ? result.left.map(renderFailure) : []).toEqual(lines)
  })
})
