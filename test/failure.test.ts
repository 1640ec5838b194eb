import { describe, expect, it } from 'vitest'
import { causeOf, reason } from '../src/failure.js'

describe('what went wrong', () => {
  it('is one line, for anything that was thrown', () => {
    expect(reason(new Error('a\n  at b\r\nc'))).toBe('a at b c')
    expect(reason(new TypeError())).toBe('TypeError')
    expect(reason('text')).toBe('text')
  })

  it('is the system’s word, without the call and the path behind it', () => {
    expect(causeOf(new Error("ENOENT: no such file or directory, open '/a/b'"))).toBe(
      'ENOENT: no such file or directory',
    )
  })
})
