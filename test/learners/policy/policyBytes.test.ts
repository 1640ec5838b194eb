import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { taskSpec } from '../../../src/environments/tasks.js'
import { toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { weightsOf } from '../../../src/learners/interchange/weights.js'
import { policyFromBytes, policyToBytes } from '../../../src/learners/policy/policyBytes.js'
import { readPolicy, savePolicy } from '../../../src/learners/policy/policyFiles.js'
import { policyOf, type SavedPolicy } from '../../../src/learners/policy/savedPolicy.js'
import { avg } from '../../../src/learners/avg/avg.js'
import { hyperparametersFor } from '../../../src/learners/avg/publishedSettings.js'
import { runningMoments } from '../../../src/moments.js'
import { seeded } from '../../../src/random.js'
import { learnt, spec } from './learners.js'

// Thousands of files are read. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-policy-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const learner = await learnt('avg', {}, 'typescript')
const provenance = {
  algorithm: 'avg',
  engine: 'fused',
  options: { kernels: 'typescript', threads: 1 },
  settings: { hidden: [19, 8], discount: 0.99 },
  seed: 3,
  steps: 1000,
  versions: { rivulet: '0.1.0', node: 'v20' },
  platform: 'linux',
  architecture: 'x64',
}
const saved = policyOf({
  spec,
  learner,
  actionRange: 'rescale',
  moments: runningMoments(spec.observation),
  clipObservation: 5,
  appendTime: false,
  provenance,
})
const bytes = policyToBytes(saved)

/** The line with which some bytes are refused; null if they are read. */
const refusal = (changed: Uint8Array): string | null => {
  try {
    policyFromBytes(changed)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'no error'
  }
}

/** The file with another description, whose checksum fits. */
const describedAs = (change: (description: Record<string, never>) => void, from: SavedPolicy = saved): Uint8Array => {
  // Read back through the text of the header, as another program would write it.
  const header = JSON.parse(
    new TextDecoder().decode(policyToBytes(from).slice(8, 8 + headerBytes(policyToBytes(from)))),
  )
  const description = JSON.parse(header.__metadata__['rivulet.policy'])
  change(description)
  header.__metadata__['rivulet.policy'] = JSON.stringify(description)
  return withHeader(policyToBytes(from), header)
}
const headerBytes = (file: Uint8Array): number => Number(new DataView(file.buffer).getBigUint64(0, true))
const withHeader = (file: Uint8Array, header: unknown): Uint8Array => {
  const text = new TextEncoder().encode(JSON.stringify(header))
  const body = file.slice(8 + headerBytes(file))
  const changed = new Uint8Array(8 + text.length + body.length)
  new DataView(changed.buffer).setBigUint64(0, BigInt(text.length), true)
  changed.set(text, 8)
  changed.set(body, 8 + text.length)
  return changed
}

describe('the bytes of a policy', () => {
  test('keep everything, infinite bounds among it', () => {
    expect(policyFromBytes(bytes)).toEqual(saved)
    expect(saved.spec.observation.high[4]).toBe(Infinity)
    const endless = { ...saved, spec: { ...spec, stepLimit: Infinity }, provenance: {} }
    expect(policyFromBytes(policyToBytes(endless))).toEqual(endless)
    const plain = policyOf({ spec, learner, actionRange: 'clip' })
    expect(policyFromBytes(policyToBytes(plain))).toEqual(plain)
    expect(plain.observation).toEqual({ moments: null, clip: null, appendTime: false })
  })

  test('are the same for the same policy, and have only the actor', () => {
    expect(policyToBytes(policyFromBytes(bytes))).toEqual(bytes)
    expect([...saved.tensors.keys()].filter((name) => !name.startsWith('actor.'))).toEqual([])
  })

  test('are a safetensors file of the tensors for any other program', () => {
    const header = JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + headerBytes(bytes))))
    expect(Object.keys(header)).toEqual([
      '__metadata__',
      'actor.log_std.bias',
      'actor.log_std.weight',
      'actor.mu.bias',
      'actor.mu.weight',
      'actor.phi.0.bias',
      'actor.phi.0.weight',
      'actor.phi.2.bias',
      'actor.phi.2.weight',
    ])
    expect(JSON.parse(header.__metadata__['rivulet.policy'])).toMatchObject({
      version: '1',
      world: {
        task: 'Pendulum-v1',
        stepLimit: 200,
        action: { names: ['x', 'y'], units: ['N', 'N'], low: [-0.4, -0.5] },
      },
      observation: { clip: 5, appendTime: false, moments: { mean: [0, 0, 0, 0, 0], variance: [1, 1, 1, 1, 1] } },
      actor: {
        kind: 'squashed-normal',
        hidden: [19, 8],
        activation: 'leakyRelu',
        norm: 'unit',
        logStdReading: 'covariance',
      },
      actionRange: 'rescale',
      provenance,
    })
  })

  test('of Hopper, with the default widths of AVG, are under 400 kB', async () => {
    const hopper = await taskSpec('Hopper-v4')
    const settings = hyperparametersFor('Hopper-v4')
    expect(settings.hidden).toEqual([256, 256])
    const random = seeded(1)
    const agent = avg(hopper, { ...settings, random: random('policy'), initialization: random('initialization') })
    const path = join(place, 'hopper.safetensors')
    const moments = runningMoments(hopper.observation)
    await savePolicy(path, policyOf({ spec: hopper, learner: agent, actionRange: 'clip', moments, provenance }))
    expect(statSync(path).size).toBeLessThan(400_000)
    const { name, stepLimit, observation, action } = (await readPolicy(path)).spec
    expect({ name, stepLimit }).toEqual({ name: hopper.name, stepLimit: hopper.stepLimit })
    expect([observation.names, action.names]).toEqual([hopper.observation.names, hopper.action.names])
    expect([...action.high]).toEqual([...hopper.action.high])
  })
})

