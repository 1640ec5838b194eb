import { expect, test } from 'vitest'
import { backup, backUp, putBack } from '../../../src/learners/parts/backup.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'

test('the state that was copied comes back, floats and doubles, and nothing else changes', () => {
  const plan = newPlan()
  plan.floats.take(3)
  plan.doubles.take(2)
  const copy = backup(plan)
  const scratch = [plan.floats.take(2), plan.doubles.take(2)]
  const memory = plannedArena(plan)
  const { f32, f64 } = memory
  f32.set([1, 2, 3])
  f64.set([4, 5])
  backUp(memory, copy)
  f32.fill(9, 0, 3)
  f64.fill(9, 0, 2)
  f32.fill(7, scratch[0], scratch[0] + 2)
  f64.fill(8, scratch[1], scratch[1] + 2)
  putBack(memory, copy)
  expect([...f32.subarray(0, 3), ...f64.subarray(0, 2)]).toEqual([1, 2, 3, 4, 5])
  expect([...f32.subarray(scratch[0], scratch[0] + 2), ...f64.subarray(scratch[1], scratch[1] + 2)]).toEqual([
    7, 7, 8, 8,
  ])
  f32.fill(9, 0, 3)
  putBack(memory, copy)
  expect([...f32.subarray(0, 3)]).toEqual([1, 2, 3])
})
