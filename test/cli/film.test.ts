/** `rivulet film` and what `rivulet watch` refuses alike, in processes of their own. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { decodedGif, decodedPng } from '../film/decoded.js'
import { isLeft, left } from 'fp-ts/lib/Either.js'
import type { CommandProcess } from '../../src/cli/commandProcess.js'
import { film } from '../../src/cli/film.js'
import { readFilm } from '../../src/cli/filmOptions.js'
import { parse } from '../../src/cli/parse.js'
import { renderFailure } from '../../src/edge/decode.js'
import { rightOf } from '../learners/interchange/learners.js'
import { rivulet } from './program.js'

// Each run is a process of its own, which is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-film-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))
const at = (name: string): string => join(place, name)
const run = (line: string) => rivulet(line.split(' '), place)

beforeAll(() => {
  const { status, stderr } = run('train Hopper-v4 --steps 300 --hidden 8,8 --no-progress --out run')
  if (status !== 0) throw new Error(stderr)
})

describe('rivulet film', () => {
  it('writes the episodes of a policy that rivulet evaluate runs, and says which', () => {
    const small = '--width 96 --height 64 --fps 20 --no-progress'
    const { status, stdout, stderr } = run(`film run --episodes 2 --seed 5 --out film.png ${small}`)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const evaluated = JSON.parse(run('evaluate run --episodes 2 --seed 5 --json --no-progress').stdout) as {
      returns: number[]
      lengths: number[]
    }
    const { width, height, frames } = decodedPng(readFileSync(at('film.png')))
    expect([width, height]).toEqual([96, 64])
    const pictures = evaluated.lengths.map((length) => Math.floor(length * 0.008 * 20 + 1e-6) + 1)
    expect(frames).toHaveLength(pictures[0] + pictures[1])
    const returns = evaluated.returns.map((each) => each.toFixed(1)).join(', ')
    expect(stdout).toBe(
      `film.png: ${(frames.length / 20).toFixed(1)} s of Hopper-v4, the policy of run; ` +
        `${frames.length} pictures of 2 episodes, returns ${returns}.\n`,
    )
  })

  it('is the same film for the same seed, and another one for another seed or drawn actions', () => {
    const small = '--width 32 --height 32 --seconds 0.2 --no-progress'
    const filmed = (words: string): Buffer => {
      expect(run(`film ${words} ${small} --out same.gif`).status).toBe(0)
      return readFileSync(at('same.gif'))
    }
    const first = filmed('run/policy.safetensors --seed 2')
    expect(decodedGif(first).frames).toHaveLength(5)
    expect(filmed('run --seed 2')).toEqual(first)
    expect(filmed('run --seed 3')).not.toEqual(first)
    expect(filmed('run --seed 2 --stochastic')).not.toEqual(first)
    expect(filmed('Hopper-v4 --seed 2 --actions zeros')).not.toEqual(first)
  })

  it('replaces a film, and takes options of the task', () => {
    writeFileSync(at('old.apng'), 'old')
    const { status, stdout } = run(
      'film Hopper-v5 --task-option healthyZRange=0.8,none --actions zeros --seconds 0.1 --out old.apng --no-progress',
    )
    expect(status).toBe(0)
    expect(stdout).toMatch(
      /^old.apng: 0.1 s of Hopper-v5, actions of 0; 3 pictures of one episode, return [\d.-]+\.\n$/,
    )
    expect(decodedPng(readFileSync(at('old.apng'))).frames).toHaveLength(3)
  })

  it('writes nothing at Ctrl-C, after the picture under way', async () => {
    const interruption = new AbortController()
    const lines: string[] = []
    let now = 0
    const commandProcess = {
      live: false,
      interruption: interruption.signal,
      // Each look at the clock is ten seconds later, so that each picture has a line.
      clock: { now: () => (now += 10_000) },
      stderr: {
        write: (line: string) => {
          lines.push(line)
          if (lines.length === 2) interruption.abort('SIGINT')
        },
      },
      guard: () => () => undefined,
    } as unknown as CommandProcess
    const request = rightOf(readFilm(at('run'), { width: '64', height: '64', out: at('cut.gif') }))
    const pictures = await film(request, commandProcess)()
    expect(pictures).toEqual(left({ code: 130, lines: ['SIGINT: nothing was written'] }))
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/^2\/\d+ pictures\n$/)
    expect(readdirSync(place).filter((name) => /cut|tmp/.test(name))).toEqual([])
  })
})

describe('refused in one line, by both commands', () => {
  const kinds = 'the directory of a run, a file of a policy, or a task (rivulet tasks lists them)'
  const without = 'Pendulum-v1, MountainCarContinuous-v0, DotReacher-easy, DotReacher-hard, DotSeeker'
  const refused: readonly (readonly [string, string | RegExp])[] = [
    ['Hopper-v3', `what: expected ${kinds}; got "Hopper-v3"; nearest: Hopper-v4`],
    [
      'Pendulum-v1',
      `what: expected a task on MuJoCo, which has a scene, as all have but ${without}; got "Pendulum-v1"`,
    ],
    [
      'gymnasium:Pendulum-v1',
      'what: expected a task on MuJoCo, which has a scene; got "gymnasium:Pendulum-v1", an environment in Python',
    ],
    ['run/config.json', /^run\/config\.json: file: expected a safetensors file; got JSON/],
    ['run/checkpoints', 'run/checkpoints: expected a policy.safetensors in it; got none'],
    ['run --actions zeros', '--actions: expected nothing with a policy, which acts itself; got zeros'],
    ['Hopper-v4 --stochastic', '--stochastic: expected nothing with a task, in which no policy acts; got true'],
    ['Hopper-v4 --actions none', '--actions: expected one of random, zeros; got "none"'],
    ['Hopper-v4 --seed -1', '--seed: expected an integer from 0 to 2^53 - 1; got "-1"'],
    ['Hopper-v4 --task-option heathyZRange=1,2', /^--task-option heathyZRange: .*nearest: healthyZRange/],
  ]
  /** The lines with which a command is refused in this process, by paths within the place of the tests. */
  const linesOf = async (line: string): Promise<readonly string[]> => {
    const [command, what, ...options] = line.split(' ')
    const path = what.startsWith('run') ? at(what) : what
    const parsed = parse([command, path, ...options])
    if (isLeft(parsed)) return parsed.left.map(renderFailure)
    const answered = await parsed.right.answer({} as CommandProcess)()
    if (!isLeft(answered)) throw new Error(answered.right)
    expect(answered.left.code).toBe(2)
    return answered.left.lines.map((each) => each.replaceAll(`${place}/`, ''))
  }
  it.each(refused)('%s', async (words, line) => {
    for (const command of ['film', 'watch']) {
      const [said, ...others] = await linesOf(`${command} ${words}`)
      expect(others).toEqual([])
      if (typeof line === 'string') expect(said).toBe(line)
      else expect(said).toMatch(line)
    }
  })

  it.each([
    ['--out film.mp4', '--out: expected a name that ends in .gif or .apng or .png; got "film.mp4"'],
    ['--fps 60', '--fps: expected an integer from 1 to 50; got "60"'],
    ['--width 8', '--width: expected an integer from 16 to 4096; got "8"'],
    ['--seconds 0', '--seconds: expected a positive number; got "0"'],
  ])('rivulet film %s', async (words, line) => expect(await linesOf(`film Hopper-v4 ${words}`)).toEqual([line]))

  it('a real process, with exit code 2', () => {
    const [[words, line]] = refused
    const ended = { status: 2, stdout: '', stderr: `rivulet: ${String(line)}\n` }
    expect([run(`film ${words}`), run(`watch ${words}`)]).toEqual([ended, ended])
  })
})

it('rivulet film refuses a place that takes no file', () => {
  const { status, stderr } = run('film Hopper-v4 --seconds 0.1 --no-progress --out no/film.gif')
  expect(status).toBe(2)
  expect(stderr).toMatch(/^rivulet: --out: expected a place that can be written to; got "no\/film\.gif" \(.*\)\n$/)
  expect(existsSync(at('no'))).toBe(false)
})
