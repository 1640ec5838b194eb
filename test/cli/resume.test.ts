/** `rivulet resume`: a run that a process left at any moment goes on as if it had never been stopped. */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { onSmallDisk, withSmallDisk } from '../smallDisk.js'
import { program, rivulet, type Run, started } from './program.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-resume-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const words = ['train', 'Pendulum-v1', '--steps', '4000', '--hidden', '32,32', '--no-progress']
const resumed = (name: string, ...options: readonly string[]) =>
  rivulet(['resume', name, '--no-progress', ...options], place)

/** What a run leaves that does not depend on the clock. */
const left = (name: string) => ({
  weights: readFileSync(join(place, name, 'weights.safetensors')).toString('hex'),
  episodes: readFileSync(join(place, name, 'episodes.csv'), 'utf8').replaceAll(/,[\d.]+$/gm, ''),
  config: JSON.parse(readFileSync(join(place, name, 'config.json'), 'utf8')) as unknown,
})
/** The metrics of a run, without what the clock and the machine say. */
const metrics = (name: string): readonly (readonly string[])[] =>
  readFileSync(join(place, name, 'metrics.csv'), 'utf8')
    .split('\n')
    .map((line) => line.split(',').toSpliced(1, 3))
const filesIn = (name: string): readonly string[] =>
  existsSync(join(place, name, 'checkpoints')) ? readdirSync(join(place, name, 'checkpoints')) : []
const checkpoints = (name: string): readonly string[] =>
  filesIn(name)
    .filter((file) => file.endsWith('.checkpoint'))
    .toSorted()

beforeAll(() => {
  const { status, stderr } = rivulet([...words, '--out', 'whole'], place)
  if (status !== 0) throw new Error(stderr)
})

/** Starts a run, kills it when it has a checkpoint and some time went by, and returns whether it was still running. */
const killed = async (name: string, after: number): Promise<void> => {
  const { child, ended } = started([...words, '--checkpoint-every', '50', '--out', name], place)
  while (checkpoints(name).length === 0 && child.exitCode === null) await delay(2)
  await delay(after)
  child.kill('SIGKILL')
  await ended
}

test.each([0, 40, 120, 300])('a run that was killed %d ms after its first checkpoint', async (after) => {
  const name = `killed-${after}`
  await killed(name, after)
  const { status, stderr } = resumed(name)
  expect([status, stderr]).toEqual([0, ''])
  expect(left(name)).toEqual(left('whole'))
  expect(metrics(name)).toEqual(metrics('whole'))
  expect(metrics(name)).toHaveLength(6)
  expect(filesIn(name).toSorted()).toEqual(checkpoints(name))
})

test('a run that was killed before its first checkpoint begins anew', async () => {
  await killed('early', 0)
  rmSync(join(place, 'early', 'checkpoints'), { recursive: true })
  expect(resumed('early')).toMatchObject({ status: 0, stderr: '' })
  expect(left('early')).toEqual(left('whole'))
})

test.each<[string, (run: string) => void]>([
  [
    'while its first checkpoint was written',
    (run) => {
      rmSync(join(run, 'checkpoints'), { recursive: true })
      mkdirSync(join(run, 'checkpoints'))
      writeFileSync(join(run, 'checkpoints', '.rivulet-1-0.tmp'), 'half')
    },
  ],
  [
    'with no more than its config',
    (run) => {
      for (const file of readdirSync(run)) if (file !== 'config.json') rmSync(join(run, file), { recursive: true })
    },
  ],
  [
    'within the first line of episodes.csv',
    (run) => {
      rmSync(join(run, 'checkpoints'), { recursive: true })
      rmSync(join(run, 'metrics.csv'))
      writeFileSync(join(run, 'episodes.csv'), 'episode,st')
    },
  ],
])('a run that was killed %s begins anew', (what, leave) => {
  const name = what.replaceAll(/\W/g, '-')
  cpSync(join(place, 'whole'), join(place, name), { recursive: true })
  leave(join(place, name))
  expect(resumed(name)).toMatchObject({ status: 0, stderr: '' })
  expect(left(name)).toEqual(left('whole'))
  expect(metrics(name)).toEqual(metrics('whole'))
})

