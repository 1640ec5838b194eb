/**
 * What TD3 and SAC do with their two critics for the rows of a minibatch (Fujimoto et al. 2018; Haarnoja et al. 2018): the value of the next
 * action by the slow copies, of which the lower one counts; the targets; and the mean of the squared errors of each critic, whose sum is
 * the loss.
 *
 * An update goes through it in this order: the inputs at `ahead` and `here` are written; `valueAhead` of both critics, `fillLeast`, what
 * the algorithm takes off for entropy, `fillTargets`; `valueHere` of both, `fillErrors`; `gatherCritic` of both, `readyTwins`; and
 * `takeCritic` of both. All that is done with Q2 may be done on a second thread: its tapes and scratch are its own.
 */
import { finite, sized } from '../../checks.js'
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { clippedDoubleQ } from '../equations/clippedDoubleQ.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { tdTarget } from '../equations/tdTarget.js'
import { type AdamSpec, startSteps, tick } from './adam.js'
import type { Betas } from './adamReach.js'
import type { Minibatch, RowsAt } from './minibatch.js'
import type { Network } from './network.js'
import { backward, type Batch, batch, forward, type Gradients, gradients, oneRow, tape, type Tape } from './passes.js'
import type { Plan } from './plan.js'
import { gatherRows, readyRows, type RowsStep, rowsStep, takeRows } from './rowsStep.js'
import type { Stretch, TwinCritics } from './twinCritics.js'

/** One critic with its slow copy, and what their passes leave behind. */
export interface CriticRows {
  readonly critic: Network
  readonly target: Network
  /** The critic at the rows' observations and actions. */
  readonly here: Tape
  /** The slow copy at their next observations and the actions there. */
  readonly ahead: Tape
  readonly by: Gradients
  readonly step: RowsStep
}

/** Inputs of critics: rows of [observation | action]. */
export interface CriticInputs {
  readonly observation: RowsAt
  readonly action: RowsAt
}

/** Places of the means over a minibatch, in doubles after `means`. */
export const TwinMean = {
  /** Q1. */
  value: 0,
  /** y. */
  target: 1,
  /** (y - Q1)² + (y - Q2)². */
  loss: 2,
  count: 3,
} as const

/** Both critics. */
export interface TwinRows {
  readonly rows: number
  readonly Q1: CriticRows
  readonly Q2: CriticRows
  /** Both critics read the same rows. */
  readonly here: CriticInputs
  readonly ahead: CriticInputs
  /** Doubles of shape `[rows]`: the value at `ahead`, and y. */
  readonly nextValues: number
  readonly targets: number
  /** Doubles in the order of `TwinMean`. */
  readonly means: number
  /** All floats that both steps read beside weights and moments, and other scratch. */
  readonly vectors: Stretch
  /** All doubles that both steps read, and other scratch. */
  readonly scalars: Stretch
}

/** What they are laid out from. */
export interface TwinRowsSpec {
  readonly critics: TwinCritics
  readonly targets: TwinCritics
  readonly rows: number
  readonly observations: number
  readonly actions: number
  /** Of both; their names in refusals are those of the critics. */
  readonly adam: Omit<AdamSpec, 'name'>
}

/** What passes of so many rows share, for one thread: one row needs no scratch, since its gradients are not stored. */
export const batchOf = (plan: Plan, rows: number): Batch => (rows === 1 ? oneRow : batch(plan, rows))

/** Lays out both critics' work on so many rows. */
export const twinRows = (plan: Plan, spec: TwinRowsSpec): TwinRows => {
  const { critics, targets, rows, observations, actions, adam } = spec
  const inputs = observations + actions
  const here = plan.floats.take(rows * inputs)
  const ahead = plan.floats.take(rows * inputs)
  const one = (which: 'Q1' | 'Q2'): CriticRows => {
    const on = batchOf(plan, rows)
    const critic = critics[which]
    const tapes = { here: tape(plan, critic, on, here), ahead: tape(plan, targets[which], on, ahead) }
    const by = gradients(plan, critic, on)
    const step = rowsStep(plan, { ...adam, name: 'critic' }, critic, tapes.here, by)
    return { critic, target: targets[which], ...tapes, by, step }
  }
  const at = (input: number): CriticInputs => ({
    observation: { at: input, stride: inputs },
    action: { at: input + observations, stride: inputs },
  })
  const scalarsAt = plan.doubles.size
  const [Q1, Q2] = [one('Q1'), one('Q2')]
  return {
    rows,
    Q1,
    Q2,
    here: at(here),
    ahead: at(ahead),
    vectors: { at: here, size: plan.floats.size - here },
    scalars: { at: scalarsAt, size: plan.doubles.size - scalarsAt },
    nextValues: plan.doubles.take(rows),
    targets: plan.doubles.take(rows),
    means: plan.doubles.take(TwinMean.count),
  }
}

