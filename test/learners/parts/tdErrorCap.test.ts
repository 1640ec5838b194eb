import { expect, test } from 'vitest'
import { CAP_DOUBLES, capTdError, checkCap, startCap, tdErrorCap } from '../../../src/learners/parts/tdErrorCap.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'

const opened = (multiple: number, decay: number) => {
  const plan = newPlan()
  const cap = tdErrorCap(plan, { multiple, decay, at: plan.doubles.take(CAP_DOUBLES) })
  const memory = plannedArena(plan)
  startCap(memory, cap)
  const take = (tdError: number) => {
    memory.f64[cap.tdError] = tdError
    capTdError(memory, cap)
    return { capped: memory.f64[cap.capped], relative: memory.f64[cap.relative] }
  }
  return { memory, cap, take }
}

test('an error is capped at some root mean squares, and divided by the mean size of capped ones', () => {
  const [multiple, decay] = [2, 0.9]
  const { take } = opened(multiple, decay)
  let [square, size] = [1, 0]
  let cut = 0
  for (let t = 1; t <= 40; t++) {
    const tdError = t % 10 === 0 ? -50 * t : Math.sin(t)
    square = decay * square + (1 - decay) * tdError * tdError
    const cap = multiple * Math.sqrt(square / (1 - decay ** t))
    const want = Math.sign(tdError) * Math.min(Math.abs(tdError), cap)
    size = decay * size + (1 - decay) * Math.abs(want)
    const { capped, relative } = take(tdError)
    expect(capped / want).toBeCloseTo(1, 12)
    expect(relative / (want / (size / (1 - decay ** t)))).toBeCloseTo(1, 12)
    if (Math.abs(capped) < Math.abs(tdError)) cut++
  }
  expect(cut).toBe(4)
})

test('the mean square begins at 1, so that the first caps are very large', () => {
  const { take } = opened(20, 0.9998)
  expect(take(1000).capped).toBe(1000)
  expect(take(-1000)).toEqual({ capped: -1000, relative: expect.closeTo(-1, 10) as number })
})

test('errors of 0 are 0, by whatever they are divided', () => {
  const { take } = opened(20, 0.9998)
  expect(take(0)).toEqual({ capped: 0, relative: 0 })
})

test.each([
  [0, -1, 'the mean square of TD errors, doubles[0],'],
  [1, -1, 'the mean size of TD errors, doubles[1],'],
  [2, 1.5, "the optimizer's clock, doubles[2],"],
])('a double %d of %d is refused in a snapshot', (at, value, field) => {
  const { memory, take } = opened(20, 0.9)
  take(1)
  const doubles = memory.f64.slice(0, CAP_DOUBLES)
  expect(() => checkCap('learner', doubles, 0)).not.toThrow()
  expect(() => checkCap('learner', doubles.with(at, value), 0)).toThrow(`learner: ${field} of a snapshot`)
})
