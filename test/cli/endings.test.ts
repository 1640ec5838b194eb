/** However a run ends, its weights are saved, the last line names them, and no unfinished file is left. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { parseSafetensors } from '../../src/learners/interchange/safetensors.js'
import { readPolicy } from '../../src/learners/policy/policyFiles.js'
import { onSmallDisk, withSmallDisk } from '../smallDisk.js'
import { program, type Run, started } from './program.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-endings-'))
const temporary = join(place, 'temporary')
mkdirSync(temporary)
afterAll(() => rmSync(place, { recursive: true, force: true }))

const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0
const onPosix = process.platform !== 'win32'
const small = ['train', 'Pendulum-v1', '--hidden', '8,8', '--no-progress']
const endless = [...small, '--steps', '1000000000']
const env = { ...process.env, TMPDIR: temporary }
const start = (words: readonly string[], more: NodeJS.ProcessEnv = {}) => started(words, place, { ...env, ...more })

const isWhole = (path: string): boolean => parseSafetensors(readFileSync(path))._tag === 'Right'
const episodesIn = (path: string): string[] => readFileSync(join(path, 'episodes.csv'), 'utf8').split('\n').slice(1, -1)
/** Waits until a run has written some episodes. */
const underWay = async (path: string, ended: Promise<Run>): Promise<void> => {
  let over: Run | null = null
  void ended.then((run) => (over = run))
  while (!existsSync(join(path, 'episodes.csv')) || episodesIn(path).length < 2) {
    if (over !== null) throw new Error(`the run ended: ${JSON.stringify(over)}`)
    await delay(5)
  }
}
/** A run's directory when it is over. */
const whole = ['config.json', 'episodes.csv', 'metrics.csv', 'policy.safetensors', 'weights.safetensors']
/** The files of a run, without the folder of its checkpoints, in which nothing may be unfinished. */
const filesIn = (directory: string): readonly string[] => {
  const folder = join(directory, 'checkpoints')
  if (existsSync(folder)) expect(readdirSync(folder).filter((name) => !name.endsWith('.checkpoint'))).toEqual([])
  return readdirSync(directory)
    .filter((name) => name !== 'checkpoints')
    .sort()
}

describe.runIf(onPosix)('a signal', () => {
  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
    ...(process.platform === 'linux'
      ? ([
          ['SIGUSR2', 140],
          ['SIGXCPU', 152],
        ] as const)
      : []),
  ] as const)('%s keeps the weights, and ends the run with %d', async (signal, code) => {
    const out = join(place, signal)
    const { child, ended } = start([...endless, '--out', signal])
    await underWay(out, ended)
    child.kill(signal)
    const { status, stdout, stderr } = await ended
    expect({ status, stdout }).toEqual({ status: code, stdout: '' })
    expect(stderr).toMatch(
      new RegExp(
        `^rivulet: ${signal}: stopped after \\S+ of 1,000,000,000 steps; \\S+ episodes kept; written to ${signal}\\n$`,
      ),
    )
    expect(filesIn(out)).toEqual(whole)
    expect(isWhole(join(out, 'weights.safetensors'))).toBe(true)
  })

  it.each([0, 1, 3, 10, 30])('twice, %d ms apart, leaves the weights and no temporary file', async (apart) => {
    const name = `twice-${apart}`
    const { child, ended } = start([...endless, '--hidden', '256,256', '--out', name])
    await underWay(join(place, name), ended)
    child.kill('SIGINT')
    await delay(apart)
    child.kill('SIGINT')
    const { status, signal, stderr } = await ended
    // The second one may come after the first has ended everything but the process.
    expect(signal ?? status).toSatisfy((how) => how === 130 || how === 'SIGINT')
    expect(stderr.split('\n').length).toBeLessThanOrEqual(2)
    expect(filesIn(join(place, name))).toEqual(whole)
    expect(isWhole(join(place, name, 'weights.safetensors'))).toBe(true)
  })

  it('at any moment leaves nothing on the disk, or all files of a run', async () => {
    const found = new Set<string>()
    for (let moment = 0; moment < 1200; moment += 80) {
      const name = `moment-${moment}`
      const { child, ended } = start([...endless, '--out', name])
      await delay(moment)
      child.kill('SIGINT')
      const { status, signal, stderr } = await ended
      expect(stderr).not.toContain('    at ')
      if (existsSync(join(place, name))) {
        expect(filesIn(join(place, name))).toEqual(whole)
        expect(status).toBe(130)
        found.add('all')
      } else {
        expect(signal).toBe('SIGINT')
        expect(stderr).toBe('')
        found.add('nothing')
      }
    }
    expect(found).toContain('nothing')
  })

  it('before the first step ends the command at once', async () => {
    const { child, ended } = start([...small, '--hidden', '4096,4096', '--out', 'large'])
    await delay(600)
    child.kill('SIGTERM')
    const asked = process.hrtime.bigint()
    expect(await ended).toMatchObject({ status: null, signal: 'SIGTERM', stderr: '' })
    expect(Number(process.hrtime.bigint() - asked) / 1e9).toBeLessThan(1)
    expect(existsSync(join(place, 'large'))).toBe(false)
  })
})

