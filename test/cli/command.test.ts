import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { lastValueFrom } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { decode } from '../../src/edge/decode.js'
import { simulate } from '../../src/drivers/simulate.js'
import { runConfig, type RunConfig } from '../../src/runs/config.js'
import { openAgent, environmentRandom, train, trainCells } from '../../src/runs/train.js'
import { program, rivulet, started } from './program.js'

// Each test trains in a process of its own, which is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-command-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const small = ['train', 'Pendulum-v1', '--hidden', '8,8']
const head = 'episode,step,length,return,terminated,seconds'

const linesOf = (path: string): string[] => readFileSync(join(place, path, 'episodes.csv'), 'utf8').split('\n')
const withoutSeconds = (lines: readonly string[]): string[] => lines.map((line) => line.slice(0, line.lastIndexOf(',')))
const configIn = (path: string): RunConfig => {
  const config = decode(runConfig)(JSON.parse(readFileSync(join(place, path, 'config.json'), 'utf8')))
  if (isLeft(config)) throw new Error(JSON.stringify(config.left))
  return config.right
}

describe('a run', () => {
  let run: ReturnType<typeof rivulet>
  beforeAll(() => {
    run = rivulet([...small, '--steps', '450', '--out', 'run'], place)
  })

  it('succeeds, and prints in one sentence the change of the return and the directory', () => {
    expect(run.status).toBe(0)
    expect(run.stdout).toMatch(
      /^Pendulum-v1: 450 steps in \d+\.\d s took the return from -\S+ \(first episode\) to -\S+ \(last of 2\); written to run\.\n$/,
    )
  })

  it('prints its progress on the standard error stream, in plain lines if it is not a terminal', () => {
    expect(run.stderr).toMatch(/^450\/450 steps, \S+\/s, 2 episodes, mean return -\S+ \(last 2\), 0\.0 s left\n$/)
    const quiet = rivulet([...small, '--steps', '10', '--out', 'quiet', '--no-progress'], place)
    expect(quiet).toMatchObject({ status: 0, stderr: '' })
    expect(quiet.stdout).toMatch(
      /^Pendulum-v1: 10 steps in \S+ s, too few for an episode to end; written to quiet\.\n$/,
    )
    expect(linesOf('quiet')).toEqual([head, ''])
  })

  it('writes a line for each episode that ended', () => {
    const lines = linesOf('run')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toBe(head)
    expect(lines[1]).toMatch(/^1,200,200,-\d+\.\d+,false,\d+\.\d{3}$/)
    expect(lines[2]).toMatch(/^2,400,200,-\d+\.\d+,false,\d+\.\d{3}$/)
  })

  it('writes a config that repeats the run', async () => {
    const config = configIn('run')
    expect(config).toMatchObject({ task: 'Pendulum-v1', steps: 450, seed: 1, settings: { hidden: [8, 8] } })
    const returns: number[] = []
    const world = await simulate(config.task, { random: environmentRandom(config) })
    const agent = await openAgent(config, world.spec)
    expect(config).toMatchObject({ engine: 'fused', kernels: 'webassembly' })
    const writeEpisode = (row: { return: number }) => void returns.push(row.return)
    await lastValueFrom(train(config, { world, agent, cells: trainCells(), writeEpisode }))
    expect(returns.map(String)).toEqual(
      linesOf('run')
        .slice(1, -1)
        .map((line) => line.split(',')[3]),
    )
  })

  it('runs on TensorFlow.js with --engine tfjs, and its config says so', () => {
    const words = ['--engine', 'tfjs', '--backend', 'cpu', '--steps', '205', '--no-progress', '--out', 'tfjs']
    expect(rivulet([...small, ...words], place)).toMatchObject({ status: 0, stderr: '' })
    expect(linesOf('tfjs')).toHaveLength(3)
    expect(configIn('tfjs')).toMatchObject({
      engine: 'tfjs',
      backend: 'cpu',
      versions: { tensorflow: expect.stringMatching(/^4\./) as string },
    })
    expect(configIn('tfjs')).not.toHaveProperty('kernels')
  })

  it('is the same in another process, but for the seconds', () => {
    rivulet([...small, '--steps', '450', '--out', 'again'], place)
    expect(withoutSeconds(linesOf('again'))).toEqual(withoutSeconds(linesOf('run')))
    expect(configIn('again')).toEqual(configIn('run'))
  })

  it('is written to a directory named after it by default', () => {
    const { stdout } = rivulet([...small, '--steps', '10', '--seed', '3'], place)
    const [name] = readdirSync(join(place, 'runs'))
    expect(name).toMatch(/^Pendulum-v1-avg-s3-\d{8}-\d{6}$/)
    expect(stdout).toContain(`written to ${join('runs', name)}.`)
  })

  it('runs the tasks of MuJoCo too', () => {
    const { status, stdout } = rivulet(
      ['train', 'Hopper-v4', '--hidden', '8,8', '--steps', '60', '--out', 'hopper'],
      place,
    )
    expect(status).toBe(0)
    expect(stdout).toContain('Hopper-v4: 60 steps')
    expect(linesOf('hopper')[1]).toMatch(/,true,/)
  })
})

