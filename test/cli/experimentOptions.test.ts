/** The words of `rivulet plot` and `rivulet report`. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { parse } from '../../src/cli/parse.js'
import { renderFailure } from '../../src/edge/decode.js'

const parsed = (line: string) => parse(line.split(' '))
const refused = (line: string): string[] => {
  const result = parsed(line)
  return isLeft(result) ? result.left.map(renderFailure) : []
}

describe.each([
  ['plot', 'curves.svg', 'pictures/x.png', 'a name that ends in .svg or .png'],
  ['report', 'report.html', 'pages/x.html', 'a name that ends in .html'],
])('rivulet %s', (name, out, other, ending) => {
  it('has a default for each option, and takes any number of directories', () => {
    expect(parsed(`${name} a b/c d`)).toMatchObject({
      _tag: 'Right',
      right: { name, asked: { directories: ['a', 'b/c', 'd'], out, title: null, bins: 50, steps: null } },
    })
  })

  it('takes every option, among the directories', () => {
    expect(parsed(`${name} a --bins 1e2 b --steps=5000 --title Title c --out ${other}`)).toMatchObject({
      right: { asked: { directories: ['a', 'b', 'c'], out: other, title: 'Title', bins: 100, steps: 5000 } },
    })
  })

  it('helps, with an example that it takes and all defaults', () => {
    const help = parsed(`${name} --help`)
    const text = !isLeft(help) && help.right.name === 'print' ? String(help.right.asked) : ''
    const [, line] = /^Example:\n {2}rivulet (.*)$/m.exec(text) ?? ['', '']
    expect(parsed(line)).toMatchObject({ right: { name, asked: { directories: ['runs'], out } } })
    for (const each of [out, '50', 'all', 'none']) expect(text.replaceAll(/\s+/g, ' ')).toContain(`(default: ${each})`)
  })

  it.each([
    ['', ['directories: expected one or more directories of runs; got nothing']],
    [' a --out x.gif', [`--out: expected ${ending}; got "x.gif"`]],
    [` a --out ${out.slice(-4)}`, [`--out: expected ${ending}; got "${out.slice(-4)}"`]],
    [' a --bins 0', ['--bins: expected an integer from 1 to 1000; got "0"']],
    [' a --bins 1001', ['--bins: expected an integer from 1 to 1000; got "1001"']],
    [' a --steps 1.5', ['--steps: expected a positive integer; got "1.5"']],
    [' a --title=', ['--title: expected a text; got ""']],
    [
      ' a --bins x --steps y',
      ['--bins: expected an integer from 1 to 1000; got "x"', '--steps: expected a positive integer; got "y"'],
    ],
    [' a --bogus', [`unknown option '--bogus' for 'rivulet ${name}'; see 'rivulet ${name} --help'; nearest: --out`]],
    [' a --out', [`--out: expected ${ending}; got nothing`]],
  ])('refuses "%s" in a line for each', (words, lines) => expect(refused(`${name}${words}`)).toEqual(lines))
})

it('an empty name of a directory is refused', () => {
  const result = parse(['plot', 'a', ''])
  expect(isLeft(result) && result.left.map(renderFailure)).toEqual(['directories[1]: expected a text; got ""'])
})
