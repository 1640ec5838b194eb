import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { loadBackend } from '../../../src/learners/tensorflow/backend.js'

// The tests load TensorFlow.js in processes of their own, which is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const root = fileURLToPath(new URL('../../..', import.meta.url))
const built = join(root, 'dist', 'src')
const place = mkdtempSync(join(tmpdir(), 'rivulet-backend-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Runs a module in a process of its own. */
const node = (code: string, cwd = root) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd,
    encoding: 'utf8',
    timeout: 250_000,
  })
  return { status, stdout, stderr }
}

/** Prints the names of TensorFlow.js's modules that a process loads, by a hook on Node's own loader. */
const tracing = `
import { register } from 'node:module'
const hooks = \`import { writeSync } from 'node:fs'
export const resolve = (name, context, next) => {
  if (name.includes('tensorflow')) writeSync(1, 'asked for ' + name + '\\\\n')
  return next(name, context)
}\`
register('data:text/javascript,' + encodeURIComponent(hooks))
`
const learner = (engine: string) => `
const { ${engine}, seeded } = await import('${join(built, 'index.js')}')
const random = seeded(1)
const settings = { hidden: [4], actorStepSize: 1e-3, criticStepSize: 1e-3, entropyCoefficient: 0.1, discount: 0.9, adamBeta1: 0,
  random: random('policy'), initialization: random('initialization') }
const learner = await ${engine}({ observation: { size: 3 }, action: { size: 1 } }, settings)
learner.sample([1, 2, 3])
`

describe('TensorFlow.js is loaded', () => {
  test('when it is needed, which the hook detects', () => {
    const { stdout, status } = node(tracing + learner('avgOnTensorFlow'))
    expect(status).toBe(0)
    expect(stdout).toContain('asked for @tensorflow/tfjs-core')
    expect(stdout).toContain('asked for @tensorflow/tfjs-backend-wasm')
    expect(stdout).not.toContain('tfjs-backend-cpu')
  })

  test('neither by the package nor by the fused engine', () => {
    const { stdout, stderr, status } = node(tracing + learner('avg'))
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    expect(stdout.match(/asked for @tensorflow/)).toBeNull()
  })

  test('nor by rivulet train with the fused engine', () => {
    const run = `process.argv.push('rivulet', 'train', 'Pendulum-v1', '--hidden', '4', '--steps', '5', '--no-progress', '--out', ${JSON.stringify(join(place, 'fused'))})
await import('${join(built, 'cli', 'rivulet.js')}')`
    const { stdout, status } = node(tracing + run)
    expect(status).toBe(0)
    expect(stdout).toContain('Pendulum-v1: 5 steps')
    expect(stdout.match(/asked for @tensorflow/)).toBeNull()
  })
})