describe('the example of the help', () => {
  it('is a run that learns', () => {
    const [, line] = /^Example:\n {2}rivulet (train Pendulum-v1 .*)$/m.exec(rivulet(['--help'], place).stdout)!
    const { stdout } = rivulet([...line.split(' '), '--no-progress', '--out', 'example'], place)
    const returns = /took the mean return from (\S+) \(first 10 episodes\) to (\S+) \(last 10 of/.exec(stdout)!
    const [from, to] = returns.slice(1).map((each) => Number(each.replace(',', '')))
    // Below -1,000 the pendulum hangs; above -300 it is brought up and held.
    expect(from).toBeLessThan(-1000)
    expect(to).toBeGreaterThan(-300)
  })
})

describe('bad input', () => {
  beforeAll(() => {
    writeFileSync(join(place, 'file'), '')
    mkdirSync(join(place, 'full'))
    writeFileSync(join(place, 'full', 'notes'), 'kept')
    symlinkSync('nowhere', join(place, 'broken'))
    symlinkSync('loop', join(place, 'loop'))
  })

  const out = '--out: expected a directory that is new or empty and can be written to; got'
  it.each([
    ['train Hoper-v4', 'task: expected a task (rivulet tasks lists them); got "Hoper-v4"; nearest: Hopper-v4'],
    ['train', 'task: expected a task (rivulet tasks lists them); got nothing'],
    [
      'trian',
      'command: expected one of train, resume, sweep, compare, evaluate, plot, report, tasks, algorithms, convert, robot, simulate, bench; got "trian"; nearest: train',
    ],
    [
      'train Hopper-v4 --sede 1',
      `unknown option '--sede' for 'rivulet train'; see 'rivulet train --help'; nearest: --seed`,
    ],
    ['train Hopper-v4 --steps -5', '--steps: expected a positive integer; got "-5"'],
    ['train Hopper-v4 --discount NaN', '--discount: expected a number >= 0 and <= 1; got "NaN"'],
    ['train Pendulum-v1 --out full', `${out} "full" (it has 1 entry already)`],
    ['train Pendulum-v1 --out file', `${out} "file" (ENOTDIR: not a directory)`],
    ['train Pendulum-v1 --out file/below', `${out} "file/below" (ENOTDIR: not a directory)`],
    [`train Pendulum-v1 --out ${'x'.repeat(300)}`, `${out} "${'x'.repeat(79)}... (ENAMETOOLONG: name too long)`],
    ['train Pendulum-v1 --out broken', `${out} "broken" (ENOENT: no such file or directory)`],
    ['train Pendulum-v1 --out broken/below', `${out} "broken/below" (ENOENT: no such file or directory)`],
    ['train Pendulum-v1 --out loop', `${out} "loop" (ELOOP: too many symbolic links encountered)`],
    ['train Pendulum-v1 --out /dev/null', `${out} "/dev/null" (ENOTDIR: not a directory)`],
    ...(process.platform === 'linux'
      ? [['train Pendulum-v1 --out /proc/run', `${out} "/proc/run" (ENOENT: no such file or directory)`]]
      : []),
  ])('%s: one line, exit code 2', (line, said) => {
    expect(rivulet(line.split(' '), place)).toEqual({ status: 2, stdout: '', stderr: `rivulet: ${said}\n` })
  })

  it('prints a line for each failure', () => {
    const { status, stderr } = rivulet(['train', 'Hoper-v4', '--steps', 'x', '--hidden', ''], place)
    expect(status).toBe(2)
    expect(stderr.split('\n')).toHaveLength(4)
  })

  it('leaves existing files as they are', () => {
    expect(readdirSync(join(place, 'full'))).toEqual(['notes'])
    expect(existsSync(join(place, 'file', 'below'))).toBe(false)
  })
})

describe.runIf(process.platform === 'linux')('a process', () => {
  const train = 'train Pendulum-v1 --hidden 4 --steps 10 --no-progress'
  const node = `"${process.execPath}" "${program}"`
  const none = expect.stringMatching(/^$/) as string

  it.each([
    ['without standard streams', `${node} ${train} --out closed <&- >&- 2>&-`, 0, none, none],
    [
      'without an environment',
      `env -i ${node} ${train} --out bare`,
      0,
      expect.stringContaining('written to bare.'),
      none,
    ],
    [
      'whose standard output takes nothing',
      `${node} ${train} --out unheard > /dev/full`,
      1,
      none,
      'rivulet: standard output: ENOSPC: no space left on device, write\n',
    ],
    ['whose streams both take nothing', `${node} tasks > /dev/full 2> /dev/full`, 1, none, none],
    [
      'in a directory that was deleted',
      `mkdir lost && cd lost && rmdir ../lost && ${node} ${train}`,
      2,
      none,
      expect.stringMatching(/^rivulet: --out: expected .*; got "runs\/[^"]*" \(ENOENT: no such file or directory\)\n$/),
    ],
    [
      'in a directory that takes no files',
      `cd /proc && ${node} ${train}`,
      2,
      none,
      expect.stringMatching(/^rivulet: --out: expected .*; got "runs\/[^"]*" \(ENOENT: no such file or directory\)\n$/),
    ],
  ])('%s ends in one line at most', (_what, line, code, stdout, stderr) => {
    const run = spawnSync('bash', ['-c', line], { cwd: place, encoding: 'utf8' })
    expect({ status: run.status, stdout: run.stdout, stderr: run.stderr }).toEqual({ status: code, stdout, stderr })
  })
})

describe('a run that fails', () => {
  it('ends with one line that names the step and the quantity that is not finite, and keeps all episodes so far', () => {
    const { status, stdout, stderr } = rivulet(
      [...small, '--critic-step-size', '1e38', '--no-progress', '--out', 'diverged'],
      place,
    )
    expect(stdout).toBe('')
    expect(stderr).toMatch(
      /^rivulet: step \d+: .* is \S+, expected a finite number( of at most \S+ in size)?; stopped after \d+ of 100,000 steps; .*; written to diverged\n$/,
    )
    expect(status).toBe(1)
    expect(linesOf('diverged')[0]).toBe(head)
  })

  it('ends when the disk is full, with whole lines', (test) => {
    test.skip(process.platform !== 'linux', 'needs Linux')
    // A limit on the size of files simulates a full disk: config.json and some thirty episodes fit.
    const limited = `ulimit -f 2 && exec "${process.execPath}" "${program}" "$@"`
    const words = ['-c', limited, 'bash', ...small, '--no-progress', '--out', 'tight']
    const { status, stderr } = spawnSync('bash', words, { cwd: place, encoding: 'utf8', timeout: 250_000 })
    expect(stderr).toMatch(
      /^rivulet: EFBIG: file too large, write; stopped after \S+ of 100,000 steps; \d+ episodes kept; written to tight\n(rivulet: tight\/(weights|policy)\.safetensors: expected a place that can be written to; got EFBIG: file too large\n){2}$/,
    )
    expect(status).toBe(1)
    const lines = linesOf('tight')
    expect(lines.at(-1)).toBe('')
    expect(stderr).toContain(`; ${lines.length - 2} episodes kept;`)
    expect(lines.slice(1, -1).filter((line) => line.split(',').length !== 6)).toEqual([])
  })
})

describe('an interruption', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends the run cleanly with exit code %d', async (signal, code) => {
    mkdirSync(join(place, signal))
    const changes = watch(join(place, signal))
    const { child, ended } = started([...small, '--steps', '10000000', '--no-progress', '--out', signal], place)
    changes.on('change', (_event, file) => {
      if (file === 'episodes.csv' && linesOf(signal).length > 2 && child.kill(signal)) changes.close()
    })
    const { status, stdout, stderr } = await ended
    expect(status).toBe(code)
    expect(stdout).toBe('')
    expect(stderr).toMatch(
      new RegExp(
        `^rivulet: ${signal}: stopped after \\S+ of 10,000,000 steps; \\d+ episodes? kept; written to ${signal}\n$`,
      ),
    )
    const lines = linesOf(signal)
    expect(lines.at(-1)).toBe('')
    expect(stderr).toContain(`; ${lines.length - 2} episode`)
    expect(configIn(signal).steps).toBe(10_000_000)
  })
})

describe('output', () => {
  it.each([['--help'], ['train --help'], ['--version'], ['tasks']])('%s goes to the standard output', (line) => {
    const { status, stdout, stderr } = rivulet(line.split(' '), place)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/\S\n$/)
  })

  it('needs no reader', (test) => {
    test.skip(process.platform !== 'linux', 'needs Linux')
    const command = `"${process.execPath}" "${program}" tasks | true; echo "\${PIPESTATUS[0]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: place, encoding: 'utf8', timeout: 250_000 })
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' })
  })
})