describe('damaged bytes', () => {
  test('are refused in one line, wherever one bit is changed', () => {
    const random = seeded(5)('bits')
    const header = 8 + headerBytes(bytes)
    // Every byte of the header's beginning, and places everywhere.
    const places = [
      ...Array.from({ length: 64 }, (_, i) => i),
      ...Array.from({ length: 500 }, () => Math.floor(random.uniform() * header)),
      ...Array.from({ length: 500 }, () => Math.floor(random.uniform() * bytes.length)),
    ]
    for (const at of places) {
      const changed = bytes.slice()
      changed[at] ^= 1 << Math.floor(random.uniform() * 8)
      const line = refusal(changed)
      expect(line, `a bit of byte ${at}`).toMatch(/^policyFromBytes: [^\n]+$/)
    }
  })

  test('are refused in one line when they were cut short or have something behind them', () => {
    const random = seeded(6)('lengths')
    const lengths = Array.from({ length: 300 }, () => Math.floor(random.uniform() * bytes.length))
    for (const length of [0, 1, 7, 8, 9, bytes.length - 1, ...lengths]) {
      expect(refusal(bytes.slice(0, length)), `${length} bytes`).toMatch(/^policyFromBytes: [^\n]+$/)
    }
    expect(refusal(new Uint8Array([...bytes, 0]))).toBe(
      'policyFromBytes: file: expected its end after the last tensor; got 1 bytes more',
    )
  })

  test('are named as changed, where nothing else is wrong with them', () => {
    const changed = bytes.slice()
    changed[bytes.length - 4] ^= 1
    expect(refusal(changed)).toMatch(
      /^policyFromBytes: rivulet\.checksum: expected [\da-f]{16}; got "?[\da-f]{16}: the file was changed or damaged"?$/,
    )
  })
})