describe('failures of loading', () => {
  test('an unknown name is refused with the nearest one', async () => {
    await expect(loadBackend('avgOnTensorFlow', 'tensorflw' as never)).rejects.toThrow(
      'avgOnTensorFlow: backend: expected one of tensorflow, wasm, cpu; got "tensorflw"; nearest: tensorflow',
    )
  })

  /** The built package in a folder without TensorFlow.js. */
  const alone = (): string => {
    const home = join(place, 'alone')
    mkdirSync(join(home, 'node_modules', 'rivulet'), { recursive: true })
    cpSync(join(root, 'package.json'), join(home, 'node_modules', 'rivulet', 'package.json'))
    cpSync(join(root, 'dist'), join(home, 'node_modules', 'rivulet', 'dist'), { recursive: true })
    for (const name of ['rxjs', 'fp-ts', 'io-ts', 'fastest-levenshtein', 'tslib', '@mujoco']) {
      symlinkSync(join(root, 'node_modules', name), join(home, 'node_modules', name))
    }
    return home
  }

  /** Folders above the temporary one may contain packages, which the test ignores. */
  const fenced = (home: string): string => `
import { register } from 'node:module'
const hooks = \`export const resolve = async (name, context, next) => {
  const found = await next(name, context)
  if (!name.startsWith('@tensorflow/') || found.url.includes(${JSON.stringify(home)})) return found
  return next(name, { ...context, parentURL: 'file:///nowhere/index.js' })
}\`
register('data:text/javascript,' + encodeURIComponent(hooks))
`

  test('missing packages are named in one line, with the packages to install', () => {
    const home = alone()
    const say = `${fenced(home)}
const { avgOnTensorFlow, hyperparametersFor, seeded } = await import('rivulet')
const [random, initialization] = ['policy', 'initialization'].map(seeded(1))
for (const backend of ['tensorflow', 'wasm', 'cpu']) {
  const settings = { ...hyperparametersFor('any'), random, initialization }
  const spec = { observation: { size: 3 }, action: { size: 1 } }
  await avgOnTensorFlow(spec, settings, { backend }).catch((error) => console.log(error.message))
}`
    const { stdout, stderr } = node(say, home)
    expect(stderr).toBe('')
    const separate = 'npm install @tensorflow/tfjs-core @tensorflow/tfjs-layers'
    expect(stdout.split('\n')).toEqual([
      'avgOnTensorFlow: backend tensorflow needs @tensorflow/tfjs-node, which is not installed; npm install @tensorflow/tfjs-node',
      `avgOnTensorFlow: backend wasm needs @tensorflow/tfjs-core, which is not installed; ${separate} @tensorflow/tfjs-backend-wasm`,
      `avgOnTensorFlow: backend cpu needs @tensorflow/tfjs-core, which is not installed; ${separate} @tensorflow/tfjs-backend-cpu`,
      '',
    ])
  })

  test('a package that is there and does not load has an error with the first line of its own', () => {
    const home = join(place, 'alone')
    const broken = join(home, 'node_modules', '@tensorflow', 'tfjs-node')
    mkdirSync(broken, { recursive: true })
    writeFileSync(join(broken, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "main": "index.js" }')
    writeFileSync(join(broken, 'index.js'), "throw new Error('The native addon can not be found\\nand more')")
    const { stdout } = node(
      `import { loadBackend } from './node_modules/rivulet/dist/src/learners/tensorflow/backend.js'
await loadBackend('bench', 'tensorflow').catch((error) => console.log(error.message))`,
      home,
    )
    expect(stdout).toBe(
      'bench: backend tensorflow cannot load @tensorflow/tfjs-node (The native addon can not be found); npm install @tensorflow/tfjs-node\n',
    )
  })

  test('tfjs-node finds the two functions of util that Node has no more', () => {
    const home = join(place, 'alone')
    writeFileSync(
      join(home, 'node_modules', '@tensorflow', 'tfjs-node', 'index.js'),
      `const util = require('util')
throw new Error([null, undefined, 0].map(util.isNullOrUndefined) + ' ' + [[], 0].map(util.isArray))`,
    )
    const { stdout } = node(
      `import util from 'node:util'
// As Node 23 and later are.
delete util.isNullOrUndefined
delete util.isArray
const { loadBackend } = await import('./node_modules/rivulet/dist/src/learners/tensorflow/backend.js')
await loadBackend('bench', 'tensorflow').catch((error) => console.log(error.message))`,
      home,
    )
    expect(stdout).toContain('(true,true,false true,false)')
  })
})

describe('a loaded backend', () => {
  test.each(['wasm', 'cpu'] as const)('%s leaves a program its exit code and the error stream', (backend) => {
    const load = `import { loadBackend } from '${join(built, 'learners', 'tensorflow', 'backend.js')}'
const { run, tf } = await loadBackend('bench', '${backend}')
run(() => tf.scalar(1).dataSync())
`
    expect(node(load)).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(node(`${load}throw new Error('mine')`).status).toBe(1)
  })
})

test('the public types refer to no package that a user may not have', () => {
  const seen = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"]([^'"]+)['"]/g)) {
      if (name.startsWith('.')) visit(normalize(join(dirname(file), name)).replace(/\.js$/, '.d.ts'))
      else packages.add(name)
    }
  }
  visit(join(built, 'index.d.ts'))
  expect(seen.size).toBeGreaterThan(20)
  const { peerDependenciesMeta } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    peerDependenciesMeta: object
  }
  expect([...packages].filter((name) => name in peerDependenciesMeta)).toEqual([])
})
