/** docs/add-an-algorithm.md: its code is added to a copy of the sources, which is built, and the toy is trained from the command line. */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { algorithmNames } from '../../src/runs/algorithms.js'
import { bin, codeBlocks, node } from './codeBlocks.js'

// Compiles the package and starts it a dozen times. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

/** The algorithms of the package, as messages list them. */
const names = algorithmNames.join(', ')
const root = fileURLToPath(new URL('../..', import.meta.url))
const page = 'docs/add-an-algorithm.md'
/** The files that the page shows, by the path in their first line. */
const files = codeBlocks(page, 'ts').map((block) => {
  const [, path, code] = /^\/\/ (src\/\S+)\n([\s\S]*)$/.exec(block)!
  return { path, code }
})
const place = mkdtempSync(join(tmpdir(), 'rivulet-algorithm-'))
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

/** Adds the page's import above the others and puts the page's list in the place of the list. */
const withEntry = (source: string, entry: string): string => {
  const whole = /^export const algorithms\b[^=]*= \[[^\]]*\]$/m
  const [added, list] = [/^import .*$/m, whole].map((part) => part.exec(entry)![0])
  return source.replace(/^import /m, `${added}\nimport `).replace(whole, list)
}

const rivulet = (...words: readonly string[]) => {
  const { status, stdout, stderr } = node(place, ['dist/src/cli/rivulet.js', ...words])
  return { status, stdout, stderr }
}
const train = (...words: readonly string[]) => rivulet('train', 'Pendulum-v1', '--algorithm', 'toy', ...words)
const contentOf = (path: string): string => readFileSync(join(place, path), 'utf8')

beforeAll(async () => {
  for (const name of ['src', 'operators', 'examples', 'package.json']) {
    cpSync(join(root, name), join(place, name), { recursive: true })
  }
  for (const name of ['tsconfig.json', 'tsconfig.build.json']) cpSync(join(root, name), join(place, name))
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'))
  for (const { path, code } of files) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    const isEntry = path === 'src/runs/algorithms.ts'
    writeFileSync(join(place, path), isEntry ? withEntry(contentOf(path), code) : code)
  }
  // The kernels came along as they were built. What the compiler refuses rejects here, with its output.
  const compile = [bin('typescript/bin/tsc'), '-p', 'tsconfig.build.json']
  await promisify(execFile)(process.execPath, compile, { cwd: place })
})

test('the toy is a folder of less than 60 lines and an entry in the list', () => {
  const paths = files.map(({ path }) => path)
  expect(paths).toEqual(['src/learners/toy/toy.ts', 'src/learners/toy/toyAlgorithm.ts', 'src/runs/algorithms.ts'])
  const lines = files.slice(0, 2).flatMap(({ code }) => code.trimEnd().split('\n'))
  expect(lines.length).toBeLessThan(60)
})

describe('from the command line the toy', () => {
  test('trains, and its config holds its settings and no others', () => {
    const { status, stderr } = train('--steps', '2000', '--step-size', '0.3', '--no-progress', '--out', 'run')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(JSON.parse(contentOf('run/config.json'))).toMatchObject({
      algorithm: 'toy',
      task: 'Pendulum-v1',
      steps: 2000,
      actionRange: 'clip',
      engine: 'typescript',
      settings: { stepSize: 0.3, reach: 1 },
    })
    expect(JSON.parse(contentOf('run/config.json'))).not.toHaveProperty('kernels')
    expect(contentOf('run/episodes.csv').trim().split('\n')).toHaveLength(11)
  })

  test('keeps its weights, and begins another run with them', () => {
    const words = ['--steps', '10', '--no-progress', '--weights', 'run/weights.safetensors', '--out', 'next']
    expect(train(...words)).toMatchObject({ status: 0, stderr: '' })
    const bytes = (path: string) => readFileSync(join(place, path))
    expect(bytes('next/initial.safetensors').equals(bytes('run/weights.safetensors'))).toBe(true)
  })

  test('learns', () => {
    const { stdout } = train('--steps', '100000', '--seed', '5', '--no-progress', '--out', 'learnt')
    const [, from, to] = /mean return from (\S+) .* to (\S+) /
      .exec(stdout)!
      .map((each) => Number(each.replace(',', '')))
    expect(from).toBeLessThan(-1300)
    expect(to).toBeGreaterThan(-400)
  })

  test('has help of its own, and avg keeps its own', () => {
    const { stdout } = rivulet('train', '--algorithm', 'toy', '--help')
    expect(stdout).toMatch(
      /^Settings of toy:\n {2}--step-size <number> +step along the better direction \(default: 0\.4\)$/m,
    )
    expect(stdout).toMatch(/stretch \(-1, 1\) to them \(default:\s+clip\)/)
    expect(stdout.replace(/\s+/g, ' ')).toContain(`${names}, toy (default: avg)`)
    expect(stdout).not.toContain('--discount')
    expect(rivulet('train', '--help').stdout).toMatch(/^Settings of avg:\n {2}--hidden <numbers> /m)
  })

  const [, ...shown] = codeBlocks(page, 'text')[0].split(/^\$ rivulet /m)
  test.each(shown.map((text) => text.trimEnd().split('\n')))('does what the page shows of %s', (line, ...said) => {
    const { stdout, stderr } = rivulet(...line.split(' '))
    expect((stdout + stderr).trimEnd().split('\n')).toEqual(said)
  })

  test.each([
    ['--engine fused', '--engine: expected one of typescript; got "fused"'],
    ['--threads 2', `--threads: expected nothing with --algorithm toy, since it is a setting of ${names}; got "2"`],
    [
      '--no-scale-td-error',
      '--no-scale-td-error: expected nothing with --algorithm toy, since it is a setting of avg, iac, sac-1; got false',
    ],
    ['--rech 1', `unknown option '--rech' for 'rivulet train'; see 'rivulet train --help'; nearest: --reach`],
  ])('refuses %s in one line', (words, line) => {
    expect(train(...words.split(' '))).toEqual({ status: 2, stdout: '', stderr: `rivulet: ${line}\n` })
  })

  test('is none of avg’s: avg refuses a setting of the toy', () => {
    expect(rivulet('train', 'Pendulum-v1', '--reach', '3').stderr).toBe(
      'rivulet: --reach: expected nothing with --algorithm avg, since it is a setting of toy; got "3"\n',
    )
  })

  test('is listed, with every setting, as text and as JSON', () => {
    expect(rivulet('algorithms').stdout).toMatch(/^avg\n[\s\S]*^toy\n[\s\S]*--reach <number>/m)
    const listed = JSON.parse(rivulet('algorithms', 'toy', '--json').stdout) as readonly unknown[]
    expect(listed).toMatchObject([{ name: 'toy', settings: [{ name: 'stepSize', default: 0.4 }, { name: 'reach' }] }])
    expect(rivulet('algorithms', 'toi').stderr).toBe(
      `rivulet: algorithm: expected one of ${names}, toy; got "toi"; nearest: toy\n`,
    )
  })
})
