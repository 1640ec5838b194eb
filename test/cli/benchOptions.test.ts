import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { renderFailure } from '../../src/edge/decode.js'
import { parse } from '../../src/cli/parse.js'

const parsed = (line: string) => parse(line.split(' '))

describe('rivulet bench', () => {
  it('has a default for each option', () => {
    expect(parsed('bench')).toMatchObject({
      _tag: 'Right',
      right: { name: 'bench', asked: { json: false, only: null, rounds: 7, roundSeconds: 0.2 } },
    })
  })

  it('takes every option', () => {
    expect(parsed('bench --json --only simulator --rounds 3 --round-seconds 1e-2')).toMatchObject({
      _tag: 'Right',
      right: { name: 'bench', asked: { json: true, only: 'simulator', rounds: 3, roundSeconds: 0.01 } },
    })
  })

  it('states its defaults, with an example that it takes', () => {
    const help = parsed('bench --help')
    const text = !isLeft(help) && help.right.name === 'print' ? String(help.right.asked) : ''
    for (const stated of ['(default: 7)', '(default: 0.2)', 'pipeline, simulator, kernels, learner'])
      expect(text).toContain(stated)
    const line = /^ {2}rivulet (bench .*)$/m.exec(text)?.[1] ?? ''
    expect(parsed(line)).toMatchObject({ right: { name: 'bench', asked: { json: true, only: 'learner' } } })
  })

  it.each([
    [
      'bench --only lerner',
      ['--only: expected one of pipeline, simulator, kernels, learner; got "lerner"; nearest: learner'],
    ],
    ['bench --rounds 0', ['--rounds: expected a positive integer; got "0"']],
    ['bench --round-seconds NaN', ['--round-seconds: expected a positive number; got "NaN"']],
    ['bench --jsn', [`unknown option '--jsn' for 'rivulet bench'; see 'rivulet bench --help'; nearest: --json`]],
    ['bench Hopper-v4', ['argument 1: expected no more arguments; got "Hopper-v4"']],
    [
      'bench --rounds x --only y',
      [
        '--only: expected one of pipeline, simulator, kernels, learner; got "y"',
        '--rounds: expected a positive integer; got "x"',
      ],
    ],
  ])('refuses %s', (line, lines) => {
    const result = parsed(line)
    expect(isLeft(result) ? result.left.map(renderFailure) : []).toEqual(lines)
  })
})
