import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

// Packs, compiles and runs. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

/** Milliseconds that a process may take. */
const timeout = 250_000

const root = fileURLToPath(new URL('..', import.meta.url))
const place = mkdtempSync(join(tmpdir(), 'rivulet-package-'))
const installed = join(place, 'node_modules', 'rivulet')

/** The tarball unpacked where npm would put it, its dependencies being those of this checkout: no registry is asked. */
beforeAll(() => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', place], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout,
    }),
  ) as { filename: string }[]
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['xzf', join(place, packed.filename), '-C', installed, '--strip-components=1'], { timeout })
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(place, 'node_modules', name))
  }
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }')
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

const node = (code: string) =>
  spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd: place, encoding: 'utf8', timeout })

describe('the packed package', () => {
  test('holds what it needs and no test, example or golden', () => {
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
    expect(files).toContain(join('dist', 'src', 'index.js'))
    expect(files).toContain(join('dist', 'src', 'index.d.ts'))
    expect(files).toContain('LICENSE')
    expect(files.filter((file) => /(^|\/)(test|examples|golden|node_modules)(\/|$)/.test(file))).toEqual([])
  })

  test.each(['rivulet', 'rivulet/operators', 'rivulet/testing'])('%s is importable', (name) => {
    const { status, stderr } = node(
      `const m = await import('${name}'); if (Object.keys(m).length < 3) throw new Error('empty')`,
    )
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  test('everything else is closed', () => {
    const { stderr } = node(`await import('rivulet/dist/src/learners/avg.js')`)
    expect(stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED')
  })

  test('the command runs', () => {
    const bin = join(
      installed,
      (JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { bin: { rivulet: string } }).bin.rivulet,
    )
    const { status, stdout } = spawnSync(process.execPath, [bin, '--help'], { cwd: place, encoding: 'utf8', timeout })
    expect(status).toBe(0)
    expect(stdout).toContain('rivulet')
  })

  test('types reach a user: the first example compiles strictly, and a wrong chain does not', () => {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const compile = (file: string) =>
      spawnSync(
        process.execPath,
        [tsc, '--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node', file],
        {
          cwd: place,
          encoding: 'utf8',
          timeout,
        },
      )
    cpSync(join(root, 'examples', '01-agent.ts'), join(place, 'agent.ts'))
    expect(compile('agent.ts').stdout).toBe('')
    const wrong = readFileSync(join(place, 'agent.ts'), 'utf8').replace('  transitions(),\n', '')
    writeFileSync(join(place, 'wrong.ts'), wrong)
    expect(compile('wrong.ts').status).not.toBe(0)
  })

  test('rivulet/operators bundles for a browser, without Node’s modules', async () => {
    writeFileSync(
      join(place, 'page.js'),
      `import * as operators from 'rivulet/operators'\nglobalThis.operators = operators\n`,
    )
    const bundled = await build({
      entryPoints: [join(place, 'page.js')],
      bundle: true,
      platform: 'browser',
      format: 'esm',
      write: false,
      logLevel: 'silent',
    })
    expect(bundled.errors).toEqual([])
    expect(bundled.outputFiles[0].text).not.toMatch(/from ["']node:|require\(["']node:/)
  })
})
