import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { valueText } from '../../../src/cli/settingText.js'
import { td3Fields, td3OneFields } from '../../../src/learners/td3/td3Fields.js'

const source = readFileSync(fileURLToPath(new URL('../../../src/learners/td3/td3Fields.ts', import.meta.url)), 'utf8')

test.each(Object.entries(td3Fields))('the doc comment of %s states its default', (name, { default: value }) => {
  const [, comment] = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*${name}: field\\(`).exec(source)!
  expect(comment).toContain('default')
  const said = Array.isArray(value)
    ? value.join(', ')
    : typeof value === 'number' && value >= 1000
      ? String(value)
      : valueText(value)
  expect(comment).toContain(said)
})

test('TD3-1 has all of them but the sizes of buffer and batch', () => {
  expect(Object.keys(td3Fields)).toEqual([...Object.keys(td3OneFields), 'bufferSize', 'batchSize'])
})