describe.runIf(hasScript)('a terminal that is closed (made by script of util-linux)', () => {
  it('keeps the weights, and ends the run as SIGHUP does', async () => {
    const out = join(place, 'hung-up')
    const words = endless.filter((word) => word !== '--no-progress').join(' ')
    // As a shell does, this process passes on the signal from its terminal, which interrupts the first wait.
    const run = `"${process.execPath}" "${program}" ${words} --out hung-up & run=$!`
    const line = `unset CI; ${run}; trap "kill -HUP $run" HUP; wait $run; wait $run; echo $? > hung-up-code`
    const options = { cwd: place, env: { ...env, TERM: 'xterm', SHELL: '/bin/bash' }, stdio: 'ignore' } as const
    const terminal = spawn('script', ['-qec', `stty columns 80; ${line}`, '/dev/null'], options)
    await underWay(out, new Promise(() => undefined))
    terminal.kill('SIGKILL')
    while (!existsSync(`${out}-code`) || readFileSync(`${out}-code`, 'utf8') === '') await delay(5)
    expect(readFileSync(`${out}-code`, 'utf8')).toBe('129\n')
    expect(filesIn(out)).toEqual(whole)
    expect(isWhole(join(out, 'weights.safetensors'))).toBe(true)
  })
})

describe('an error that no code caught', () => {
  it('keeps the weights, and is printed in one line', async () => {
    const out = join(place, 'uncaught')
    const throws = `import { readFileSync } from 'node:fs'
      const timer = setInterval(() => {
        let lines = 0
        try { lines = readFileSync(${JSON.stringify(join(out, 'episodes.csv'))}, 'utf8').split('\\n').length } catch {}
        if (lines > 3) { clearInterval(timer); throw new Error('a callback of\\na package failed') }
      }, 5)`
    const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(throws)}`
    const { ended } = start([...endless, '--out', 'uncaught'], { NODE_OPTIONS })
    const { status, stdout, stderr } = await ended
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(
      /^rivulet: a callback of a package failed; stopped after \S+ of \S+ steps; .*; written to uncaught\n$/,
    )
    expect(filesIn(out)).toEqual(whole)
    expect(isWhole(join(out, 'weights.safetensors'))).toBe(true)
  })
})

describe('a run that diverges', () => {
  it.each([
    ['webassembly', '--critic-step-size 1e38'],
    ['webassembly', '--critic-step-size 1e300 --no-scale-td-error'],
    ['webassembly', '--actor-step-size 1e38'],
    ['typescript', '--critic-step-size 1e300'],
    ['typescript', '--entropy-coefficient 1e300'],
  ])('with kernels in %s and %s keeps the last finite weights', async (kernels, options) => {
    const name = `diverged-${kernels}${options.replaceAll(/[ -]+/g, '-')}`
    const words = ['train', 'Pendulum-v1', '--steps', '200', '--hidden', '8', '--no-progress', '--kernels', kernels]
    const { status, stdout, stderr } = await start([...words, ...options.split(' '), '--out', name]).ended
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^rivulet: step \d+: .* expected a finite number.*; stopped after \d+ of 200 steps; .*\n$/)
    expect(filesIn(join(place, name))).toEqual(whole)
    expect(isWhole(join(place, name, 'weights.safetensors'))).toBe(true)
  })
})

describe.runIf(onPosix)('a reader of the output that leaves', () => {
  it('ends no run', () => {
    const command = '"$0" "$@" 2>&1 | true; echo "${PIPESTATUS[0]}"'
    const words = [program, ...small.slice(0, -1), '--steps', '400', '--out', 'unread']
    const { stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, ...words], {
      cwd: place,
      encoding: 'utf8',
    })
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' })
    expect(filesIn(join(place, 'unread'))).toEqual(whole)
  })
})

describe.runIf(onPosix)('a run directory that is gone', () => {
  it.each([
    ['deleted', (path: string) => rmSync(path, { recursive: true }), 'was deleted'],
    ['moved away', (path: string) => renameSync(path, `${path}-away`), 'was deleted or moved'],
  ])('%s, is detected at the next episode, and the weights are saved elsewhere', async (what, remove, said) => {
    const name = `gone-${what.slice(0, 5)}`
    const { ended } = start([...endless, '--out', name])
    await underWay(join(place, name), ended)
    remove(join(place, name))
    const { status, stderr } = await ended
    expect(status).toBe(1)
    const [first, second, third, fourth, ...rest] = stderr.split('\n')
    expect(first).toMatch(new RegExp(`^rivulet: ${name}/episodes\\.csv ${said}; stopped after .*; written to ${name}$`))
    expect(second).toMatch(new RegExp(`^rivulet: ${name}/weights\\.safetensors: .*no directory`))
    expect(third).toMatch(new RegExp(`^rivulet: ${name}/policy\\.safetensors: .*no directory`))
    const kept = /^rivulet: the weights and the policy of the run are in (.*) instead$/.exec(fourth)?.[1] ?? ''
    expect(kept.startsWith(temporary)).toBe(true)
    expect(isWhole(join(kept, 'weights.safetensors'))).toBe(true)
    expect((await readPolicy(join(kept, 'policy.safetensors'))).spec.name).toBe('Pendulum-v1')
    expect(rest).toEqual([''])
  })
})

describe('a full disk', () => {
  it(
    `while a run is opened leaves nothing that blocks the next try (${onSmallDisk})`,
    withSmallDisk(async (disk, { fill, free }) => {
      const out = join(disk, 'runs', 'try')
      for (const room of [0, 4096, 8192]) {
        fill(room)
        const { status, stderr } = await start([...small, '--steps', '10', '--out', out]).ended
        // There is room for both files, so that the run begins, but none for its weights.
        if (room === 8192 && status !== 2) {
          expect(stderr).toMatch(/weights\.safetensors.*ENOSPC.*\n(.*policy\.safetensors.*\n)?.*instead\n$/)
          continue
        }
        expect(status).toBe(2)
        expect(stderr).toMatch(/^rivulet: --out: expected a directory .*ENOSPC: no space left on device\)\n$/)
        expect(readdirSync(disk)).toEqual(['ballast'])
      }
      free()
      rmSync(join(disk, 'runs'), { recursive: true, force: true })
      expect((await start([...small, '--steps', '10', '--out', out]).ended).status).toBe(0)
    }),
  )

  it(
    `for the weights that a run begins with leaves nothing either (${onSmallDisk})`,
    withSmallDisk(async (disk, { fill }) => {
      const large = ['--hidden', '64,64', '--steps', '10']
      expect((await start([...small, ...large, '--out', 'large-weights']).ended).status).toBe(0)
      fill(20_000)
      const weights = ['--weights', 'large-weights/weights.safetensors']
      const { status, stderr } = await start([...small, ...large, ...weights, '--out', join(disk, 'try')]).ended
      expect(status).toBe(1)
      expect(stderr).toMatch(/^rivulet: \S+initial\.safetensors: .*ENOSPC.*\n$/)
      expect(readdirSync(disk)).toEqual(['ballast'])
    }),
  )

  it(
    `in the middle of a run keeps whole lines, and the weights elsewhere (${onSmallDisk})`,
    withSmallDisk(async (disk, { fill }) => {
      const out = join(disk, 'run')
      const { ended } = start([...endless, '--out', out])
      await underWay(out, ended)
      fill()
      const { status, stderr } = await ended
      expect(status).toBe(1)
      expect(stderr).toMatch(
        /^rivulet: ENOSPC: no space left on device, write; stopped after .*\nrivulet: .*weights.*\nrivulet: .*policy.*\n.* instead\n$/,
      )
      expect(readdirSync(out).sort()).toEqual(['config.json', 'episodes.csv', 'metrics.csv'])
      expect(episodesIn(out).filter((line) => line.split(',').length !== 6)).toEqual([])
      const kept = /are in (.*) instead/.exec(stderr)?.[1] ?? ''
      expect(isWhole(join(kept, 'weights.safetensors'))).toBe(true)
    }),
  )
})

describe('runs that begin at once', () => {
  it('with the same seed and without --out each get a directory of their own', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => start([...small, '--steps', '10', '--seed', '5']).ended))
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0])
    const names = readdirSync(join(place, 'runs'))
    expect(names).toHaveLength(3)
    for (const name of names) {
      expect(name).toMatch(/^Pendulum-v1-avg-s5-\d{8}-\d{6}(-[23])?$/)
      expect(filesIn(join(place, 'runs', name))).toEqual(whole)
    }
  })
})
