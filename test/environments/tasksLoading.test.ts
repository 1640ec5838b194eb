import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, it, vi } from 'vitest'
import { simulator, taskIds, taskSpec } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'

const loaded = vi.hoisted(() => [] as string[])
vi.mock('@mujoco/mujoco', () => {
  loaded.push('MuJoCo')
  return { default: () => Promise.reject(new Error('MuJoCo was asked for')) }
})
for (const file of ['classic/pendulum', 'gymnasium/hopper', 'gymnasium/halfCheetah', 'mujoco/mujocoSimulator']) {
  vi.doMock(`../../src/environments/${file}.js`, async (importOriginal) => {
    loaded.push(file)
    return importOriginal()
  })
}

it('loads a task when its spec is requested, its physics when it is opened, and no other task', async () => {
  const random = seeded(1)('environment')
  expect(taskIds.length).toBeGreaterThan(1)
  expect(loaded).toEqual([])
  const world = await simulator('Pendulum-v1', { random })
  world.reset()
  world.step([0])
  expect(loaded).toEqual(['classic/pendulum'])
  await taskSpec('Hopper-v5')
  expect(loaded).toEqual(['classic/pendulum', 'gymnasium/hopper'])
  await expect(simulator('Hopper-v4', { random })).rejects.toThrow('MuJoCo was asked for')
  expect(loaded).toEqual(['classic/pendulum', 'gymnasium/hopper', 'mujoco/mujocoSimulator', 'MuJoCo'])
})

it.each([
  ['the table', 'src/environments/tasks.ts'],
  ['the command', 'src/cli/rivulet.ts'],
  ['the package', 'src/index.ts'],
])('%s loads no task when it is imported', async (_, entry) => {
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
    entryPoints: [entry],
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
  visit(entry)
  const task = /^src\/environments\/(classic|gymnasium|dmControl)\//
  expect([...seen].filter((file) => task.test(file))).toEqual([])
  expect(Object.keys(metafile.inputs)).toContain('src/environments/gymnasium/hopper.ts')
})
