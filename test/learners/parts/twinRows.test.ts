import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { adam, type Numbers } from '../../../src/kernels/reference.js'
import { ADAM_DOUBLES, moments, startClock } from '../../../src/learners/parts/adam.js'
import { reachOf } from '../../../src/learners/parts/adamReach.js'
import { minibatch } from '../../../src/learners/parts/minibatch.js'
import { linearMaps } from '../../../src/learners/parts/network.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import { referenceNetwork } from '../../../src/learners/parts/referenceNetwork.js'
import { twinUndo, twinUndoAt } from '../../../src/learners/parts/twinUndo.js'
import { moveTarget, startTarget, twinCritics } from '../../../src/learners/parts/twinCritics.js'
import {
  fillErrors,
  fillLeast,
  fillTargets,
  gatherCritic,
  readyTwins,
  startTwins,
  takeCritic,
  TwinMean,
  twinRows,
  valueAhead,
  valueHere,
} from '../../../src/learners/parts/twinRows.js'
import { CAPACITY } from '../../../src/learners/parts/loggedUndo.js'
import { seeded } from '../../../src/random.js'

const OBSERVATIONS = 3
const ACTIONS = 2
const INPUTS = OBSERVATIONS + ACTIONS
const HIDDEN = [7, 6]
const STEP_SIZE = 0.01

const opened = (home: 'webassembly' | 'typescript', rows: number, beta1 = 0.9) => {
  const betas = { beta1, beta2: 0.999 }
  const plan = newPlan()
  const clock = plan.doubles.take(ADAM_DOUBLES)
  const spec = { inputs: INPUTS, hidden: HIDDEN, activation: 'relu', head: 'head' } as const
  const critics = twinCritics(plan, 'critic', spec)
  const behind = moments(plan, betas)
  const targets = twinCritics(plan, 'target', spec)
  const batch = minibatch(plan, rows)
  const rest = { moments: behind, clock, stepSize: STEP_SIZE, epsilon: 1e-8, reach: reachOf(betas) }
  const twins = twinRows(plan, { critics, targets, rows, observations: OBSERVATIONS, actions: ACTIONS, adam: rest })
  const undoing = twinUndoAt(plan, critics, behind, twins)
  const polyak = plan.doubles.take(1)
  const memory = plannedArena(plan)
  const run = bindKernels[home](memory)
  const { f32, f64 } = memory
  startClock(memory, clock)
  startTwins(memory, twins, betas)
  f64[polyak] = 0.25
  const random = seeded(4)('numbers')
  for (const { at, size } of [critics, targets]) {
    random.normal(f32.subarray(at, at + size))
    for (let i = at; i < at + size; i++) f32[i] *= 0.5
  }
  const tensors = () =>
    Object.fromEntries(
      [critics.Q1, critics.Q2, targets.Q1, targets.Q2]
        .flatMap((net) => linearMaps(net))
        .flatMap(({ path, weight, bias, rows: outputs, columns }) => [
          [`${path}.weight`, Float64Array.from(f32.subarray(weight, weight + outputs * columns))],
          [`${path}.bias`, Float64Array.from(f32.subarray(bias, bias + outputs))],
        ]),
    )
  const inputsAt = (at: number) =>
    Array.from({ length: rows }, (_, r) => Float64Array.from(f32.subarray(at + r * INPUTS, at + (r + 1) * INPUTS)))
  const both = [twins.Q1, twins.Q2]
  return {
    betas,
    memory,
    run,
    critics,
    targets,
    behind,
    twins,
    undo: twinUndo(memory, run, undoing),
    polyak,
    tensors,
    here: () => inputsAt(twins.here.observation.at),
    ahead: () => inputsAt(twins.ahead.observation.at),
    /** Rows that are drawn; every third one is terminated. */
    draw: () => {
      for (const { observation } of [twins.here, twins.ahead])
        random.normal(f32.subarray(observation.at, observation.at + rows * INPUTS))
      for (let r = 0; r < rows; r++) {
        f64[batch.rewards + r] = random.uniform()
        f64[batch.discounts + r] = r % 3 === 2 ? 0 : 0.9
      }
    },
    rewards: () => Array.from(f64.subarray(batch.rewards, batch.rewards + rows)),
    discounts: () => Array.from(f64.subarray(batch.discounts, batch.discounts + rows)),
    means: () => Array.from(f64.subarray(twins.means, twins.means + TwinMean.count)),
    /** All that comes before the weights move. */
    ready: () => {
      for (const each of both) valueAhead(run, each)
      fillLeast(memory, twins)
      fillTargets(memory, twins, batch)
      for (const each of both) valueHere(run, each)
      fillErrors(memory, twins)
      for (const each of both) gatherCritic(run, each)
      readyTwins(memory, run, twins)
    },
    take: () => both.forEach((each) => takeCritic(run, each)),
  }
}

