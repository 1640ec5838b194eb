/** `rivulet plot` and `rivulet report`, in processes of their own. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { folder, rising, writeRun } from '../runs/records/runs.js'
import { started } from './program.js'

// Each test starts a process of its own, which is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = folder()
const at = (...names: string[]): string => join(place, ...names)
/** Runs the command beside the test, whose event loop stays free: many calls in a row would look like a test that hangs. */
const run = async (line: string) => {
  const { status, stdout, stderr } = await started(line.split(' '), place).ended
  return { status, stdout, stderr }
}
const read = (...names: string[]): string => readFileSync(at(...names), 'utf8')

beforeAll(async () => {
  for (const algorithm of ['avg', 'iac']) {
    for (const seed of [1, 2, 3]) {
      const episodes = rising(1000, 100, -100 * seed, 10)
      await writeRun(at('runs', `${algorithm}-${seed}`), { algorithm, seed, episodes })
    }
  }
  await writeRun(at('short', 'a'), { seed: 1, episodes: rising(400, 100, 0, 1) })
  await writeRun(at('short', 'b'), { seed: 2, episodes: rising(1000, 100, 0, 1) })
  await writeRun(at('short', 'c'), { seed: 3 })
})

describe.each([
  ['plot', 'curves.svg', 'learning curves'],
  ['report', 'report.html', 'report'],
])('rivulet %s', (name, out, what) => {
  it('writes its file, and prints in one sentence what is in it', async () => {
    expect(await run(`${name} runs`)).toEqual({
      status: 0,
      stdout: `${out}: ${what} of 6 runs of avg and iac on Pendulum-v1.\n`,
      stderr: '',
    })
    expect(read(out)).toMatch(/^<(svg|!doctype html>)/)
    expect(read(out)).toContain('avg (3 seeds)')
  })

  it('writes the same bytes again, in the place of the file, from any order of the directories', async () => {
    const before = read(out)
    writeFileSync(at(out), 'other')
    const list = ['iac-3', 'avg-1', 'iac-1', 'avg-3', 'avg-2', 'iac-2'].map((each) => `runs/${each}`).join(' ')
    expect((await run(`${name} ${list}`)).status).toBe(0)
    expect(read(out)).toBe(before)
  })

  it('says what is not whole', async () => {
    const { status, stdout } = await run(`${name} short --out short-${out}`)
    expect(status).toBe(0)
    const lines = stdout.trim().split('\n')
    expect(lines.slice(0, 3)).toEqual([
      `short-${out}: ${what} of 2 runs of avg on Pendulum-v1.`,
      `${join('short', 'c')} is left out: no episode of it has ended.`,
      `The curve of avg on Pendulum-v1 ends early: ${join('short', 'a')} ends at 400 of 1,000 steps.`,
    ])
    expect(lines.slice(3)).toEqual(
      name === 'plot'
        ? []
        : [
            `The final returns of Pendulum-v1 are those at 400 steps: ${join('short', 'a')} ends at 400 of 1,000 steps.`,
          ],
    )
  })

  it.each<[string, (extension: string) => string, string]>([
    ['a directory that is not there', () => 'nowhere', 'nowhere: expected the directory of a run, '],
    [
      'a folder without runs',
      () => 'runs/avg-1/..//../empty',
      'runs/avg-1/..//../empty: expected the directory of a run, ',
    ],
    ['a run without an episode', () => 'short/c', `${join('short', 'c')}: expected an episode that ended; got none`],
    [
      'too few steps for an episode',
      () => 'runs --steps 50',
      '--steps: expected so many that an episode of every run of a group ends; got 50',
    ],
    [
      'a place in no directory',
      (extension) => `runs --out none/x${extension}`,
      `--out: expected a place that can be written to; got "none/x`,
    ],
    [
      'a directory in the place of the file',
      (extension) => `runs --out taken${extension}`,
      '--out: expected a place that can be written to; got "taken',
    ],
  ])('refuses %s in one line, with exit code 2, and writes nothing', async (_what, words, line) => {
    const extension = out.slice(out.indexOf('.'))
    mkdirSync(at('empty'), { recursive: true })
    mkdirSync(at(`taken${extension}`), { recursive: true })
    const before = readdirSync(place).toSorted()
    const { status, stdout, stderr } = await run(`${name} ${words(extension)}`)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.startsWith(`rivulet: ${line}`), stderr).toBe(true)
    expect(stderr).toMatch(/^[^\n]*\n$/)
    expect(readdirSync(place).toSorted()).toEqual(before)
  })
})

describe('rivulet plot', () => {
  it('draws as it is asked to', async () => {
    expect((await run('plot runs --bins 5 --steps 500 --title Title --out asked.svg')).status).toBe(0)
    const svg = read('asked.svg')
    expect(svg).toContain('>Title</text>')
    expect(svg).toContain('in each of 5 bins')
    expect(svg).toContain('Pendulum-v1, 500 steps:')
  })

  describe('where the packages of PNGs', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url))
    const installed = at('project', 'node_modules')
    const renderer = join(root, 'node_modules', '@resvg')
    const plot = (out: string) => {
      const bin = join(installed, 'rivulet', 'dist', 'src', 'cli', 'rivulet.js')
      const words = [bin, 'plot', at('runs'), '--out', out]
      const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: place, encoding: 'utf8' })
      return { status, stdout, stderr }
    }

    /** The built package where a user has installed it, without the renderer. */
    beforeAll(() => {
      mkdirSync(join(installed, 'rivulet'), { recursive: true })
      for (const each of ['dist', 'package.json']) {
        cpSync(join(root, each), join(installed, 'rivulet', each), { recursive: true })
      }
      for (const each of readdirSync(join(root, 'node_modules'))) {
        if (!each.startsWith('.') && each !== '@resvg') {
          symlinkSync(join(root, 'node_modules', each), join(installed, each))
        }
      }
    })

    it('are absent, an SVG is written, and a PNG is refused with what to install', () => {
      expect(plot('without.svg').status).toBe(0)
      expect(plot('without.png')).toEqual({
        status: 1,
        stdout: '',
        stderr:
          'rivulet: without.png: a PNG needs @resvg/resvg-wasm and @fontsource/source-sans-3, which are not both installed: ' +
          'npm install @resvg/resvg-wasm @fontsource/source-sans-3\n',
      })
      expect(existsSync(at('without.png'))).toBe(false)
    })

    it('are installed, a PNG is written', (test) => {
      test.skip(!existsSync(renderer), 'needs @resvg/resvg-wasm')
      symlinkSync(renderer, join(installed, '@resvg'))
      expect(plot('with.png')).toMatchObject({ status: 0, stderr: '' })
      expect(readFileSync(at('with.png')).subarray(1, 4).toString()).toBe('PNG')
      expect(statSync(at('with.png')).size).toBeGreaterThan(10_000)
    })
  })
})
