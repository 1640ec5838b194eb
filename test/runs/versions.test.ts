import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mujocoVersion, provenance, rivuletVersion } from '../../src/runs/versions.js'

const versionIn = (path: string): unknown =>
  (JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as { version: unknown }).version

describe('versions', () => {
  it('are those of the manifests', () => {
    expect(rivuletVersion()).toBe(versionIn('package.json'))
    expect(mujocoVersion()).toBe(versionIn('node_modules/@mujoco/mujoco/package.json'))
  })

  it('are told with what they run on', () => {
    expect(provenance()).toEqual({
      versions: { rivulet: rivuletVersion(), mujoco: mujocoVersion(), node: process.version },
      platform: process.platform,
      architecture: process.arch,
    })
  })
})
