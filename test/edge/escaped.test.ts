import { describe, expect, it } from 'vitest'
import { nearestName, printable, renderFailure } from '../../src/edge/decode.js'
import { causeOf, reason } from '../../src/failure.js'
import { escaped } from '../../src/edge/escaped.js'

describe('escaped', () => {
  it.each([
    ['an escape sequence', 'a\u001b[2Jb', String.raw`a\u001b[2Jb`],
    ['line breaks', 'a\r\nb\u2028c\u2029d\u0085e', String.raw`a\u000d\u000ab\u2028c\u2029d\u0085e`],
    ['a bell and a backspace', '\u0007\b', String.raw`\u0007\u0008`],
    ['the eight-bit introducer of a sequence', '\u009b31m', String.raw`\u009b31m`],
    ['marks that turn writing', '\u202e\u2066\u2069\u200f\u061c', String.raw`\u202e\u2066\u2069\u200f\u061c`],
    ['what has no width', 'a\u200bb\u200dc\ufeff\u00ad', String.raw`a\u200bb\u200dc\ufeff\u00ad`],
    ['half a character', 'a\ud83d', String.raw`a\ud83d`],
    ['tags', '\u{e0041}', String.raw`\udb40\udc41`],
    ['private characters', '\ue000', String.raw`\ue000`],
  ])('escapes %s', (_, text, expected) => {
    expect(escaped(text)).toBe(expected)
    expect(escaped(expected)).toBe(expected)
  })

  it.each(['models/größe 1', '机器人', '🤖', 'é', 'a\\b', ''])('leaves %s as it is', (text) => {
    expect(escaped(text)).toBe(text)
  })

  it('cuts the middle of what is too long, and never in the middle of a character', () => {
    expect(escaped(`${'a'.repeat(1000)}end`)).toMatch(/^a{280}\.\.\.a{117}end$/)
    expect(escaped('🤖'.repeat(1000), 401)).not.toMatch(/\p{Cs}/u)
  })
})

describe('every message', () => {
  const nasty = '\u001b[2J\n\u202e'
  const failure = { path: nasty, expected: nasty, got: nasty, nearest: nasty }
  it.each([
    ['a failure', renderFailure(failure)],
    ['a reason', reason(new Error(nasty))],
    ['a reason that is no error', reason(nasty)],
    ['a cause', causeOf(new Error(`ENOENT: ${nasty}, open`))],
    ['a value', printable({ [nasty]: [nasty] })],
  ])('is plain: %s', (_, text) => {
    expect(text).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u)
  })

  const long = 'x'.repeat(2 ** 20)
  it.each([
    ['a failure', renderFailure({ path: long, expected: long, got: long, nearest: long }), 6000],
    ['a reason', reason(new Error(long)), 1100],
    ['a reason of blanks', reason(new Error(`a${' '.repeat(2 ** 20)}b`)), 1100],
    ['a reason of line breaks', reason(new Error('a\n'.repeat(2 ** 19))), 1100],
    ['a value', printable([long]), 100],
    ['a text', printable(long), 100],
  ])('is bounded: %s', (_, text, most) => {
    expect(text.length).toBeLessThan(most)
  })
})

describe('the nearest name', () => {
  it('is also one that a longer name holds, and of several the longest', () => {
    const known = ['mu', 'actor.mu', 'actor.mu.bias', 'critic.q.bias']
    expect(nearestName('agent.networks.policy.actor.mu.bias', known)).toBe('actor.mu.bias')
    expect(nearestName('x'.repeat(2 ** 20), known)).toBe(null)
  })
})
