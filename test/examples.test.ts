import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** What an example prints, as a user would run it: the built file, on the package's own exports. */
const printed = async (name: string, steps: number): Promise<string> =>
  (await run(process.execPath, [path(`dist/examples/${name}.js`), String(steps)])).stdout

const returns = (output: string): number[] =>
  [...output.matchAll(/return: (-?[\d.]+)/g)].map((match) => Number(match[1]))

test('01-agent reproduces its recorded returns', async () => {
  expect(returns(await printed('01-agent', 1000))).toEqual([-86.69075876236025])
})

test('02-own-operator reproduces its recorded returns, and its own field reaches the end', async () => {
  const output = await printed('02-own-operator', 600)
  expect(returns(output)).toEqual([-1008.0530685815685, -886.3509092683001, -887.4587642257577])
  expect(output.match(/lastEffort: 0\.0032124418080652/)).not.toBeNull()
})

test('03-act-then-learn reproduces its recorded returns', async () => {
  expect(returns(await printed('03-act-then-learn', 1000))).toEqual([-247.50521148394068])
})

test('the README shows example 01, word for word, but for its doc comment', () => {
  const example = readFileSync(path('examples/01-agent.ts'), 'utf8')
  const code = example.slice(example.indexOf('*/') + 3).trim()
  expect(readFileSync(path('README.md'), 'utf8')).toContain(code)
})
