/** docs/add-a-task.md is done as it says: its programs run, and its task is built into a checkout, where its table knows it. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { bin, codeBlocks, node, userProject } from './codeBlocks.js'

// Builds the package. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const page = 'docs/add-a-task.md'
const root = fileURLToPath(new URL('../..', import.meta.url))
const [ofShort, ofReach, ofSlider, ofProcess] = codeBlocks(page, 'text')
const [short, reach, cart] = codeBlocks(page, 'ts')
const [user] = codeBlocks(page, 'ts built')
const script = (code: string): string => transformSync(code, { loader: 'ts', format: 'esm' }).code

const place = userProject({ 'short.mjs': script(short), 'reach.mjs': script(reach), 'cart.mjs': script(cart) })
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

test.each([
  ['a task in a few lines', 'short.mjs', ofShort],
  ['a model of your own', 'reach.mjs', ofReach],
  ['a world in another process', 'cart.mjs', ofProcess],
])('the program of %s shows its output', (_, file, output) => {
  const { stdout, stderr, status } = node(place, [file])
  expect(stderr).toBe('')
  expect(stdout).toBe(output)
  expect(status).toBe(0)
})

/** A text with the lines of a block that begin with `+`, between those that begin with a space. */
const patched = (text: string, block: string): string => {
  const lines = block.trimEnd().split('\n')
  const before = lines.filter((line) => !line.startsWith('+')).map((line) => line.slice(1))
  const after = lines.map((line) => line.slice(1))
  expect(text.split(before.join('\n')), `${page}: the lines around an addition are in its file once`).toHaveLength(2)
  return text.replace(before.join('\n'), () => after.join('\n'))
}

describe('a task in the table', () => {
  const checkout = mkdtempSync(join(tmpdir(), 'rivulet-checkout-'))
  afterAll(() => rmSync(checkout, { recursive: true, force: true }), 120_000)
  for (const name of ['src', 'operators', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
    cpSync(join(root, name), join(checkout, name), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'))
  const [file] = /src\/environments\/\S+/.exec(readFileSync(join(root, page), 'utf8').match(/^```ts file=.*$/m)![0])!
  writeFileSync(join(checkout, file), codeBlocks(page, `ts file=${file}`)[0])
  const table = join(checkout, 'src', 'environments', 'tasks.ts')
  const additions = codeBlocks(page, 'diff file=src/environments/tasks.ts')
  writeFileSync(table, additions.reduce(patched, readFileSync(table, 'utf8')))
  const built = userProject({ 'user.mts': user, 'user.mjs': script(user) })
  afterAll(() => rmSync(built, { recursive: true, force: true }), 120_000)
  rmSync(join(built, 'node_modules', 'rivulet'))
  symlinkSync(checkout, join(built, 'node_modules', 'rivulet'))

  test('compiles there', () => {
    expect(additions).toHaveLength(2)
    const { stdout } = spawnSync(process.execPath, [bin('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
      cwd: checkout,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })

  test('is known by its id, to the compiler too', () => {
    const options = '--noEmit --strict --target es2022 --module nodenext --types node'.split(' ')
    expect(node(built, [bin('typescript/bin/tsc'), ...options, 'user.mts']).stdout).toBe('')
    const { stdout, stderr } = node(built, ['user.mjs'])
    expect(stderr).toBe('')
    expect(stdout).toBe(ofSlider)
  })

  test('is a task of the command, which trains on it', () => {
    const command = join(checkout, 'dist', 'src', 'cli', 'rivulet.js')
    expect(node(built, [command, 'tasks']).stdout).toMatch(/^Slider-v0 +2 +1 +-1 to 1 +0\.02 s +100$/m)
    const words = ['train', 'Slider-v0', '--steps', '150', '--hidden', '8,8', '--no-progress', '--out', 'run']
    expect(node(built, [command, ...words])).toMatchObject({ status: 0, stderr: '' })
    expect(
      readFileSync(join(built, 'run', 'episodes.csv'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(2)
  })
})
