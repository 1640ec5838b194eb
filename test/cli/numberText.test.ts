import { describe, expect, it } from 'vitest'
import { countText, countWithNoun, decimalText, durationText } from '../../src/cli/numberText.js'

describe('the text of', () => {
  it('counts', () => {
    expect([
      countText(100_000),
      countWithNoun(0, 'episode'),
      countWithNoun(1, 'episode'),
      countWithNoun(1200, 'step'),
    ]).toEqual(['100,000', '0 episodes', '1 episode', '1,200 steps'])
  })

  it('returns', () => {
    expect([decimalText(-1234.56), decimalText(3)]).toEqual(['-1,234.6', '3.0'])
  })

  it.each([
    [0, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.6, '1 min 0 s'],
    [252, '4 min 12 s'],
    [3599.6, '1 h 0 min'],
    [7530, '2 h 5 min'],
  ])('%d seconds', (seconds, said) => {
    expect(durationText(seconds)).toBe(said)
  })
})
