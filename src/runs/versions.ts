/** The versions of this package, of MuJoCo and of Node. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Package {
  readonly folder: string
  readonly version: string
}

/** The package that holds `file`: sources and their build lie at different depths below it. */
const packageAbove = (file: string, name: string): Package => {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      if (typeof manifest !== 'object' || manifest === null || !('name' in manifest) || manifest.name !== name) continue
      if ('version' in manifest && typeof manifest.version === 'string') return { folder, version: manifest.version }
    } catch {
      // There is no package.json in this folder: its parent may have one.
    }
  }
  throw new Error(`versions: found no package.json of ${name} above ${file}`)
}

const ourPackage = (): Package => packageAbove(fileURLToPath(import.meta.url), 'rivulet')

/** This package's version. */
export const rivuletVersion = (): string => ourPackage().version

/** The commit of a checkout, with `-dirty` if files differ from it; null for a package that npm installed. */
export const rivuletCommit = (): string | null => {
  const { folder } = ourPackage()
  if (!existsSync(join(folder, '.git'))) return null
  try {
    const words = ['describe', '--always', '--dirty', '--exclude=*']
    return execFileSync('git', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    // Git is not installed, or refuses a folder of another owner.
    return null
  }
}

const installedVersion = (name: string): string =>
  packageAbove(createRequire(import.meta.url).resolve(name), name).version

/** The version of MuJoCo, read without loading it. */
export const mujocoVersion = (): string => installedVersion('@mujoco/mujoco')

/** Names that are known: an entry without a value, or with an empty one, is left out. */
const known = (values: Readonly<Record<'commit' | 'cpu', string | null>>): { commit?: string; cpu?: string } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== ''))

/**
 * The versions, the commit and the machine of a run, for its config. With our own kernels, equal versions compute equal bits on any machine; the
 * other fields help to find differences. `packages` are those of the run's engine, by the names of their versions.
 *
 * Fails: throws if a package is not installed.
 */
export const provenance = (packages: Readonly<Record<string, string>> = {}) => ({
  versions: {
    rivulet: rivuletVersion(),
    mujoco: mujocoVersion(),
    node: process.version,
    ...Object.fromEntries(Object.entries(packages).map(([name, each]) => [name, installedVersion(each)])),
  },
  platform: process.platform,
  architecture: process.arch,
  ...known({ commit: rivuletCommit(), cpu: cpus()[0]?.model.trim() ?? null }),
})