describe('foreign bytes', () => {
  test.each<[string, Uint8Array, string]>([
    [
      'weights of a run',
      toSafetensors(weightsOf(learner.parameters, true)),
      'policyFromBytes: expected a policy of Rivulet; got a safetensors file without rivulet.policy, which describes the policy',
    ],
    ['nothing', new Uint8Array(0), 'policyFromBytes: file: expected eight bytes that count the header; got 0 bytes'],
    [
      'JSON',
      new TextEncoder().encode('{"format":"layers-model"}'),
      'policyFromBytes: file: expected a safetensors file; got JSON (of a layers model, name the directory that holds actor and critic)',
    ],
    [
      'a later version',
      describedAs((description) => Object.assign(description, { version: '2' })),
      'policyFromBytes: rivulet.policy.version: expected one of 1; got "2"',
    ],
    [
      'another kind of actor',
      describedAs((description) => Object.assign(description['actor'], { kind: 'squashed-norml' })),
      'policyFromBytes: rivulet.policy.actor.kind: expected one of squashed-normal, softplus-normal, free-normal, deterministic; got "squashed-norml"; nearest: squashed-normal',
    ],
    [
      'a field that it does not have',
      describedAs((description) => Object.assign(description['observation'], { cllip: 4 })),
      'policyFromBytes: rivulet.policy.observation.cllip: expected one of clip, appendTime, moments; got "cllip"; nearest: clip',
    ],
    [
      'moments of another size',
      describedAs((description) =>
        Object.assign(description['observation'], { moments: { mean: [0], variance: [1] } }),
      ),
      'policyFromBytes: observation.moments.mean: expected 5 numbers, as many as observed components; got 1',
    ],
    [
      'a negative variance',
      describedAs((description) =>
        Object.assign(description['observation'], { moments: { mean: [0, 0, 0, 0, 0], variance: [1, 1, -1, 1, 1] } }),
      ),
      'policyFromBytes: observation.moments.variance[2]: expected a number >= 0; got -1',
    ],
    [
      'bounds that are not there to rescale to',
      describedAs((description) => Object.assign(description['world']['action'], { high: [1, 'Infinity'] })),
      'policyFromBytes: actionRange: expected clip, since y has no bounds to rescale to; got rescale',
    ],
    [
      'bounds in the wrong order',
      describedAs((description) => Object.assign(description['world']['action'], { high: [-1, 1] })),
      'policyFromBytes: world.action.low[0]: expected at most its upper bound -1; got -0.4',
    ],
    [
      'a number of names that is not that of the bounds',
      describedAs((description) => Object.assign(description['world']['action'], { names: ['x'] })),
      'policyFromBytes: world.action.units: expected one for each of the 1 names; got 2',
    ],
    [
      'time in a world without a limit',
      describedAs((description) => {
        Object.assign(description['world'], { stepLimit: 'Infinity' })
        Object.assign(description['observation'], { appendTime: true })
      }),
      'policyFromBytes: observation.appendTime: expected false in a world whose episodes have no limit; got true',
    ],
    [
      'other widths than those of its tensors',
      describedAs((description) => Object.assign(description['actor'], { hidden: [19, 9] })),
      'policyFromBytes: actor.phi.2.weight: expected shape [9, 19]; got [8, 19] (and 3 more)',
    ],
  ])('are refused: %s', (_, foreign, line) => {
    expect(refusal(foreign)).toBe(line)
  })

  test('are refused by their file’s name, and never written', async () => {
    const path = join(place, 'cut.safetensors')
    writeFileSync(path, bytes.slice(0, -5))
    await expect(readPolicy(path)).rejects.toThrow(new RegExp(`^${path}: actor\\.phi\\.2\\.weight: expected bytes`))
    await expect(readPolicy(join(place, 'none.safetensors'))).rejects.toThrow(
      /expected a file that can be read; got ENOENT/,
    )
    const bad = { ...saved, observation: { ...saved.observation, moments: { mean: [1], variance: [1] } } }
    await expect(savePolicy(join(place, 'bad.safetensors'), bad)).rejects.toThrow(
      `${join(place, 'bad.safetensors')}: observation.moments.mean: expected 5 numbers, as many as observed components; got 1`,
    )
    expect(existsSync(join(place, 'bad.safetensors'))).toBe(false)
  })
})
