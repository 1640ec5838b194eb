/** docs/recipes.md is run as a user would run it: each block as a program of its own, whose output is the block below it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { afterAll, expect, test, vi } from 'vitest'
import { codeBlocks, node, userProject } from './codeBlocks.js'

// Programs that learn. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const page = fileURLToPath(new URL('../../docs/recipes.md', import.meta.url))
const programs = codeBlocks('docs/recipes.md', 'ts')
const outputs = codeBlocks('docs/recipes.md', 'text')
const titles = [...readFileSync(page, 'utf8').matchAll(/^## (.*)$/gm)].map(([, title]) => title)

const place = userProject(
  Object.fromEntries(
    programs.map((code, i) => [`recipe${i}.mjs`, transformSync(code, { loader: 'ts', format: 'esm' }).code]),
  ),
)
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

test('every recipe is a program and shows its output', () => {
  expect(programs).toHaveLength(titles.length)
  expect(outputs).toHaveLength(titles.length)
  expect(programs.filter((code) => !code.startsWith('import '))).toEqual([])
})

test.each(titles.map((title, i) => [title, i] as const))('%s', (_, i) => {
  const { stdout, stderr } = node(place, [`recipe${i}.mjs`])
  expect(stderr).toBe('')
  expect(stdout).toBe(outputs[i])
})

test('an evaluation changes nothing of the run', () => {
  const evaluating = readFileSync(join(place, 'recipe0.mjs'), 'utf8')
  const told = 'console.log(learner.snapshot().floats.reduce((sum, each) => sum + each))'
  const without = (code: string) => code.replace('evaluateEvery(4e3,', 'evaluateEvery(1e9,')
  expect(without(evaluating)).not.toBe(evaluating)
  const sums = [evaluating, without(evaluating)].map((code, i) => {
    writeFileSync(join(place, `sum${i}.mjs`), code.replace('console.log("over")', told))
    return node(place, [`sum${i}.mjs`])
      .stdout.trim()
      .split('\n')
      .at(-1)
  })
  expect(Number(sums[0])).not.toBeNaN()
  expect(sums[1]).toBe(sums[0])
})
