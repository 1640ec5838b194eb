/** A policy in a browser's bundle, run in a realm that has nothing of Node's. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { avg } from '../../src/learners/avg/avg.js'
import { toSafetensors } from '../../src/learners/interchange/safetensors.js'
import { weightsOf } from '../../src/learners/interchange/weights.js'
import { seeded } from '../../src/random.js'
import { browserProject, withEsbuild } from './bundles.js'

// Bundles and runs. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000 })

const realm = fileURLToPath(new URL('realm.mjs', import.meta.url))
const spec = { observation: { size: 3 }, action: { size: 2 } }
const observation = [0.5, -1.25, 2]

test('a policy decides in a page as its learner does in Node, in both homes of the kernels', async () => {
  const settings = {
    hidden: [12, 9],
    actorStepSize: 1e-3,
    criticStepSize: 1e-3,
    entropyCoefficient: 0.1,
    discount: 0.9,
  }
  const sources = { random: seeded(1)('policy'), initialization: seeded(1)('initialization') }
  const homes = ['webassembly', 'typescript'] as const
  const [learner, plain] = homes.map((kernels) => avg(spec, { ...settings, adamBeta1: 0, ...sources, kernels }))
  const weights = weightsOf(learner.parameters, true)
  for (const [name, values] of Object.entries(plain.parameters)) values.set(learner.parameters[name])
  const place = browserProject({
    'policy.ts': `
      import { actorPolicy, fromSafetensors } from 'rivulet'
      const bytes = Uint8Array.from(atob('${Buffer.from(toSafetensors(weights)).toString('base64')}'), (c) => c.charCodeAt(0))
      for (const kernels of ${JSON.stringify(homes)} as const) {
        const policy = actorPolicy(${JSON.stringify(spec)}, fromSafetensors(bytes), ${JSON.stringify(learner.actor)}, { kernels })
        const { action, logProbability } = policy.sample(${JSON.stringify(observation)}, { deterministic: true })
        console.log([...action, logProbability])
      }
      close()
    `,
  })
  try {
    const served = await withEsbuild(place, 'policy')
    const args = ['--no-warnings', '--experimental-vm-modules', realm, served, 'policy.js']
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 240_000 })
    expect(stderr).toBe('')
    const decisions = [learner, plain].map((each) => {
      const { action, logProbability } = each.sample(observation, { deterministic: true })
      return JSON.stringify([...action, logProbability])
    })
    expect(stdout.trim().split('\n')).toEqual(decisions)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
})
