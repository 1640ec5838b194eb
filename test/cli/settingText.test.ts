import { expect, test } from 'vitest'
import { defaultText, helpText, negationOf, optionText, valueText } from '../../src/cli/settingText.js'
import { listOf, oneOf, orNone, positiveInteger, positiveNumber, yesOrNo } from '../../src/edge/codecs.js'
import { field } from '../../src/edge/settings.js'

const origin = 'Rivulet'
const step = field(positiveNumber, { default: 3e-4, about: 'step size', origin, byTask: "the paper's for the task" })
const widths = field(listOf(positiveInteger, 'integers'), { default: [64, 32], about: 'widths', origin })
const ends = field(oneOf(['episode', 'never']), { default: 'never', about: 'what ends', origin })
const bound = field(orNone(positiveNumber), { default: 'none', about: 'bound of rewards', origin })
const on = field(yesOrNo, { default: true, about: 'scale rewards', origin })
const off = field(yesOrNo, { default: false, about: 'clip rewards', origin })

test.each([
  [0, '0'],
  [0.99, '0.99'],
  [0.001, '0.001'],
  [1.1e-5, '1.1e-5'],
  [-2e-4, '-2e-4'],
  [[256, 256], '256,256'],
  ['never', 'never'],
  [true, 'true'],
  [{ g: 9.81, healthyZRange: [0.8, 'none'] }, 'g=9.81 healthyZRange=0.8,none'],
  [{}, 'none'],
])('the value %j is printed as %s', (value, text) => {
  expect(valueText(value)).toBe(text)
})

test('the text of an option names its value', () => {
  expect(optionText('actorStepSize', step)).toBe('--actor-step-size <number>')
  expect(optionText('hidden', widths)).toBe('--hidden <numbers>')
  expect(optionText('returnEndsAt', ends)).toBe('--return-ends-at <name>')
  expect(optionText('clipReward', bound)).toBe('--clip-reward <number>')
  expect(optionText('scaleReward', on)).toBe('--[no-]scale-reward')
  expect(negationOf('scaleReward')).toBe('--no-scale-reward')
})

test('help states the default, and for a boolean the effect of its option', () => {
  expect(defaultText(step)).toBe("the paper's for the task, else 3e-4")
  expect(helpText(widths)).toBe('widths (default: 64,32)')
  expect(helpText(bound)).toBe('bound of rewards (default: none)')
  expect(helpText(on)).toBe('do not scale rewards')
  expect(helpText(off)).toBe('clip rewards')
})
