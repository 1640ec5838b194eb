import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { renderFailure } from '../../src/edge/decode.js'
import { parse } from '../../src/cli/parse.js'

const parsed = (line: string) => parse(line.split(' '))
const refused = (line: string): string[] => {
  const result = parsed(line)
  return isLeft(result) ? result.left.map(renderFailure) : []
}

describe('rivulet convert', () => {
  it('takes two paths', () => {
    expect(parsed('convert a.safetensors b')).toMatchObject({
      _tag: 'Right',
      right: { name: 'convert', asked: { from: 'a.safetensors', to: 'b' } },
    })
  })

  it('helps, with an example that it takes', () => {
    const help = parsed('convert --help')
    const text = !isLeft(help) && help.right.name === 'print' ? String(help.right.asked) : ''
    const line = /^ {2}rivulet (convert .*)$/m.exec(text)?.[1] ?? ''
    expect(parsed(line)).toMatchObject({ right: { name: 'convert', asked: { to: 'models' } } })
  })

  it.each([
    ['convert', ['from: expected a value; got nothing']],
    ['convert a', ['to: expected a value; got nothing']],
    ['convert a b c', ['argument 3: expected no more arguments; got "c"']],
    ['convert a b --force', [`unknown option '--force' for 'rivulet convert'; see 'rivulet convert --help'`]],
  ])('refuses %s', (line, lines) => {
    expect(refused(line)).toEqual(lines)
  })
})
