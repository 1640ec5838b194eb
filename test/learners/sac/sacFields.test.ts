import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { valueText } from '../../../src/cli/settingText.js'
import { sacFields } from '../../../src/learners/sac/sacFields.js'

const source = readFileSync(fileURLToPath(new URL('../../../src/learners/sac/sacFields.ts', import.meta.url)), 'utf8')

test.each(Object.entries(sacFields))('the doc comment of %s states its default', (name, { default: value }) => {
  const [, comment] = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*${name}: field\\(`).exec(source)!
  expect(comment).toContain('default')
  const said = Array.isArray(value)
    ? value.join(', ')
    : typeof value === 'number' && value >= 1000
      ? String(value)
      : valueText(value)
  expect(comment).toContain(said)
})
