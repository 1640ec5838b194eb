/** The commands of docs/plots.md are run as a user would run them; what the last two print is the block below them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { rivulet } from '../cli/program.js'
import { folder } from '../runs/records/runs.js'
import { codeBlocks } from './codeBlocks.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const [commands] = codeBlocks('docs/plots.md', 'sh')
const [output] = codeBlocks('docs/plots.md', 'text')
const place = folder()

test('the commands of the page print what the page shows, and write a picture and a page', () => {
  const printed = commands
    .trim()
    .split('\n')
    .map((line) => {
      const [npx, program, ...words] = line.split(' ')
      expect([npx, program]).toEqual(['npx', 'rivulet'])
      const { status, stdout, stderr } = rivulet(words, place)
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      return stdout
    })
  expect(printed.slice(-2).join('')).toBe(output)
  expect(readFileSync(join(place, 'curves.svg'), 'utf8')).toContain('iac (2 seeds)')
  expect(readFileSync(join(place, 'report.html'), 'utf8')).toContain('avg above iac')
})
