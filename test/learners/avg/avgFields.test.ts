import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { valueText } from '../../../src/cli/settingText.js'
import { avgFields } from '../../../src/learners/avg/avgFields.js'
import { defaultHyperparameters } from '../../../src/learners/avg/publishedSettings.js'
import { publishedSwitches } from '../../../src/learners/avg/avgSettings.js'

const source = readFileSync(fileURLToPath(new URL('../../../src/learners/avg/avgFields.ts', import.meta.url)), 'utf8')

test.each(Object.entries(avgFields))('the doc comment of %s states its default', (name, { default: value }) => {
  const [, comment] = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*${name}: field\\(`).exec(source)!
  expect(comment).toContain('default')
  expect(comment).toContain(Array.isArray(value) ? value.join(', ') : valueText(value))
})

test('the library takes the defaults from the fields', () => {
  expect({ ...defaultHyperparameters, ...publishedSwitches }).toEqual({
    hidden: [256, 256],
    actorStepSize: 3e-4,
    criticStepSize: 1e-3,
    entropyCoefficient: 0.1,
    discount: 0.95,
    adamBeta1: 0,
    adamBeta2: 0.999,
    adamEpsilon: 1e-8,
    normalizePenultimate: true,
    scaleTdError: true,
    returnEndsAt: 'termination',
    logStdReading: 'covariance',
    gradient: 'reparameterization',
    targetPolyak: 0,
  })
})