test('a run that began with weights of a file, and was killed before its first checkpoint, begins with them again', () => {
  const from = ['--weights', 'whole/weights.safetensors', '--steps', '300']
  expect(rivulet([...words, ...from, '--out', 'weights'], place).status).toBe(0)
  const before = left('weights')
  rmSync(join(place, 'weights', 'checkpoints'), { recursive: true })
  rmSync(join(place, 'weights', 'weights.safetensors'))
  expect(resumed('weights')).toMatchObject({ status: 0, stderr: '' })
  expect(left('weights')).toEqual(before)
})

test('a run that a signal ended leaves a checkpoint of its last step', async () => {
  const { child, ended } = started([...words, '--out', 'signal'], place)
  while (!existsSync(join(place, 'signal', 'episodes.csv'))) await delay(2)
  await delay(150)
  child.kill('SIGINT')
  const { stderr, status } = await ended
  if (status === 130) {
    const executed = Number(/after ([\d,]+) of/.exec(stderr)?.[1].replaceAll(',', ''))
    expect(checkpoints('signal').at(-1)).toMatch(new RegExp(`^0*${executed}-`))
    expect(resumed('signal')).toMatchObject({ status: 0, stderr: '' })
  }
  expect(left('signal')).toEqual(left('whole'))
})

test('a run that has ended goes on with more steps, and equals one of as many', () => {
  expect(rivulet([...words, '--steps', '1500', '--out', 'longer'], place).status).toBe(0)
  const { status, stdout } = resumed('longer', '--steps', '4000')
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^Pendulum-v1: 4,000 steps .*last 10 of 20.*longer\.\n$/)])
  expect(left('longer')).toEqual(left('whole'))
})

test('a run of IAC on TensorFlow.js goes on with more steps, and equals one of as many', () => {
  const onTensors = ['--algorithm', 'iac', '--engine', 'tfjs', '--backend', 'cpu', '--hidden', '8,8']
  expect(rivulet([...words, ...onTensors, '--steps', '230', '--out', 'tfjs'], place)).toMatchObject({ status: 0 })
  expect(rivulet([...words, ...onTensors, '--steps', '130', '--out', 'tfjs-longer'], place)).toMatchObject({
    status: 0,
  })
  expect(left('tfjs').config).toMatchObject({ algorithm: 'iac', engine: 'tfjs', backend: 'cpu' })
  expect(resumed('tfjs-longer', '--steps', '230')).toMatchObject({ status: 0, stderr: '' })
  expect(left('tfjs-longer')).toEqual(left('tfjs'))
  // TensorFlow.js is slow on a slow machine.
}, 300_000)

describe('a checkpoint that is damaged', () => {
  test('is named, and the one before it is taken', () => {
    expect(rivulet([...words, '--checkpoint-every', '50', '--out', 'damaged'], place).status).toBe(0)
    expect(checkpoints('damaged')).toHaveLength(2)
    const newest = checkpoints('damaged').at(-1) ?? ''
    truncateSync(join(place, 'damaged', 'checkpoints', newest), 1000)
    const { status, stderr } = resumed('damaged')
    expect([status, stderr]).toEqual([
      0,
      `rivulet: damaged/checkpoints/${newest}: expected the checksum of its name; got another one: it is damaged\n`,
    ])
    expect(left('damaged')).toEqual(left('whole'))
  })

  test('and is the only one, is a line, and nothing changes', () => {
    cpSync(join(place, 'whole'), join(place, 'alone'), { recursive: true })
    for (const file of checkpoints('alone')) writeFileSync(join(place, 'alone', 'checkpoints', file), 'x')
    const before = left('alone')
    const { status, stderr } = resumed('alone', '--steps', '5000')
    expect([status, stderr.split('\n').length]).toEqual([1, 2])
    expect(stderr).toMatch(/^rivulet: alone\/checkpoints\/\d+-\w+\.checkpoint: expected the checksum of its name/)
    expect(left('alone')).toEqual(before)
  })

  test('or of another run, is refused by what differs', () => {
    const other = [...words, '--hidden', '16,16', '--steps', '300', '--out', 'other']
    expect(rivulet(other, place).status).toBe(0)
    rmSync(join(place, 'other', 'checkpoints'), { recursive: true })
    cpSync(join(place, 'whole', 'checkpoints'), join(place, 'other', 'checkpoints'), { recursive: true })
    const { status, stderr } = resumed('other', '--steps', '5000')
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^rivulet: \S+: learner: avg: a snapshot of \d+ floats .* expected[^\n]*\n$/),
    ])
  })
})

