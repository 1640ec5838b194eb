/** The suite itself: what it runs on, what it leaves out, and what a test that hangs costs. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { leftOut } from '../doneLine.js'

// Builds the package, and runs Vitest. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const root = fileURLToPath(new URL('../..', import.meta.url))
const place = mkdtempSync(join(tmpdir(), 'rivulet-suite-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const node = (cwd: string, ...args: readonly string[]) => {
  const { VITEST: _vitest, NODE_OPTIONS: _options, ...env } = process.env
  return spawnSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: 250_000, env: { ...env, NO_COLOR: '1' } })
}

test('a build is one of the sources until any of them, or anything that it wrote, is edited or removed', () => {
  const copy = join(place, 'copy')
  const parts = ['src', 'operators', 'examples', 'package.json', 'package-lock.json', '.gitignore', 'build.mjs']
  for (const part of [...parts, 'tsconfig.json', 'tsconfig.build.json', 'test/freshBuild.mjs']) {
    cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  rmSync(join(copy, 'src/kernels/binary.ts'), { force: true })
  const question = `console.log((await import('./build.mjs')).isBuilt())`
  const isBuilt = (): string => node(copy, '--input-type=module', '-e', question).stdout.trim()

  expect(isBuilt()).toBe('false')
  const renewing = `(await import('./test/freshBuild.mjs')).setup({ onTestsRerun: () => {} })`
  const { stdout, status } = node(copy, '--input-type=module', '-e', renewing)
  expect([stdout, status]).toEqual(['The build is not one of these sources: building.\n', 0])
  expect(isBuilt()).toBe('true')

  const files = ['src/moments.ts', 'operators/reward.ts', 'examples/01-agent.ts', 'src/kernels/assembly/kernels.ts']
  for (const file of [...files, 'package.json', 'src/kernels/binary.ts', 'dist/src/moments.js', 'dist/built.json']) {
    const text = readFileSync(join(copy, file), 'utf8')
    writeFileSync(join(copy, file), `${text} `)
    expect([file, isBuilt()]).toEqual([file, file === 'dist/built.json' ? 'true' : 'false'])
    rmSync(join(copy, file))
    expect([file, isBuilt()]).toEqual([file, 'false'])
    writeFileSync(join(copy, file), text)
    expect([file, isBuilt()]).toEqual([file, 'true'])
  }
  writeFileSync(join(copy, 'src/new.ts'), 'export const wrong: number = "text"\n')
  expect(isBuilt()).toBe('false')
  const refused = node(copy, '--input-type=module', '-e', renewing)
  expect(refused.stdout).toContain('src/new.ts')
  expect(refused.stderr).toBe('The sources do not build, as said above; no test was run.\n')
  expect(refused.status).toBe(1)
})

describe('a run', () => {
  const config = `import { doneLine } from '${join(root, 'test/doneLine.ts')}'
    export default { test: {
      include: ['*.case.ts'], reporters: [['default', { summary: false }], doneLine], testTimeout: 1000,
      setupFiles: '${join(root, 'test/hangs.ts')}', server: { deps: { inline: [/rivulet/] } },
    } }`
  const run = (name: string, cases: string) => {
    const folder = mkdtempSync(join(place, 'run-'))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'vitest.config.ts'), config)
    writeFileSync(join(folder, `${name}.case.ts`), cases)
    const { stdout, stderr, status } = node(folder, join(root, 'node_modules/vitest/vitest.mjs'), 'run')
    return { folder, lines: stdout.trimEnd().split('\n'), stderr, status }
  }

  test('ends with what was left out, by name and reason, and the counts', () => {
    const { lines, status } = run(
      'absent',
      `import { describe, test } from 'vitest'
      import { needs } from '${join(root, 'test/absent.ts')}'
      describe('a broker', () => {
        needs('mosquitto', false)
        for (const name of ['one', 'two']) test(name, () => { throw new Error('it ran') })
      })
      describe('here', () => {
        needs('nothing', true)
        test('three', () => {})
      })
      test.skip('four', () => {})`,
    )
    expect(lines.slice(-6)).toEqual([
      'skipped: needs mosquitto',
      '  absent.case.ts > a broker > one',
      '  absent.case.ts > a broker > two',
      'skipped: no reason but the name of the test',
      '  absent.case.ts > four',
      '1 passed, 0 failed, 3 skipped',
    ])
    expect(status).toBe(0)
  })

  test.each([
    ['waits for a promise', 'await new Promise(() => {})', /Test timed out in 1000ms/],
    ['never returns', 'for (;;);', /hang.case.ts > hangs: ended, since it blocked the event loop for \d+ ms/],
    [
      'waits for a process',
      `require('node:child_process').spawnSync('sh', ['-c', 'echo $$ > pid; exec sleep 100'])`,
      /hang.case.ts > hangs: ended, since it blocked/,
    ],
  ])('whose test %s ends soon, and fails', (_, code, told) => {
    const { folder, lines, stderr, status } = run(
      'hang',
      `import { createRequire } from 'node:module'
      import { test } from 'vitest'
      const require = createRequire(import.meta.url)
      test('hangs', async () => { ${code} })`,
    )
    expect(stderr).toMatch(told)
    expect(lines.at(-1)).toMatch(/^0 passed, [12] failed$/)
    expect(status).toBe(1)
    // What it waited for has ended, and may not have been buried yet.
    const child = join(folder, 'pid')
    if (process.platform !== 'linux' || !existsSync(child)) return
    const { stdout } = spawnSync('cat', [`/proc/${readFileSync(child, 'utf8').trim()}/cmdline`], { encoding: 'utf8' })
    expect(stdout).toBe('')
  })
})

test('nothing is left out, nothing is said', () => {
  expect(leftOut([])).toEqual([])
})
