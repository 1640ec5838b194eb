import { expect, test } from 'vitest'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import { commit, stage, staged } from '../../../src/learners/parts/staged.js'

test('what is advanced on the copy counts when it is committed, and is gone when another stage begins', () => {
  const plan = newPlan()
  const [clock, statistics] = [plan.doubles.take(2), plan.doubles.take(3)]
  const trial = staged(plan)
  plan.doubles.take(4)
  const memory = plannedArena(plan)
  const { f64 } = memory
  f64.set([1, 2, 3, 4, 5])
  f64.fill(9, trial.at + trial.size)
  stage(memory, trial)
  f64[trial.at + clock] = 10
  f64[trial.at + statistics + 2] = 50
  expect([...f64.subarray(0, 5)]).toEqual([1, 2, 3, 4, 5])
  stage(memory, trial)
  expect([...f64.subarray(trial.at, trial.at + 5)]).toEqual([1, 2, 3, 4, 5])
  f64[trial.at + statistics] = 30
  commit(memory, trial)
  expect([...f64.subarray(0, 5)]).toEqual([1, 2, 30, 4, 5])
  expect([...f64.subarray(trial.at + 5)]).toEqual([9, 9, 9, 9])
})