describe('a run whose disk fails between two checkpoints ends with one error, and goes on from the earlier one', () => {
  /** Runs on a disk until there is a checkpoint, spoils the disk, and returns how the run ended. */
  const spoilt = async (disk: string, spoil: () => void) => {
    const out = join(disk, 'run')
    const folder = join(out, 'checkpoints')
    const endless = [...words, '--steps', '1000000000', '--hidden', '8,8', '--checkpoint-every', '50', '--out', out]
    const { ended } = started(endless, place)
    let over: Run | null = null
    void ended.then((run) => (over = run))
    const isSaved = (): boolean =>
      existsSync(folder) && readdirSync(folder).some((file) => file.endsWith('.checkpoint'))
    while (!isSaved()) {
      if (over !== null) throw new Error(`the run ended: ${JSON.stringify(over)}`)
      await delay(5)
    }
    spoil()
    return { out, folder, ...(await ended) }
  }
  /** The run goes on from its checkpoint for as many steps as a run that was never stopped, and equals it. */
  const goesOn = (out: string): void => {
    const step = Number(readdirSync(join(out, 'checkpoints')).toSorted().at(-1)?.split('-')[0])
    expect(step).toBeGreaterThan(0)
    // The settings of the directory have steps without end.
    const config = join(out, 'config.json')
    writeFileSync(config, readFileSync(config, 'utf8').replace('1000000000', String(step + 300)))
    const resumed = rivulet(['resume', out, '--no-progress'], place)
    expect([resumed.status, resumed.stderr]).toEqual([0, ''])
    const steps = ['--steps', String(step + 300), '--hidden', '8,8']
    expect(rivulet([...words, ...steps, '--out', 'beside'], place).status).toBe(0)
    const weights = (run: string): string => readFileSync(join(run, 'weights.safetensors')).toString('hex')
    expect(weights(out)).toBe(weights(join(place, 'beside')))
    rmSync(join(place, 'beside'), { recursive: true })
  }

  test(
    `as it is full (${onSmallDisk})`,
    withSmallDisk(async (disk, { fill, free }) => {
      const { out, folder, status, stderr } = await spoilt(disk, fill)
      expect(status).toBe(1)
      expect(stderr).toMatch(/^rivulet: ENOSPC: no space left on device, [^\n]+; stopped after [^\n]+\n/)
      expect(stderr.match(/; stopped after/g)).toHaveLength(1)
      // A temporary file would take the room that is left.
      for (const file of readdirSync(folder)) expect(file).toMatch(/\.checkpoint$/)
      free()
      goesOn(out)
    }),
  )

  test(
    `as it can only be read (${onSmallDisk})`,
    withSmallDisk(async (disk) => {
      // Files that are open stay so; what is opened from now on is on a disk that can only be read.
      const mounted = (...options: readonly string[]): void =>
        expect(spawnSync('mount', options, { encoding: 'utf8' }).stderr).toBe('')
      const { out, status, stderr } = await spoilt(disk, () => {
        mounted('--bind', disk, disk)
        mounted('-o', 'remount,bind,ro', disk)
      }).finally(() => spawnSync('umount', ['-l', disk]))
      expect(status).toBe(1)
      expect(stderr).toMatch(/^rivulet: EROFS: read-only file system, [^\n]+; stopped after [^\n]+\n/)
      expect(stderr.match(/; stopped after/g)).toHaveLength(1)
      goesOn(out)
    }),
  )

  test('as its directory is gone', async () => {
    const { out, status, stderr } = await spoilt(place, () => renameSync(join(place, 'run'), join(place, 'elsewhere')))
    expect(status).toBe(1)
    expect(stderr).toMatch(/^rivulet: [^\n]*(was deleted or moved|ENOENT)[^\n]*; stopped after [^\n]+\n/)
    expect(stderr.match(/; stopped after/g)).toHaveLength(1)
    expect(existsSync(out)).toBe(false)
    goesOn(join(place, 'elsewhere'))
  })
})

