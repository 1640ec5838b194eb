/** Which versions are running: of this package, of the physics and of Node. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The version of the package that holds `file`: sources and their build lie at different depths below it. */
const versionAbove = (file: string, name: string): string => {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      if (typeof manifest !== 'object' || manifest === null || !('name' in manifest) || manifest.name !== name) continue
      if ('version' in manifest && typeof manifest.version === 'string') return manifest.version
    } catch {
      // No package begins in this folder: the next one up may be it.
    }
  }
  throw new Error(`versions: found no package.json of ${name} above ${file}`)
}

/** This package's version. */
export const rivuletVersion = (): string => versionAbove(fileURLToPath(import.meta.url), 'rivulet')

/** The physics' version, read without loading it. */
export const mujocoVersion = (): string =>
  versionAbove(createRequire(import.meta.url).resolve('@mujoco/mujoco'), '@mujoco/mujoco')

/** What a run runs on, as its config tells it: equal versions give equal bits on any machine; the rest is for finding out. */
export const provenance = () => ({
  versions: { rivulet: rivuletVersion(), mujoco: mujocoVersion(), node: process.version },
  platform: process.platform,
  architecture: process.arch,
})
