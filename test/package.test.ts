import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

// Packs, compiles and runs. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

/** Milliseconds that a process may take. */
const timeout = 250_000

const root = fileURLToPath(new URL('..', import.meta.url))
const place = mkdtempSync(join(tmpdir(), 'rivulet-package-'))
const installed = join(place, 'node_modules', 'rivulet')

/** Bytes of the tarball, and of its files. */
const size = { packed: 0, unpacked: 0 }

/** The tarball unpacked where npm would put it, its dependencies being those of this checkout: no registry is asked. */
beforeAll(() => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', place], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout,
    }),
  ) as { filename: string; size: number; unpackedSize: number }[]
  Object.assign(size, { packed: packed.size, unpacked: packed.unpackedSize })
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['xzf', join(place, packed.filename), '-C', installed, '--strip-components=1'], { timeout })
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(place, 'node_modules', name))
  }
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }')
}, 120_000)
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

const node = (code: string) =>
  spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd: place, encoding: 'utf8', timeout })

describe('the packed package', () => {
  test('holds what it needs, docs and examples too, and no test or golden', () => {
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
    expect(files).toContain(join('dist', 'src', 'index.js'))
    expect(files).toContain(join('dist', 'src', 'index.d.ts'))
    expect(files).toContain('LICENSE')
    expect(files).toContain(join('docs', 'operators', 'update.svg'))
    expect(files).toContain(join('examples', '01-agent.ts'))
    expect(files.filter((file) => /(^|\/)(test|golden|node_modules)(\/|$)/.test(file))).toEqual([])
  })

  test('has the sizes that the README says, to a tenth', () => {
    const said = /takes ([\d.]+) MB on\s+the disk and ([\d.]+) MB to download/.exec(
      readFileSync(join(installed, 'README.md'), 'utf8'),
    )
    const [onDisk, packed] = (said ?? []).slice(1).map(Number)
    expect(onDisk / (size.unpacked / 1e6)).toBeCloseTo(1, 1)
    expect(packed / (size.packed / 1e6)).toBeCloseTo(1, 1)
  })

  test('its pages link to what it holds', () => {
    const pages = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'))
    const broken = pages.flatMap((page) =>
      [...readFileSync(join(installed, page), 'utf8').matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g)]
        .map(([, link]) => join(dirname(page), link))
        .filter((link) => !existsSync(join(installed, link)))
        .map((link) => `${page} -> ${link}`),
    )
    expect(pages.length).toBeGreaterThan(20)
    expect(broken).toEqual([])
  })

  test('an example runs where it was installed, and so does a copy of it', () => {
    const inPlace = join(installed, 'dist', 'examples', '01-agent.js')
    cpSync(inPlace, join(place, 'copied.js'))
    for (const file of [inPlace, 'copied.js']) {
      const { stdout, stderr } = spawnSync(process.execPath, [file, '1000'], { cwd: place, encoding: 'utf8' })
      expect(stderr).toBe('')
      expect(stdout).toContain('return: -86.69075876236025')
    }
  })

  test('nothing runs when it is installed', () => {
    const { scripts } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>
    }
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^(pre|post)?prepare$/.test(name))).toEqual([])
  })

  test.each(['rivulet', 'rivulet/operators', 'rivulet/testing'])('%s is importable', (name) => {
    const { status, stderr } = node(
      `const m = await import('${name}'); if (Object.keys(m).length < 3) throw new Error('empty')`,
    )
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  test('everything else is closed', () => {
    const { stderr } = node(`await import('rivulet/dist/src/learners/avg/avg.js')`)
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
})
