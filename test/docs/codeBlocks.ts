/** Code out of the documentation, in a user's project: a directory of its own, with the package where npm would put it. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The fenced blocks of a page in this language. */
export const codeBlocks = (page: string, language: string): readonly string[] =>
  [
    ...readFileSync(join(root, page), 'utf8').matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm')),
  ].map(([, code]) => code)

/** A user's project that holds these files. */
export const userProject = (files: Readonly<Record<string, string>>): string => {
  const place = mkdtempSync(join(tmpdir(), 'rivulet-docs-'))
  mkdirSync(join(place, 'node_modules'))
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(place, 'node_modules', name))
  }
  symlinkSync(root, join(place, 'node_modules', 'rivulet'))
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    writeFileSync(join(place, name), text)
  }
  return place
}

/** Runs Node in a user's project, in this runner's environment without the variables that a test runner sets. */
export const node = (place: string, args: readonly string[]) => {
  const { NODE_TEST_CONTEXT: _context, VITEST: _vitest, NODE_OPTIONS: _options, ...env } = process.env
  return spawnSync(process.execPath, args, {
    cwd: place,
    encoding: 'utf8',
    env: { ...env, NO_COLOR: '1' },
    timeout: 250_000,
  })
}

/** A command of a package that this project has. */
export const bin = (path: string): string => join(root, 'node_modules', path)
