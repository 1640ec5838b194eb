import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { AdamScalar } from '../../../src/kernels/kernels.js'
import {
  ADAM_DOUBLES,
  fusedStep,
  moments,
  readyFused,
  startClock,
  startSteps,
  takeFused,
  tick,
} from '../../../src/learners/parts/adam.js'
import { reachOf } from '../../../src/learners/parts/adamReach.js'
import { layerGradients, measure } from '../../../src/learners/parts/layerGradients.js'
import { CAPACITY, loggedUndo, loggedUndoAt } from '../../../src/learners/parts/loggedUndo.js'
import { network } from '../../../src/learners/parts/network.js'
import { backward, forward, gradients, tape } from '../../../src/learners/parts/passes.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import { undo } from '../../../src/learners/parts/undo.js'
import { seeded } from '../../../src/random.js'

/** A network that is stepped by the gradient of its output at inputs that are drawn. */
const opened = (home: 'webassembly' | 'typescript', beta1: number) => {
  const betas = { beta1, beta2: 0.999 }
  const plan = newPlan()
  const clock = plan.doubles.take(ADAM_DOUBLES)
  const net = network(plan, { name: 'a', inputs: 3, hidden: [7], heads: [{ name: 'x', size: 2 }], norm: 'unit' })
  const behind = moments(plan, betas)
  const stateFloats = plan.floats.size
  const on = tape(plan, net)
  const by = gradients(plan, net)
  const vectors = { at: on.input, size: plan.floats.size - on.input }
  const spec = { name: 'actor', moments: behind, clock, stepSize: 0.01, epsilon: 1e-8, reach: reachOf(betas) }
  const scalarsAt = plan.doubles.size
  const adam = fusedStep(plan, spec, layerGradients(net, on, by))
  const scalars = { at: scalarsAt, size: plan.doubles.size - scalarsAt }
  const moved = undo(plan, net, behind)
  const at = loggedUndoAt(plan, { moved, vectors, scalars, step: (run) => takeFused(run, adam) })
  const memory = plannedArena(plan)
  const run = bindKernels[home](memory)
  startClock(memory, clock)
  startSteps(memory, adam, betas)
  const { f32, f64 } = memory
  const random = seeded(5)('numbers')
  random.normal(f32.subarray(net.at, net.at + net.size))
  return {
    log: loggedUndo(memory, run, at),
    state: () => f32.slice(0, stateFloats),
    replace: () => random.normal(f32.subarray(net.at, net.at + net.size)),
    /** Makes a step ready. */
    ready: () => {
      random.normal(f32.subarray(on.input, on.input + 3))
      random.normal(f32.subarray(by.output, by.output + 2))
      f64[adam.scalars + AdamScalar.factor] = random.uniform()
      forward(run, net, on)
      backward(run, net, on, by)
      measure(run, adam.layers, adam.extents)
      tick(memory, adam)
      readyFused(memory, adam)
    },
    take: () => takeFused(run, adam),
  }
}

describe.each(['webassembly', 'typescript'] as const)('steps in %s', (home) => {
  test.each([0, 0.9])('are taken back bit for bit, however many went before, with beta1 %d', (beta1) => {
    const { log, state, replace, ready, take } = opened(home, beta1)
    for (let step = 0; step < 2 * CAPACITY + 3; step++) {
      if (step === 20) {
        replace()
        log.forget()
      }
      ready()
      const before = state()
      log.keep()
      take()
      const after = state()
      expect(after).not.toEqual(before)
      if (step % 9 === 5 || step % CAPACITY === CAPACITY - 1 || step % CAPACITY === 0) {
        log.takeBack()
        expect(state()).toEqual(before)
        // Once more, as if the step had been refused, and another one came.
        ready()
        log.keep()
        take()
      }
      log.settle()
    }
  })
})