test('a run that has all of its steps is over at once, with its weights', () => {
  cpSync(join(place, 'whole'), join(place, 'over'), { recursive: true })
  rmSync(join(place, 'over', 'weights.safetensors'))
  const { status, stdout } = resumed('over')
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^Pendulum-v1: 4,000 steps in 0\.\d s .*over\.\n$/)])
  expect(left('over')).toEqual(left('whole'))
})

describe('bad input is one line', () => {
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'no such directory',
      ['nowhere'],
      /^rivulet: directory: expected the directory of a run, with its config\.json; got "nowhere" \(ENOENT: no such file or directory\)\n$/,
    ],
    [
      'fewer steps than it has',
      ['whole', '--steps', '12'],
      /^rivulet: --steps: expected 4000 or more, the steps that the run has made; got 12\n$/,
    ],
    ['steps that are none', ['whole', '--steps', '-1'], /^rivulet: --steps: expected a positive integer; got "-1"\n$/],
    ['an unknown option', ['whole', '--step', '5'], /nearest: --steps\n$/],
  ]
  test.each(refused)('%s', (_, given, line) => {
    const before = left('whole')
    const { status, stdout, stderr } = rivulet(['resume', ...given, '--no-progress'], place)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(line)
    expect(left('whole')).toEqual(before)
  })

  test('a config that is none names its field', () => {
    cpSync(join(place, 'whole'), join(place, 'config'), { recursive: true })
    const file = join(place, 'config', 'config.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"Pendulum-v1"', '"Pendulum-v2"'))
    const { status, stderr } = resumed('config')
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^rivulet: config\/config\.json: task: expected a task .*; got "Pendulum-v2"; nearest: Pendulum-v1\n$/,
      ),
    ])
  })

  test('rows that are missing or damaged are named, and nothing changes', () => {
    cpSync(join(place, 'whole'), join(place, 'rows'), { recursive: true })
    const file = join(place, 'rows', 'episodes.csv')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.split('\n').toSpliced(3, 1).join('\n'))
    expect(resumed('rows', '--steps', '5000').stderr).toBe(
      'rivulet: rows/episodes.csv: line 4: episode: expected 3; got 4\n',
    )
    writeFileSync(file, text.split('\n').toSpliced(-2, 1).join('\n'))
    expect(resumed('rows', '--steps', '5000').stderr).toBe(
      'rivulet: rows/episodes.csv: expected the 20 rows of the checkpoint; got 19\n',
    )
    writeFileSync(file, text.split('\n').with(3, '3,nonsense').join('\n'))
    expect(resumed('rows', '--steps', '5000').stderr).toBe(
      'rivulet: rows/episodes.csv: line 4: expected 6 values; got "3,nonsense"\n',
    )
  })
})

test('its help names its options', () => {
  const { stdout, status } = spawnSync(process.execPath, [program, 'resume', '--help'], { encoding: 'utf8' })
  expect(status).toBe(0)
  for (const option of ['--steps', '--checkpoint-every', '--no-progress']) expect(stdout).toContain(option)
})
