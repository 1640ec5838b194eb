import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { arena } from '../../src/kernels/arena.js'
import { jobsHere, type Job } from '../../src/kernels/jobs.js'
import { record, secondThread, threadDoubles } from '../../src/kernels/secondThread.js'
import { webAssemblyKernels } from '../../src/kernels/webassembly.js'
import { seeded } from '../../src/random.js'

const INPUT = 70
const [VECTOR, OUTPUT, GRADIENT] = [0, INPUT, 2 * INPUT]
const WEIGHTS = 3 * INPUT
const SECOND = WEIGHTS + INPUT * INPUT + INPUT
const FLOATS = SECOND + INPUT * INPUT + INPUT
/** Adam's scalars stand at the first doubles, a norm behind them. */
const DOUBLES = 8

/** Every kernel that a job may call, so that its number and its arguments are seen to arrive. */
const jobs: readonly Job[] = [
  (kernels) => {
    kernels.dense(WEIGHTS, WEIGHTS + INPUT * INPUT, VECTOR, INPUT, OUTPUT, INPUT)
    kernels.leakyRelu(OUTPUT, INPUT)
  },
  (kernels) => {
    kernels.denseBackward(WEIGHTS, INPUT, OUTPUT, INPUT, 0, INPUT, GRADIENT)
    kernels.leakyReluBackward(VECTOR, GRADIENT, INPUT)
  },
  (kernels) => {
    kernels.normalize(GRADIENT, INPUT, VECTOR, 6)
    kernels.normalizeBackward(VECTOR, 6, OUTPUT, INPUT, GRADIENT)
  },
  (kernels) => kernels.denseAdam(WEIGHTS, 0, SECOND, INPUT * INPUT, VECTOR, INPUT, GRADIENT, INPUT, 0),
]

const filled = (doubles: number, shared: boolean) => {
  const memory = arena(FLOATS, doubles, shared)
  seeded(5)('fill').normal(memory.f32)
  memory.f32.fill(0.1, SECOND)
  memory.f64.set([0.3, 1e-3, 1e-8, 0, 0.999])
  return memory
}

describe('a second thread', () => {
  test('leaves the bits that this thread leaves, whatever the order of the jobs', () => {
    const recorded = record(jobs)
    const [one, other] = [filled(DOUBLES, false), filled(DOUBLES + threadDoubles(recorded), true)]
    const here = jobsHere(webAssemblyKernels(one), jobs)
    const beside = secondThread(other, DOUBLES, recorded)
    const order = seeded(9)('order')
    for (let i = 0; i < 400; i++) {
      const job = Math.floor(order.uniform() * jobs.length)
      here.start(job)
      const ticket = beside.start(job)
      // Now and then it is left to work through several jobs, fewer than its ring holds.
      if (i % 5 === 4) beside.join(ticket)
    }
    beside.joinAll()
    expect(other.f32).toEqual(one.f32)
    expect(other.f64.slice(0, DOUBLES)).toEqual(one.f64)
    beside.close()
  })

  test('that fails is an error for whoever waits, and for whoever asks again', () => {
    const outside: readonly Job[] = [(kernels) => kernels.leakyRelu(2 ** 28, 4)]
    const recorded = record(outside)
    const thread = secondThread(filled(DOUBLES + threadDoubles(recorded), true), DOUBLES, recorded)
    const ticket = thread.start(0)
    expect(() => thread.join(ticket)).toThrow('the second thread of a learner did not finish its job: it failed')
    expect(() => thread.start(0)).toThrow('it failed')
    expect(() => thread.close()).not.toThrow()
  })

  test('that was closed takes no more jobs; closing twice is the same as once', () => {
    const recorded = record(jobs)
    const thread = secondThread(filled(DOUBLES + threadDoubles(recorded), true), DOUBLES, recorded)
    thread.join(thread.start(0))
    thread.close()
    thread.close()
    expect(() => thread.start(0)).toThrow('it was closed')
  })

  test('asks for shared memory', () => {
    expect(() => secondThread(filled(DOUBLES + threadDoubles(record(jobs)), false), DOUBLES, record(jobs))).toThrow(
      'a second thread needs shared memory',
    )
  })

  test('does not keep a process alive', () => {
    const program = fileURLToPath(new URL('unclosedThread.mjs', import.meta.url))
    expect(execFileSync(process.execPath, [program], { encoding: 'utf8', timeout: 60_000 })).toBe('updated twice\n')
  })
})
