import type { SchedulerLike } from 'rxjs'
import { describe, expectTypeOf, test } from 'vitest'
import { type Decided, actuate, timeLimit, transitions } from '../../operators/index.js'
import type { Clock } from '../../src/time/clock.js'
import { expectTransitions } from '../../src/testing/expectTransitions.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { Rule } from '../../src/testing/rule.js'
import { type ScriptedAction, scriptedLearner } from '../../src/testing/scriptedLearner.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import type { Driver, Learner, TimeStep, Transition } from '../../src/types.js'

declare const world: Driver
declare const decide: (step: TimeStep) => Decided

describe('the operator suite', () => {
  test('takes an operator on time steps as it is', () => {
    expectTypeOf(operatorSuite({ make: () => timeLimit(3) })).toEqualTypeOf<readonly Rule[]>()
    expectTypeOf(operatorSuite({ make: () => transitions() })).toEqualTypeOf<readonly Rule[]>()
  })

  test('takes one that asks for more together with what prepares the steps, and not without', () => {
    operatorSuite<Decided>({ make: () => actuate(world), prepare: decide })
    // @ts-expect-error time steps are not decided upon
    operatorSuite<Decided>({ make: () => actuate(world) })
    // @ts-expect-error nor when nothing is said of it
    operatorSuite({ make: () => actuate(world) })
  })
})

describe('a timeline', () => {
  test('has the values of the operator', () => {
    const { values } = play('--a-b|', transitions())
    expectTypeOf(values[0].transition).toEqualTypeOf<Transition | null>()
    expectTypeOf(values[0].index).toEqualTypeOf<number>()
  })

  test('is prepared for an operator that asks for more', () => {
    expectTypeOf(play('--a-b|', actuate(world), { prepare: decide }).values).toEqualTypeOf<readonly Decided[]>()
    // @ts-expect-error time steps are not decided upon
    play('--a-b|', actuate(world))
  })

  test('is played with a clock for a pipeline that asks for one', () => {
    const { values } = play('--a-b|', (steps, clock) => {
      expectTypeOf(clock).toEqualTypeOf<SchedulerLike>()
      return timeLimit(3)(steps)
    })
    expectTypeOf(values).toEqualTypeOf<readonly TimeStep[]>()
  })
})

test('transitions are expected of a pipeline that makes some', () => {
  expectTransitions(transitions(), { source: '--a-b|', transitions: '--.-b|' })
  // @ts-expect-error nothing is paired here
  expectTransitions(timeLimit(3), { source: '--a-b|', transitions: '--.-b|' })
})

test('a scripted learner reports as it was told', () => {
  expectTypeOf(scriptedLearner()).toExtend<Learner<ScriptedAction, number>>()
  expectTypeOf(scriptedLearner({ reports: [{ tdError: 1 }] })).toExtend<Learner<ScriptedAction, { tdError: number }>>()
})

test('a virtual clock is a scheduler and a clock', () => {
  expectTypeOf(virtualClock()).toExtend<SchedulerLike & Clock>()
})
