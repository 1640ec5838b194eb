import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { valueText } from '../../../src/cli/settingText.js'
import { intentionalAcFields } from '../../../src/learners/intentionalAc/intentionalAcFields.js'

const source = readFileSync(
  fileURLToPath(new URL('../../../src/learners/intentionalAc/intentionalAcFields.ts', import.meta.url)),
  'utf8',
)

test.each(Object.entries(intentionalAcFields))(
  'the doc comment of %s states its default',
  (name, { default: value }) => {
    const [, comment] = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*${name}: field\\(`).exec(source)!
    expect(comment).toContain('default')
    expect(comment).toContain(Array.isArray(value) ? value.join(', ') : valueText(value))
  },
)
