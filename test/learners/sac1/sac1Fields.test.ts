import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { valueText } from '../../../src/cli/settingText.js'
import { sac1Fields } from '../../../src/learners/sac1/sac1Fields.js'

const source = readFileSync(fileURLToPath(new URL('../../../src/learners/sac1/sac1Fields.ts', import.meta.url)), 'utf8')

test.each(Object.entries(sac1Fields))('the doc comment of %s states its default', (name, { default: value }) => {
  const [, comment] = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*${name}: field\\(`).exec(source)!
  expect(comment).toContain('default')
  expect(comment).toContain(Array.isArray(value) ? value.join(', ') : valueText(value))
})
