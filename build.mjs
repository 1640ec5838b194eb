/** Builds the package: the kernels, the pages of the dashboard and of the viewer, and then everything into `dist`, beside a note of what that was built from. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('.', import.meta.url))
const note = join(root, 'dist', 'built.json')

/** Files below `src` that the build writes itself, as .gitignore lists them. */
const generated = () =>
  readFileSync(join(root, '.gitignore'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('/src/'))
    .map((line) => line.slice(1).replace(/\/$/, ''))

/** A hash of the names and contents of files, and of all files in folders, but for some. */
const hashOf = (places, without = []) => {
  const files = places
    .filter((place) => existsSync(join(root, place)))
    .flatMap((place) =>
      statSync(join(root, place)).isDirectory()
        ? readdirSync(join(root, place), { recursive: true, encoding: 'utf8' }).map((name) => join(place, name))
        : [place],
    )
    .filter((file) => !without.some((place) => file === place || file.startsWith(`${place}/`)))
    .filter((file) => statSync(join(root, file)).isFile())
  const hash = createHash('sha256')
  for (const file of files.toSorted()) {
    hash.update(`${file}\0`).update(
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest(),
    )
  }
  return hash.digest('hex')
}

/** What a build reads. The lock file says which compilers it is made by. */
const manifests = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'build.mjs']
const sources = () => hashOf(['src', 'operators', 'examples', ...manifests], generated())
const outputs = () => hashOf(['dist', ...generated()], ['dist/built.json'])

const noteOf = (read, wrote) => JSON.stringify({ read, wrote })

/** Whether the latest build was one of the sources as they are now, and is as it was left. */
export const isBuilt = () => {
  if (!existsSync(note)) return false
  return readFileSync(note, 'utf8').trim() === noteOf(sources(), outputs())
}

/** Builds; gives the exit code of the first step that failed, or 0. */
export const build = () => {
  // What is edited while the build runs is not in it.
  const from = sources()
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  for (const step of [
    ['src/kernels/assembly/build.mjs'],
    ['src/dashboard/page/build.mjs'],
    ['src/viewer/page/build.mjs'],
    ['node_modules/typescript/bin/tsc', '-p', 'src/dashboard/page/tsconfig.json'],
    ['node_modules/typescript/bin/tsc', '-p', 'src/viewer/page/tsconfig.json'],
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  ]) {
    const { status } = spawnSync(process.execPath, step, { cwd: root, stdio: 'inherit' })
    if (status !== 0) return status ?? 1
  }
  writeFileSync(note, `${noteOf(from, outputs())}\n`)
  return 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = build()
