/** A saved policy in a browser's bundle, run in a realm that has nothing of Node's. */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test, vi } from 'vitest'
import { policyToBytes } from '../../src/learners/policy/policyBytes.js'
import { policyOf } from '../../src/learners/policy/savedPolicy.js'
import { policy } from '../../src/learners/policy/policy.js'
import { runningMoments } from '../../src/moments.js'
import { learnt, spec } from '../learners/policy/learners.js'
import { browserProject, withEsbuild } from './bundles.js'

// Bundles and runs. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000 })

const realm = fileURLToPath(new URL('realm.mjs', import.meta.url))
const observation = [0.5, -1.25, 2, 0.125, -3]
const homes = ['webassembly', 'typescript'] as const

test('a policy decides in a page as in Node, in both homes of the kernels, and its bundle holds no learner and nothing of Node', async () => {
  const names = ['avg', 'td3', 'ppo', 'stream-ac']
  const moments = runningMoments(spec.observation)
  const saved = await Promise.all(
    names.map(async (name) =>
      policyOf({ spec, learner: await learnt(name, {}, 'typescript'), moments, actionRange: 'rescale' }),
    ),
  )
  const files = saved.map((each) => Buffer.from(policyToBytes(each)).toString('base64'))
  const place = browserProject({
    'policy.ts': `
      import { policy, policyFromBytes } from 'rivulet'
      for (const text of ${JSON.stringify(files)}) {
        const saved = policyFromBytes(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)))
        for (const kernels of ${JSON.stringify(homes)} as const) {
          console.log([...policy(saved, { kernels })(${JSON.stringify(observation)})])
        }
      }
      close()
    `,
  })
  try {
    const served = await withEsbuild(place, 'policy')
    const args = ['--no-warnings', '--experimental-vm-modules', realm, served, 'policy.js']
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 240_000 })
    expect(stderr).toBe('')
    const commands = saved.flatMap((each) =>
      homes.map((kernels) => JSON.stringify([...policy(each, { kernels })(observation)])),
    )
    expect(stdout.trim().split('\n')).toEqual(commands)

    const { metafile } = await build({
      absWorkingDir: place,
      entryPoints: ['policy.ts'],
      bundle: true,
      format: 'esm',
      write: false,
      metafile: true,
      outfile: 'out.js',
      logLevel: 'silent',
    })
    const [{ inputs, imports }] = Object.values(metafile.outputs)
    const held = Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []))
    expect(imports).toEqual([])
    expect(
      held.filter((path) =>
        /\/rivulet\/dist\/(src\/(drivers|links|environments|runs|cli|checkpoints)|operators)\//.test(path),
      ),
    ).toEqual([])
    expect(held.filter((path) => /arenaLearner|\/(avg|td3|ppo|streamAc)\/|@mujoco|rxjs/.test(path))).toEqual([])
    expect(readFileSync(join(served, 'policy.js'), 'utf8')).not.toMatch(/["']node:/)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
})
