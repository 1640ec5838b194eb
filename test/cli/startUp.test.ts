import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
let loaded: string[]

/** Everything that starting the command loads: what it imports statically, however indirectly. */
beforeAll(async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/rivulet.ts'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: 'dist',
    write: false,
    metafile: true,
  })
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { path, kind } of metafile.inputs[file]?.imports ?? []) if (kind === 'import-statement') visit(path)
  }
  visit('src/cli/rivulet.ts')
  loaded = [...seen]
})

describe('starting the command', () => {
  it('loads the parser and the tasks', () => {
    expect(loaded).toEqual(expect.arrayContaining(['commander', 'src/cli/parse.ts', 'src/environments/tasks.ts']))
  })

  it('loads no physics, kernel, learner, stream or spinner: a run does', () => {
    const heavy = /^(@mujoco|rxjs|ora$|operators\/|src\/(drivers|kernels|cli\/train\.ts|learners\/avg\/avg\.ts))/
    /** Functions of one number, where numbers stand, which home of the kernels runs here, and the kernels' signatures. */
    const light = ['arena', 'elementary', 'home', 'kernels', 'platform'].map((name) => `src/kernels/${name}.ts`)
    expect(loaded.filter((file) => heavy.test(file) && !light.includes(file))).toEqual([])
  })
})
