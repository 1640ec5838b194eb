import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { avg } from '../../src/learners/avg.js'
import { seeded } from '../../src/random.js'

interface Trace {
  readonly hyper: Record<string, number> & { readonly betas: readonly [number, number] }
  readonly args: { readonly hid: number; readonly obs: number; readonly act: number }
  readonly parameters: Record<string, readonly number[]>
  readonly initial?: Record<string, readonly number[]>
  readonly steps: readonly {
    readonly observation: readonly number[]
    readonly noise: readonly number[]
    readonly action: readonly number[]
    readonly logProb: number
    readonly reward: number
    readonly terminated: boolean
    readonly truncated: boolean
    readonly nextObservation: readonly number[]
    readonly nextNoise: readonly number[]
    readonly q: number
    readonly sigma: number
    readonly weightsAfter?: Record<string, readonly number[] | Ends>
  }[]
}
interface Ends {
  readonly sum: number
  readonly first: readonly number[]
  readonly last: readonly number[]
}

const read = (name: string): Trace =>
  JSON.parse(readFileSync(new URL(`../golden/avg/${name}.json`, import.meta.url), 'utf8')) as Trace

/** A source of chance that says what it is told. */
const scripted = () => {
  const lines: (readonly number[])[] = []
  return {
    say: (line: readonly number[]) => lines.push(line),
    left: () => lines.length,
    normal: (out: Float32Array) => out.set(lines.shift() ?? []),
    uniform: (): number => {
      throw new Error('nothing draws uniformly from the policy')
    },
  }
}

const initialOf = (trace: Trace): Record<string, ArrayLike<number>> =>
  trace.initial ??
  Object.fromEntries(
    Object.entries(trace.parameters).map(([name, shape], k) => {
      const size = shape.reduce((a, b) => a * b, 1)
      return [name, Float64Array.from({ length: size }, (_, i) => 0.15 * Math.sin(0.37 * i + k))]
    }),
  )

const expectClose = (got: ArrayLike<number>, want: ArrayLike<number>, bound: number, what: string): void => {
  expect(got.length, what).toBe(want.length)
  let worst = 0
  for (let i = 0; i < want.length; i++) worst = Math.max(worst, Math.abs(got[i] - want[i]))
  expect(worst, what).toBeLessThan(bound)
}

describe.each(['small-beta0', 'small-beta09', 'full-width'])('the published trace %s', (name) => {
  test.each([
    ['webassembly', true],
    ['webassembly', false],
    ['typescript', true],
    ['typescript', false],
  ] as const)('is reproduced by the kernels in %s, with the forward cache %s', (kernels, forwardCache) => {
    const trace = read(name)
    const { hyper, args } = trace
    const random = scripted()
    const learner = avg(
      { observation: { size: args.obs }, action: { size: args.act } },
      {
        hidden: [args.hid, args.hid],
        actorStepSize: hyper['actor_lr'],
        criticStepSize: hyper['critic_lr'],
        entropyCoefficient: hyper['alpha_lr'],
        discount: hyper['gamma'],
        adamBeta1: hyper.betas[0],
        adamBeta2: hyper.betas[1],
        kernels,
        forwardCache,
        random,
        initialization: seeded(0)('initialization'),
      },
    )
    expect(Object.keys(learner.parameters)).toEqual(Object.keys(trace.parameters))
    for (const [path, values] of Object.entries(initialOf(trace))) {
      expect(learner.parameters[path].length, path).toBe(values.length)
      learner.parameters[path].set(values)
    }

    trace.steps.forEach((step, i) => {
      const bound = i < 16 ? 1e-5 : 1e-4
      random.say(step.noise)
      const sampled = learner.sample(step.observation)
      expectClose(sampled.action, step.action, bound, `action of step ${i}`)
      expect(Math.abs(sampled.logProbability - step.logProb), `log-probability of step ${i}`).toBeLessThan(bound)

      random.say(step.nextNoise)
      const { reward, terminated, truncated, nextObservation, observation } = step
      const report = learner.update({ observation, sampled, reward, nextObservation, terminated, truncated })
      expect(random.left()).toBe(0)
      expect(Math.abs(report.actionValue - step.q), `Q of step ${i}`).toBeLessThan(bound)
      expect(Math.abs(report.scale - step.sigma), `sigma of step ${i}`).toBeLessThan(bound)

      for (const [path, after] of Object.entries(step.weightsAfter ?? {})) {
        const got = learner.parameters[path]
        const what = `${path} after step ${i}`
        if (!('sum' in after)) expectClose(got, after, 1e-4, what)
        else {
          expectClose(got.subarray(0, after.first.length), after.first, 1e-4, what)
          expectClose(got.subarray(got.length - after.last.length), after.last, 1e-4, what)
          const sum = got.reduce((a, b) => a + b, 0)
          expect(Math.abs(sum - after.sum) / got.length, what).toBeLessThan(1e-4)
        }
      }
    })
  })
})
