import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { namedJobs } from '../../../src/learners/parts/namedJobs.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'

/** Two jobs on one number that do not commute on a negative one. */
const opened = (threads: 1 | 2) => {
  const plan = newPlan()
  const x = plan.floats.take(1)
  const open = namedJobs(plan, threads, {
    shrink: (run) => run.leakyRelu(x, 1),
    drop: (run) => run.relu(x, 1),
  })
  const memory = plannedArena(plan, threads === 2)
  return { ...open(memory, bindKernels.webassembly(memory)), numbers: memory.f32 }
}

describe.each([1, 2] as const)('named jobs on %d threads', (threads) => {
  test('are had done by name, in the order in which they are started, as often as they are started', () => {
    const { jobs, finishAll, close, numbers } = opened(threads)
    expect(Object.keys(jobs)).toEqual(['shrink', 'drop'])
    numbers[0] = -100
    jobs.shrink.start()
    jobs.shrink.start()
    jobs.shrink.finish()
    expect(numbers[0]).toBeCloseTo(-0.01, 6)
    jobs.shrink.start()
    jobs.drop.start()
    finishAll()
    expect(numbers[0]).toBe(0)
    numbers[0] = 3
    jobs.drop.start()
    jobs.drop.finish()
    expect(numbers[0]).toBe(3)
    close()
  })

  test(`after \`close\` ${threads === 1 ? 'all goes on: there was nothing to close' : 'nothing is started'}`, () => {
    const { jobs, close } = opened(threads)
    jobs.shrink.start()
    close()
    if (threads === 1) expect(() => jobs.shrink.start()).not.toThrow()
    else expect(() => jobs.shrink.start()).toThrow('it was closed')
  })
})
