import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { mujocoVersion, provenance, rivuletCommit, rivuletVersion } from '../../src/runs/versions.js'

const versionIn = (path: string): unknown =>
  (JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as { version: unknown }).version

describe('versions', () => {
  it('are those of the manifests', () => {
    expect(rivuletVersion()).toBe(versionIn('package.json'))
    expect(mujocoVersion()).toBe(versionIn('node_modules/@mujoco/mujoco/package.json'))
  })

  const root = fileURLToPath(new URL('../..', import.meta.url))
  it('name the commit of a checkout', (test) => {
    const git = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8', timeout: 10_000 })
    const isCheckout = existsSync(new URL('../../.git', import.meta.url))
    test.skip(!isCheckout || git.status !== 0, 'needs a checkout, and Git that trusts its owner')
    const head = git.stdout
    const [commit] = (rivuletCommit() ?? '').split('-')
    expect(commit.length).toBeGreaterThanOrEqual(7)
    expect(head.startsWith(commit)).toBe(true)
  })

  it('are written with the commit, the platform, the architecture and the processor, as far as these are known', () => {
    const [commit, cpu] = [rivuletCommit(), cpus()[0]?.model.trim()]
    expect(provenance()).toEqual({
      versions: { rivulet: rivuletVersion(), mujoco: mujocoVersion(), node: process.version },
      platform: process.platform,
      architecture: process.arch,
      ...(commit !== null && { commit }),
      ...(cpu !== undefined && cpu !== '' && { cpu }),
    })
    expect(provenance({ tensorflow: '@tensorflow/tfjs-core' }).versions).toMatchObject({
      tensorflow: versionIn('node_modules/@tensorflow/tfjs-core/package.json'),
    })
  })
})
