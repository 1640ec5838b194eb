import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { renderFailure } from '../../src/decode.js'
import { parse } from '../../src/cli/parse.js'

const parsed = (line: string) => parse(line.split(' '))
const refused = (line: string): string[] => {
  const result = parsed(line)
  return isLeft(result) ? result.left.map(renderFailure) : []
}

describe('rivulet convert', () => {
  it('takes two paths', () => {
    expect(parsed('convert a.safetensors b')).toEqual({
      _tag: 'Right',
      right: { kind: 'convert', convert: { from: 'a.safetensors', to: 'b' } },
    })
  })

  it('helps, with an example that it takes', () => {
    const help = parsed('convert --help')
    const text = !isLeft(help) && help.right.kind === 'print' ? help.right.text : ''
    const line = /^ {2}rivulet (convert .*)$/m.exec(text)?.[1] ?? ''
    expect(parsed(line)).toMatchObject({ right: { kind: 'convert', convert: { to: 'models' } } })
  })

  it.each([
    ['convert', ['from: expected a value; got nothing']],
    ['convert a', ['to: expected a value; got nothing']],
    ['convert a b c', ['argument 3: expected no more arguments; got "c"']],
    ['convert a b --force', ['option: expected one that rivulet convert --help tells of; got "--force"']],
  ])('refuses %s', (line, lines) => {
    expect(refused(line)).toEqual(lines)
  })
})