/** The sum over both critics of the mean of the squared errors, its gradients, and the means of values and targets, in doubles. */
const reference = (all: ReturnType<typeof opened>, tensors: Readonly<Record<string, Numbers>>) => {
  const rows = all.here().length
  const of = (name: string) =>
    referenceNetwork(Float64Array, tensors, { name, hidden: HIDDEN, heads: [{ name: 'head' }], activation: 'relu' })
  const valueOf = (name: string, input: Numbers): number => of(name).forward(input).heads['head'][0]
  const discounts = all.discounts()
  const rewards = all.rewards()
  const targets = all
    .ahead()
    .map((input, r) => rewards[r] + discounts[r] * Math.min(valueOf('target.Q1', input), valueOf('target.Q2', input)))
  const gradient: Record<string, Float64Array> = {}
  let loss = 0
  let value = 0
  for (const name of ['critic.Q1', 'critic.Q2']) {
    for (const [r, input] of all.here().entries()) {
      const net = of(name)
      const pass = net.forward(input)
      const error = pass.heads['head'][0] - targets[r]
      loss += (error * error) / rows
      if (name === 'critic.Q1') value += pass.heads['head'][0] / rows
      for (const [path, values] of Object.entries(
        net.backward(pass, { head: Float64Array.of((2 * error) / rows) }).tensors,
      )) {
        const sum = (gradient[path] ??= new Float64Array(values.length))
        values.forEach((each, i) => (sum[i] += each))
      }
    }
  }
  return { loss, value, target: targets.reduce((a, b) => a + b, 0) / rows, gradient }
}

describe.each(['webassembly', 'typescript'] as const)('twin critics in %s', (home) => {
  test.each([
    [1, 0.9],
    [1, 0],
    [6, 0.9],
    [6, 0],
  ])('of %d rows learn as the reference does, with beta1 %d', (rows, beta1) => {
    const all = opened(home, rows, beta1)
    const want = all.tensors()
    const kept = Object.fromEntries(
      Object.entries(want).map(([path, { length }]) => [
        path,
        { first: new Float64Array(length), second: new Float64Array(length) },
      ]),
    )
    for (let t = 1; t <= 6; t++) {
      all.draw()
      const { loss, value, target, gradient } = reference(all, want)
      expect(Object.keys(gradient)).toHaveLength(12)
      all.ready()
      const means = all.means()
      expect(Math.abs(means[TwinMean.loss] - loss)).toBeLessThan(2e-5 * (1 + loss))
      expect(means[TwinMean.value]).toBeCloseTo(value, 5)
      expect(means[TwinMean.target]).toBeCloseTo(target, 5)
      all.take()
      for (const [path, by] of Object.entries(gradient))
        adam(want[path], by, kept[path], t, { stepSize: STEP_SIZE, ...all.betas, epsilon: 1e-8 })
      for (const [path, values] of Object.entries(all.tensors()))
        values.forEach((got, i) => expect(Math.abs(got - want[path][i]), `${path}[${i}] at ${t}`).toBeLessThan(2e-5))
    }
  })

  test.each([1, 6])('of %d rows refuse what is not finite, and no weight moves', (rows) => {
    const { memory, twins, critics, behind, ready, draw } = opened(home, rows)
    const { f32 } = memory
    draw()
    const state = () => f32.slice(critics.at, critics.at + behind.second + 2 * critics.size)
    const spoilt = (at: number, value: number, line: string | RegExp): void => {
      const was = f32[at]
      f32[at] = value
      const before = state()
      expect(ready).toThrow(line)
      expect(state()).toEqual(before)
      f32[at] = was
    }
    spoilt(twins.Q2.target.head.weights + HIDDEN[1], NaN, 'nextValue is NaN')
    spoilt(twins.Q1.critic.head.weights + HIDDEN[1], Infinity, 'value is Infinity')
    spoilt(twins.Q2.critic.head.weights + HIDDEN[1], NaN, 'value is NaN')
    spoilt(twins.Q2.critic.head.weights + HIDDEN[1], 1e19, 'tdError is -99999')
    spoilt(twins.Q1.critic.head.weights + HIDDEN[1], 9e17, /^critic(Gradient|Activation) is \S+, and in float32/)
    ready()
  })

  test('a next value that does not count is of no account', () => {
    const { memory, twins, ready, draw, means } = opened(home, 3)
    draw()
    // The third row is terminated: what the slow copies would make of it does not matter.
    memory.f32[twins.ahead.observation.at + 2 * INPUTS] = NaN
    ready()
    expect(means().every(Number.isFinite)).toBe(true)
  })

  test.each([
    [1, 0.9],
    [1, 0],
    [6, 0.9],
    [6, 0],
  ])('of %d rows are taken back where they were, moments as well, with beta1 %d', (rows, beta1) => {
    const { memory, critics, behind, undo, draw, ready, take } = opened(home, rows, beta1)
    const state = () => memory.f32.slice(0, critics.size + (beta1 > 0 ? 2 : 1) * critics.size)
    expect(behind.second).toBe(critics.size)
    expect(undo.isEvery).toBe(rows === 1)
    // More steps than fused ones have a log for, and refusals here and there.
    for (let t = 0; t < 2 * CAPACITY + 5; t++) {
      draw()
      ready()
      const before = state()
      undo.keep()
      take()
      if (t % 9 === 4) {
        expect(state()).not.toEqual(before)
        undo.takeBack()
        expect(state()).toEqual(before)
      } else undo.settle()
      if (t === 20) {
        memory.f32[critics.at] += 1
        undo.forget()
      }
    }
  })

  test('slow copies follow', () => {
    const { memory, run, critics, targets, polyak } = opened(home, 1)
    const of = ({ at, size }: { at: number; size: number }) => memory.f32.slice(at, at + size)
    const [source, before] = [of(critics), of(targets)]
    moveTarget(run, targets, critics, polyak)
    of(targets).forEach((value, i) => expect(value).toBeCloseTo(0.25 * source[i] + 0.75 * before[i], 6))
    startTarget(memory, targets, critics)
    expect(of(targets)).toEqual(source)
    expect(of(critics)).toEqual(source)
  })
})
