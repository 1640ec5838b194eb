import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { renderFailure } from '../../src/edge/decode.js'
import { parse } from '../../src/cli/parse.js'
import { algorithmNames } from '../../src/runs/algorithms.js'

const parsed = (line: string) => parse(line.split(' '))

describe('rivulet bench', () => {
  it('has a default for each option', () => {
    expect(parsed('bench')).toMatchObject({
      _tag: 'Right',
      right: {
        name: 'bench',
        asked: { json: false, only: null, algorithm: null, shapes: null, seconds: 60, rounds: 7, roundSeconds: 0.2 },
      },
    })
  })

  it.each([
    ['--algorithms', { only: 'algorithms', algorithm: null, shapes: null }],
    ['--algorithms --algorithm iac --shapes Humanoid', { only: 'algorithms', algorithm: 'iac', shapes: 'Humanoid' }],
    ['--cycle', { only: 'cycle', algorithm: null, shapes: null, seconds: 60 }],
    ['--cycle --algorithm avg --shapes HalfCheetah --seconds 5', { only: 'cycle', algorithm: 'avg', seconds: 5 }],
  ])('takes %s', (options, asked) => {
    expect(parsed(`bench ${options}`)).toMatchObject({ _tag: 'Right', right: { name: 'bench', asked } })
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
    const flat = text.replaceAll(/\s+/g, ' ')
    for (const stated of ['(default: 7)', '(default: 0.2)', '(default: 60)', 'pipeline, simulator, kernels, learner'])
      expect(flat).toContain(stated)
    expect(flat).toContain(`one of ${algorithmNames.join(', ')} (default: all, and with --cycle ${algorithmNames[0]})`)
    expect(flat).toContain('(default: Hopper and Humanoid, and with --cycle Hopper)')
    const lines = [...text.matchAll(/^ {2}rivulet (bench .*)$/gm)].map(([, line]) => line)
    expect(lines.map(parsed)).toMatchObject([
      { right: { asked: { json: true, only: 'learner' } } },
      { right: { asked: { only: 'algorithms', shapes: 'Hopper' } } },
      { right: { asked: { only: 'cycle', algorithm: 'iac', seconds: 10 } } },
    ])
  })

  it.each([
    [
      'bench --only lerner',
      ['--only: expected one of pipeline, simulator, kernels, learner; got "lerner"; nearest: learner'],
    ],
    ['bench --algorithms --only learner', ['--only: expected nothing with --algorithms; got "learner"']],
    ['bench --cycle --only learner', ['--only: expected nothing with --cycle; got "learner"']],
    ['bench --cycle --algorithms', ['--cycle: expected nothing with --algorithms; got true']],
    ['bench --tasks --cycle', ['--tasks: expected nothing with --cycle; got true']],
    ['bench --tasks --shapes Hopper', ['--shapes: expected nothing without --algorithms or --cycle; got "Hopper"']],
    ['bench --algorithm avg', ['--algorithm: expected nothing without --algorithms or --cycle; got "avg"']],
    [
      'bench --only learner --shapes Hopper',
      ['--shapes: expected nothing without --algorithms or --cycle; got "Hopper"'],
    ],
    ['bench --algorithms --seconds 3', ['--seconds: expected nothing without --cycle; got 3']],
    ['bench --cycle --seconds 0', ['--seconds: expected a positive number; got "0"']],
    [
      'bench --algorithms --shapes Hoper',
      ['--shapes: expected one of Hopper, HalfCheetah, Humanoid; got "Hoper"; nearest: Hopper'],
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
