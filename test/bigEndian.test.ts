import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { program } from './cli/program.js'

const turned = fileURLToPath(new URL('bigEndian.cjs', import.meta.url))
const library = pathToFileURL(fileURLToPath(new URL('../dist/src/index.js', import.meta.url))).href

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rivulet-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const run = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', turned, ...words], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}
const train = (task: string, ...words: readonly string[]) =>
  run(program, 'train', task, '--steps', '30', '--hidden', '8', '--no-progress', '--out', 'run', ...words)

describe('on a big-endian machine', () => {
  test('the command computes in TypeScript, and its config says so', () => {
    expect(train('Pendulum-v1')).toMatchObject({ status: 0, stderr: '' })
    const config: unknown = JSON.parse(readFileSync(join(folder, 'run', 'config.json'), 'utf8'))
    expect(config).toMatchObject({ engine: 'fused', kernels: 'typescript', threads: 1 })
  })

  test('the command learns on TensorFlow.js in plain JavaScript', () => {
    expect(train('Pendulum-v1', '--engine', 'tfjs')).toMatchObject({ status: 0, stderr: '' })
    const config: unknown = JSON.parse(readFileSync(join(folder, 'run', 'config.json'), 'utf8'))
    expect(config).toMatchObject({ engine: 'tfjs', backend: 'cpu' })
  })

  test.each([
    [['--kernels', 'webassembly'], '--kernels: expected typescript on a big-endian machine; got webassembly'],
    [['--threads', '2'], '--threads: expected 1 on a big-endian machine; got 2'],
    [['--engine', 'tfjs', '--backend', 'wasm'], '--backend: expected cpu on a big-endian machine; got wasm'],
  ])('the command refuses %j', (words, line) => {
    expect(train('Pendulum-v1', ...words)).toEqual({ status: 2, stdout: '', stderr: `rivulet: ${line}\n` })
    expect(readdirSync(folder)).toEqual([])
  })

  test.each([
    [
      "simulator('Hopper-v4', { random: seeded(1)('environment') })",
      'Hopper-v4: MuJoCo, which is compiled to WebAssembly',
    ],
    [
      "avgOnTensorFlow({ observation: { size: 3 }, action: { size: 1 } }, settings, { backend: 'wasm' })",
      'avgOnTensorFlow: backend wasm computes wrong numbers on a big-endian machine',
    ],
    [
      'avg({ observation: { size: 3 }, action: { size: 1 } }, { ...settings, threads: 2 })',
      'avg: threads must be 1 on',
    ],
  ])('%s is refused in one line', (call, line) => {
    const text = `
      const { avg, avgOnTensorFlow, hyperparametersFor, seeded, simulator } = await import('${library}')
      const chance = { random: seeded(1)('policy'), initialization: seeded(1)('initialization') }
      const settings = { ...hyperparametersFor('Pendulum-v1'), hidden: [8], ...chance }
      try { await ${call} } catch (error) { console.log(error.message) }`
    const { stdout, stderr } = run('--input-type=module', '-e', text)
    expect(stderr).toBe('')
    expect(stdout).toMatch(new RegExp(`^${line}[^\\n]*\\n$`))
  })
})
