import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
let loaded: string[]

/** Every file that starting the command loads: its static imports, direct and indirect. */
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

  it('loads no task, physics, kernel, learner, stream, spinner or picture; a run or a plot loads them', () => {
    const heavy =
      /^(@mujoco|@tensorflow|@resvg|d3-|rxjs|ora$|operators\/|src\/(drivers|environments\/(?!(tasks|runTask|modelTask|taskEntry|\w+Tasks)\.ts)|kernels|learners|runs\/(records|statistics)|cli\/(train|evaluate|watch|film|played|liveView|plot|report|experiment|dashboardLog)\.ts|cli\/(pictures|report)\/|dashboard\/|viewer\/|film\/))/
    /** Functions of one number, the choice of the kernels' home, the kernels' signatures, and the descriptions of algorithms. */
    const light = [
      ...['elementary', 'home', 'kernels', 'platform'].map((name) => `src/kernels/${name}.ts`),
      ...['algorithm', 'engines', 'learnerBytes', 'learnerSettings'].map((name) => `src/learners/${name}.ts`),
      ...['parts/adamConflicts', 'parts/adamReach', 'tensorflow/backendName'].map((name) => `src/learners/${name}.ts`),
      ...['parts/obgdConflicts', 'parts/intentionalConflicts', 'parts/temperatureConflicts'].map(
        (name) => `src/learners/${name}.ts`,
      ),
      ...['avgAlgorithm', 'avgFields', 'avgSettings', 'publishedSettings'].map((name) => `src/learners/avg/${name}.ts`),
      ...['iacAlgorithm', 'iacFields', 'iacSettings'].map((name) => `src/learners/iac/${name}.ts`),
      ...['sacAlgorithm', 'sacFields', 'sacSettings'].map((name) => `src/learners/sac/${name}.ts`),
      ...['sac1Algorithm', 'sac1Fields', 'sac1Settings'].map((name) => `src/learners/sac1/${name}.ts`),
      ...['td3Algorithm', 'td3Fields', 'td3Settings'].map((name) => `src/learners/td3/${name}.ts`),
      ...['ppoAlgorithm', 'ppoFields', 'ppoSettings'].map((name) => `src/learners/ppo/${name}.ts`),
      ...['streamAcAlgorithm', 'streamAcFields', 'streamAcSettings'].map((name) => `src/learners/streamAc/${name}.ts`),
      ...['Algorithm', 'Fields', 'Settings'].map((name) => `src/learners/intentionalAc/intentionalAc${name}.ts`),
    ]
    expect(loaded.filter((file) => heavy.test(file) && !light.includes(file))).toEqual([])
  })
})
