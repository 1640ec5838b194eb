/** Code on the pages compiles, and links between them lead somewhere. */
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test, vi } from 'vitest'
import { bin, codeBlocks, node, userProject } from './codeBlocks.js'

// Compiles whole projects. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'))

/** Blocks that begin with an import are whole files; the others are excerpts. Named by their page and place. */
const files = Object.fromEntries(
  pages.flatMap((page) =>
    codeBlocks(page, 'ts').flatMap((code, place) =>
      code.startsWith('import ') ? [[`${page.replaceAll(/[/.]/g, '-')}-${place + 1}.ts`, code]] : [],
    ),
  ),
)
const place = userProject(files)
afterAll(() => rmSync(place, { recursive: true, force: true }))

test('whole files compile strictly, in a user’s project', () => {
  const options = '--noEmit --strict --target es2022 --module nodenext --types node'.split(' ')
  const { stdout } = node(place, [bin('typescript/bin/tsc'), ...options, ...Object.keys(files)])
  expect(stdout).toBe('')
  expect(Object.keys(files)).toContain('README-md-1.ts')
})

test.each(pages)('the links of %s lead somewhere', (page) => {
  const links = [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g)].map(
    ([, link]) => link,
  )
  expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([])
})
