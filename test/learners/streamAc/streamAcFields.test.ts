import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { valueText } from '../../../src/cli/settingText.js'
import { streamAcFields } from '../../../src/learners/streamAc/streamAcFields.js'

const source = readFileSync(
  fileURLToPath(new URL('../../../src/learners/streamAc/streamAcFields.ts', import.meta.url)),
  'utf8',
)

test.each(Object.entries(streamAcFields))('the doc comment of %s states its default', (name, { default: value }) => {
  const [, comment] = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*${name}: field\\(`).exec(source)!
  expect(comment).toContain('default')
  expect(comment).toContain(Array.isArray(value) ? value.join(', ') : valueText(value))
})