/** Writes what their steps read before they have written it. */
export const startTwins = (memory: Arena, { Q1, Q2 }: TwinRows, betas: Betas): void => {
  startSteps(memory, Q1.step, betas)
  startSteps(memory, Q2.step, betas)
}

/** The values at `ahead`, by the slow copy. */
export const valueAhead = (run: ConstantKernels, { target, ahead }: CriticRows): void => forward(run, target, ahead)

/** The values at `here`, by the critic. */
export const valueHere = (run: ConstantKernels, { critic, here }: CriticRows): void => forward(run, critic, here)

/** The critic's gradient by its errors, after `fillErrors`. */
export const gatherCritic = (run: ConstantKernels, { critic, here, by, step }: CriticRows): void => {
  backward(run, critic, here, by)
  gatherRows(run, step)
}

/** The critic's step, after `readyTwins`. */
export const takeCritic = (run: ConstantKernels, { step }: CriticRows): void => takeRows(run, step)

/** Fills `nextValues` with the lower one of the two values at `ahead`. */
export const fillLeast = ({ f32, f64 }: Arena, { rows, Q1, Q2, nextValues }: TwinRows): void => {
  for (let r = 0; r < rows; r++)
    f64[nextValues + r] = clippedDoubleQ(f32[Q1.ahead.output + r], f32[Q2.ahead.output + r])
}

/**
 * Fills `targets` from `nextValues`, and their mean.
 *
 * Fails: NotFiniteError for a next value that is not finite, where one counts.
 */
export const fillTargets = ({ f64 }: Arena, twins: TwinRows, { rewards, discounts }: Minibatch): void => {
  const { rows, nextValues, targets, means } = twins
  let sum = 0
  for (let r = 0; r < rows; r++) {
    const discount = f64[discounts + r]
    const nextValue = discount === 0 ? 0 : finite('nextValue', f64[nextValues + r])
    const target = tdTarget(f64[rewards + r], discount, nextValue)
    f64[targets + r] = target
    sum += target
  }
  f64[means + TwinMean.target] = sum / rows
}

/**
 * Fills the gradients by both critics' outputs from their errors, and the means of values and squared errors.
 *
 * Fails: NotFiniteError for a value that is not finite, and for an error whose square could not be stored.
 */
export const fillErrors = ({ f32, f64 }: Arena, { rows, Q1, Q2, targets, means }: TwinRows): void => {
  let value = 0
  let loss = 0
  for (let r = 0; r < rows; r++) {
    const value1 = finite('value', f32[Q1.here.output + r])
    const value2 = finite('value', f32[Q2.here.output + r])
    const error1 = sized('tdError', f64[targets + r] - value1)
    const error2 = sized('tdError', f64[targets + r] - value2)
    f32[Q1.by.output + r] = scaledSquareSlope(error1, 1) / rows
    f32[Q2.by.output + r] = scaledSquareSlope(error2, 1) / rows
    value += value1
    loss += scaledSquare(error1, 1) + scaledSquare(error2, 1)
  }
  f64[means + TwinMean.value] = value / rows
  f64[means + TwinMean.loss] = loss / rows
}

/**
 * Readies both steps, which share a clock, after `gatherCritic` of both.
 *
 * Fails: NotFiniteError as `readyRows`; no weight has moved.
 */
export const readyTwins = (memory: Arena, run: ConstantKernels, { Q1, Q2 }: TwinRows): void => {
  tick(memory, Q1.step)
  readyRows(memory, run, Q1.step)
  readyRows(memory, run, Q2.step)
}
