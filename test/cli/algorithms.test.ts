import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { describeAlgorithms, readAlgorithms } from '../../src/cli/algorithms.js'
import { parse } from '../../src/cli/parse.js'
import { renderFailure } from '../../src/edge/decode.js'
import { algorithmNames, algorithms } from '../../src/runs/algorithms.js'

const text = await describeAlgorithms({ name: null, json: false })

describe('rivulet algorithms', () => {
  it('lists every algorithm with every setting and every option of its engines', () => {
    for (const { name, about, fields, engines } of algorithms) {
      expect(text).toContain(`${name}\n  ${about}\n`)
      const settings = [fields, ...Object.values(engines).map(({ options }) => options)].flatMap(Object.values)
      for (const { about: does, codec, origin } of settings as {
        about: string
        codec: { name: string }
        origin: string
      }[]) {
        expect(text).toContain(`  ${does}\n      ${codec.name}`)
        expect(text).toContain(`(${origin})`)
      }
    }
  })

  it('lists for a setting its option, its meaning, its range, its default and the source of the default', () => {
    expect(text).toContain(
      '  --adam-beta2 <number>           ' +
        "decay of Adam's second moment\n" +
        '      a number >= 0 and < 1; default: 0.999 (the published program of Vasan et al. 2024)\n',
    )
    expect(text).toContain("; default: the paper's for the task, else 3e-4 (Rivulet, chosen on Pendulum-v1)\n")
    expect(text).toContain('\n  --[no-]scale-td-error ')
  })

  it('keeps within 140 columns, with nothing at the end of a line', () => {
    expect(text.split('\n').filter((line) => line.length > 140 || line.endsWith(' '))).toEqual([])
  })

  it('prints the same as JSON', async () => {
    const listed = JSON.parse(await describeAlgorithms({ name: 'avg', json: true })) as readonly object[]
    expect(listed).toHaveLength(1)
    expect(listed).toMatchObject([
      {
        name: 'avg',
        run: [
          { name: 'actionRange', default: 'rescale' },
          { name: 'normalizeObservation', default: true },
          { name: 'varianceEstimator', default: 'population' },
          { name: 'clipObservation', option: '--clip-observation <number>', default: 'none' },
          { name: 'normalizeReward', option: '--normalize-reward <name>', default: 'none' },
          { name: 'clipReward', option: '--clip-reward <number>', default: 'none' },
          { name: 'appendTime', default: false },
        ],
        engines: [
          { name: 'fused', options: [{ name: 'kernels' }, { name: 'threads', default: 1 }] },
          { name: 'tfjs', options: [{ name: 'backend', takes: 'one of tensorflow, wasm, cpu' }] },
        ],
      },
    ])
    const [{ settings }] = listed as [{ settings: readonly object[] }]
    expect(settings).toContainEqual({
      name: 'actorStepSize',
      option: '--actor-step-size <number>',
      about: 'step size of the actor',
      default: 3e-4,
      byTask: "the paper's for the task",
      takes: 'a positive number',
      unit: null,
      origin: 'Rivulet, chosen on Pendulum-v1',
    })
    expect(settings).toHaveLength(Object.keys(algorithms[0].fields).length)
  })

  it.each([
    ['algorithms', { name: null, json: false }],
    ['algorithms avg', { name: 'avg', json: false }],
    ['algorithms --json avg', { name: 'avg', json: true }],
  ])('%s is read', (line, asked) => {
    expect(parse(line.split(' '))).toMatchObject({ right: { name: 'algorithms', asked } })
  })

  it.each([
    ['algorithms avgg', [`algorithm: expected one of ${algorithmNames.join(', ')}; got "avgg"; nearest: avg`]],
    ['algorithms avg td3', ['argument 2: expected no more arguments; got "td3"']],
    [
      'algorithms --jsn',
      [`unknown option '--jsn' for 'rivulet algorithms'; see 'rivulet algorithms --help'; nearest: --json`],
    ],
  ])('%s is refused', (line, lines) => {
    const result = parse(line.split(' '))
    expect(isLeft(result) ? result.left.map(renderFailure) : []).toEqual(lines)
  })

  it('reads nothing where a name is refused', () => {
    expect(isLeft(readAlgorithms('', {}))).toBe(true)
  })
})
