import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { arena } from '../../src/kernels/arena.js'
import { ROWS_SCRATCH } from '../../src/kernels/contracts/dense.js'
import { immediateJobs, type Job } from '../../src/kernels/jobs.js'
import { type ConstantKernelName, kernelTable } from '../../src/kernels/kernelTable.js'
import { recordJobs } from '../../src/kernels/recordedJobs.js'
import { secondThread, threadDoubles } from '../../src/kernels/secondThread.js'
import { webAssemblyKernels } from '../../src/kernels/webassembly.js'
import { avg } from '../../src/learners/avg/avg.js'
import { defaultHyperparameters } from '../../src/learners/avg/publishedSettings.js'
import { seeded } from '../../src/random.js'

const program = fileURLToPath(new URL('unclosedThread.mjs', import.meta.url))

const INPUT = 70
const [VECTOR, OUTPUT, GRADIENT] = [0, INPUT, 2 * INPUT]
const WEIGHTS = 3 * INPUT
const BIAS = WEIGHTS + INPUT * INPUT
const SECOND = BIAS + INPUT
/** Samples, one in each row, with their outputs, input gradients and weight gradients. */
const COUNT = 5
const ROWS = SECOND + INPUT * INPUT + INPUT
const RESULTS = ROWS + COUNT * INPUT
const BACK = RESULTS + COUNT * INPUT
const SUMS = BACK + COUNT * INPUT
const SCRATCH = SUMS + INPUT * INPUT + INPUT
const FLOATS = SCRATCH + ROWS_SCRATCH
/** Adam's scalars stand at the first doubles; then a norm, a size, an orthonormal basis of two vectors, a third one, scratch, norms, the scalars of traces, and samples. */
const [NORM, LARGEST, BASIS, THIRD, ALONG, NORMS, TRACE, SAMPLE] = [6, 7, 8, 14, 17, 25, 30, 35]
const DOUBLES = SAMPLE + 3 * 5

/** A call of every kernel that a job may call, so that the tests cover its number and its arguments. */
const calls: Readonly<Record<ConstantKernelName, Job>> = {
  dense: (kernels) => kernels.dense(WEIGHTS, BIAS, VECTOR, INPUT, OUTPUT, INPUT),
  denseBackward: (kernels) => kernels.denseBackward(WEIGHTS, INPUT, OUTPUT, INPUT, 3, INPUT - 5, GRADIENT),
  densePolyak: (kernels) => kernels.densePolyak(WEIGHTS, INPUT * INPUT, VECTOR, INPUT, OUTPUT, INPUT - 2, SUMS, 4),
  denseRows: (kernels) => kernels.denseRows(WEIGHTS, BIAS, ROWS, INPUT, RESULTS, INPUT - 3, COUNT, SCRATCH),
  denseBackwardRows: (kernels) =>
    kernels.denseBackwardRows(WEIGHTS, INPUT, ROWS, INPUT - 3, 2, INPUT - 4, BACK, COUNT - 1, SCRATCH),
  denseGradientRows: (kernels) =>
    kernels.denseGradientRows(VECTOR, INPUT, ROWS, INPUT - 1, 2, SUMS, INPUT * INPUT, SCRATCH),
  leakyRelu: (kernels) => kernels.leakyRelu(OUTPUT, INPUT),
  leakyReluBackward: (kernels) => kernels.leakyReluBackward(VECTOR, GRADIENT, INPUT),
  relu: (kernels) => kernels.relu(OUTPUT, INPUT - 1),
  reluBackward: (kernels) => kernels.reluBackward(OUTPUT, GRADIENT, INPUT - 1),
  tanh: (kernels) => kernels.tanh(OUTPUT, INPUT - 2),
  tanhBackward: (kernels) => kernels.tanhBackward(OUTPUT, GRADIENT, INPUT - 2),
  softplus: (kernels) => kernels.softplus(OUTPUT, INPUT - 3),
  softplusBackward: (kernels) => kernels.softplusBackward(OUTPUT, GRADIENT, INPUT - 3),
  normalize: (kernels) => kernels.normalize(GRADIENT, INPUT, VECTOR, NORM),
  normalizeBackward: (kernels) => kernels.normalizeBackward(VECTOR, NORM, OUTPUT, INPUT, GRADIENT),
  normalizeRows: (kernels) => kernels.normalizeRows(ROWS, COUNT, INPUT - 1, RESULTS, NORMS),
  normalizeBackwardRows: (kernels) => kernels.normalizeBackwardRows(RESULTS, NORMS, ROWS, COUNT, INPUT - 1, BACK),
  layerNorm: (kernels) => kernels.layerNorm(ROWS, COUNT - 1, INPUT, 2, RESULTS, NORMS),
  layerNormBackward: (kernels) => kernels.layerNormBackward(RESULTS, NORMS, ROWS, COUNT - 1, INPUT, BACK),
  largest: (kernels) => kernels.largest(OUTPUT, INPUT, LARGEST),
  squashRows: (kernels) => kernels.squashRows(ROWS, VECTOR, 3, 2, 0, RESULTS, 5, SAMPLE),
  squashBackwardRows: (kernels) => kernels.squashBackwardRows(ROWS, 3, 2, 0, SAMPLE, GRADIENT, BACK),
  boundedRows: (kernels) => kernels.boundedRows(ROWS, VECTOR, 3, 2, 0, RESULTS, 5, SAMPLE),
  boundedBackwardRows: (kernels) => kernels.boundedBackwardRows(ROWS, 3, 2, 0, SAMPLE, GRADIENT, BACK),
  denseAdam: (kernels) => kernels.denseAdam(WEIGHTS, 0, SECOND, INPUT * INPUT, VECTOR, INPUT, GRADIENT, INPUT, 0),
  adam: (kernels) => kernels.adam(WEIGHTS, 0, SECOND, SUMS, INPUT, 0),
  polyak: (kernels) => kernels.polyak(ROWS, INPUT, 4, BACK),
  denseTrace: (kernels) => kernels.denseTrace(SUMS, INPUT * INPUT, VECTOR, INPUT, ROWS, INPUT, 1, LARGEST),
  trace: (kernels) => kernels.trace(BACK, ROWS, INPUT, 2, LARGEST),
  denseAdaptiveTrace: (kernels) =>
    kernels.denseAdaptiveTrace(SUMS, SECOND, RESULTS, 4 * INPUT, VECTOR, INPUT, ROWS, 4, TRACE, LARGEST),
  adaptiveTrace: (kernels) => kernels.adaptiveTrace(SUMS, SECOND, RESULTS, ROWS, INPUT, TRACE, LARGEST),
  denseIntentionalTrace: (kernels) =>
    kernels.denseIntentionalTrace(SUMS, SECOND, RESULTS, 4 * INPUT, VECTOR, INPUT, ROWS, 4, TRACE, NORM),
  intentionalTrace: (kernels) => kernels.intentionalTrace(SUMS, SECOND, RESULTS, ROWS, INPUT, TRACE, NORM),
  sumOfSquares: (kernels) => kernels.sumOfSquares(WEIGHTS, INPUT, LARGEST),
  scale: (kernels) => kernels.scale(SUMS, INPUT, 4),
  addScaled: (kernels) => kernels.addScaled(ROWS, INPUT, 1, BIAS),
  clear: (kernels) => kernels.clear(BACK + 1, INPUT),
  copyRows: (kernels) => kernels.copyRows(ROWS, INPUT, COUNT, 3, RESULTS + 1, INPUT - 1),
  takeProjections: (kernels) => kernels.takeProjections(BASIS, 2, THIRD, 1, 3, ALONG),
}
/** Each call as a job of its own, and all of them as one job. */
const jobs: readonly Job[] = [
  ...Object.values(calls),
  (kernels) => {
    for (const call of Object.values(calls)) call(kernels)
  },
]

/** A job of some tenths of a second, which moves no number that another one reads. */
const slow: Job = (kernels) => {
  for (let i = 0; i < 60_000; i++) kernels.dense(WEIGHTS, BIAS, VECTOR, INPUT, OUTPUT, INPUT)
}

/** A job whose address is outside of the memory. */
const outside: Job = (kernels) => kernels.leakyRelu(2 ** 28, 4)

const filled = (doubles: number, shared: boolean) => {
  const memory = arena(FLOATS, doubles, shared)
  seeded(5)('fill').normal(memory.f32)
  memory.f32.fill(0.1, SECOND, ROWS)
  memory.f64.set([0.3, 1e-3, 1e-8, 0, 0.999])
  memory.f64.set([0.8, 0.5, 0.99, 1.1, 1e-8], TRACE)
  memory.f64.set([0.6, 0.8, 0, 0.8, -0.6, 0, 3, 2, 1], BASIS)
  return memory
}

describe('a second thread', () => {
  test('computes the same bits as this thread, in any order of the jobs', () => {
    const recorded = recordJobs(jobs)
    const [one, other] = [filled(DOUBLES, false), filled(DOUBLES + threadDoubles(recorded), true)]
    const here = immediateJobs(webAssemblyKernels(one), jobs)
    const beside = secondThread(other, DOUBLES, recorded)
    const order = seeded(9)('order')
    for (let i = 0; i < 400; i++) {
      const job = Math.floor(order.uniform() * jobs.length)
      here.start(job)
      const ticket = beside.start(job)
      // From time to time several jobs wait, fewer than its ring holds.
      if (i % 5 === 4) beside.join(ticket)
    }
    beside.joinAll()
    expect(other.f32.slice(0, SCRATCH)).toEqual(one.f32.slice(0, SCRATCH))
    expect(other.f64.slice(0, DOUBLES)).toEqual(one.f64)
    expect(one.f32.every(Number.isFinite) && one.f64.every(Number.isFinite)).toBe(true)
    beside.close()
  })

  test('runs every job of more than its ring holds, none of them joined', () => {
    const recorded = recordJobs([slow, ...jobs])
    const [one, other] = [filled(DOUBLES, false), filled(DOUBLES + threadDoubles(recorded), true)]
    const here = immediateJobs(webAssemblyKernels(one), [slow, ...jobs])
    const beside = secondThread(other, DOUBLES, recorded)
    const order = seeded(9)('order')
    // The thread is busy with the first one while all the others are started.
    const started = [0, ...Array.from({ length: 60 }, () => 1 + Math.floor(order.uniform() * jobs.length))]
    for (const job of started) here.start(job)
    for (const job of started) beside.start(job)
    beside.joinAll()
    expect(other.f32.slice(0, SCRATCH)).toEqual(one.f32.slice(0, SCRATCH))
    expect(other.f64.slice(0, DOUBLES)).toEqual(one.f64)
    expect(one.f32.every(Number.isFinite) && one.f64.every(Number.isFinite)).toBe(true)
    beside.close()
  })

  test('passes on kernels of more than nine arguments', () => {
    const long = Object.entries(calls).filter(([name]) => kernelTable[name as ConstantKernelName].length > 9)
    expect(long.map(([name]) => name)).toEqual(['denseAdaptiveTrace', 'denseIntentionalTrace'])
    const recorded = recordJobs(long.map(([, call]) => call))
    const [one, other] = [filled(DOUBLES, false), filled(DOUBLES + threadDoubles(recorded), true)]
    const beside = secondThread(other, DOUBLES, recorded)
    long.forEach(([, call], job) => {
      const before = one.f32.slice()
      call(webAssemblyKernels(one))
      expect(one.f32).not.toEqual(before)
      beside.join(beside.start(job))
      expect(other.f32).toEqual(one.f32)
      expect(other.f64.slice(0, DOUBLES)).toEqual(one.f64)
    })
    beside.close()
  })

  test('needs shared memory', () => {
    expect(() =>
      secondThread(filled(DOUBLES + threadDoubles(recordJobs(jobs)), false), DOUBLES, recordJobs(jobs)),
    ).toThrow('a second thread needs shared memory')
  })

  test('does not keep a process alive', () => {
    expect(execFileSync(process.execPath, [program], { encoding: 'utf8', timeout: 60_000 })).toBe('updated twice\n')
  })
})

/** A thread for `slow` and `outside`, with its worker, which Node reports. */
const opened = async () => {
  const recorded = recordJobs([slow, outside])
  const made = new Promise<Worker>((resolve) => void process.once('worker', resolve))
  const thread = secondThread(filled(DOUBLES + threadDoubles(recorded), true), DOUBLES, recorded)
  return { thread, worker: await made }
}
type Opened = Awaited<ReturnType<typeof opened>>

/** Every way in which a thread ends, with a job that never finishes. */
const ends: readonly (readonly [string, (opened: Opened) => unknown, RegExp])[] = [
  ['a job that fails', ({ thread }) => thread.start(1), /it failed: .*memory access out of bounds/],
  ['an end in the middle of a job', ({ thread, worker }) => [thread.start(0), worker.terminate()], /it ended/],
  ['an end between two jobs', ({ thread, worker }) => [worker.terminate(), thread.start(0)], /it ended/],
  ['an end that the event loop has told of', async ({ worker }) => worker.terminate(), /it ended with code 1/],
  ['close', ({ thread }) => thread.close(), /it was closed/],
]

describe.each(ends)('after %s', (_, end, why) => {
  const told = new RegExp(`^the second thread of a learner did not finish its job: ${why.source}$`)

  test('a caller that waits or starts a job gets the reason at once', async () => {
    const { thread, worker } = await opened()
    await end({ thread, worker })
    const begun = performance.now()
    expect(() => thread.join(thread.start(0))).toThrow(told)
    expect(() => thread.start(0)).toThrow(told)
    expect(performance.now() - begun).toBeLessThan(5_000)
    thread.close()
  })

  test('closing throws nothing and does not wait, also when repeated', async () => {
    const { thread, worker } = await opened()
    await end({ thread, worker })
    const begun = performance.now()
    thread.close()
    thread.close()
    expect(performance.now() - begun).toBeLessThan(5_000)
    expect(() => thread.start(0)).toThrow('the second thread of a learner did not finish its job: ')
  })
})

test('a learner whose second thread has ended throws in its next update, and closes without an error', async () => {
  const random = seeded(1)
  const made = new Promise<Worker>((resolve) => void process.once('worker', resolve))
  const learner = avg(
    { observation: { size: 3 }, action: { size: 1 } },
    {
      ...defaultHyperparameters,
      hidden: [8],
      threads: 2,
      random: random('policy'),
      initialization: random('initialization'),
    },
  )
  await (await made).terminate()
  const observation = [1, 2, 3]
  const sampled = learner.sample(observation)
  expect(() =>
    learner.update({
      observation,
      sampled,
      reward: 1,
      nextObservation: observation,
      terminated: false,
      truncated: false,
    }),
  ).toThrow(/^the second thread of a learner did not finish its job: it ended with code 1$/)
  learner.close()
  learner.close()
})

describe('a process with other flags', () => {
  const preload = fileURLToPath(new URL('preloaded.cjs', import.meta.url))
  const text = `await import(${JSON.stringify(pathToFileURL(program).href)})`
  const script = `import(${JSON.stringify(pathToFileURL(program).href)})`
  type Start = [name: string, words: readonly string[], env: Readonly<Record<string, string>>, before: string]
  /** A flag that later releases of Node have no more. */
  const modulesByDefault: Start = ['modules by default', ['--experimental-default-type=module', program], {}, '']
  test.each<Start>([
    ['--input-type=module -e', ['--input-type=module', '-e', text], {}, ''],
    ['-e', ['-e', script], {}, ''],
    ...(process.allowedNodeEnvironmentFlags.has('--experimental-default-type') ? [modulesByDefault] : []),
    ['--import', ['--import', preload, program], {}, 'preloaded\n'],
    ['-r', ['-r', preload, program], {}, 'preloaded\n'],
    ['--inspect', ['--inspect=127.0.0.1:0', program], {}, ''],
    ['--expose-gc and --stack-size', ['--expose-gc', '--stack-size=800', program], {}, ''],
    ['code from strings forbidden', ['--disallow-code-generation-from-strings', program], {}, ''],
    ['frozen intrinsics', ['--frozen-intrinsics', program], {}, ''],
    ['NODE_OPTIONS with a preload', [program], { NODE_OPTIONS: `--require "${preload}"` }, 'preloaded\n'],
    ['NODE_OPTIONS of modules', ['-e', text], { NODE_OPTIONS: '--input-type=module' }, ''],
    ['NODE_OPTIONS with a small heap', [program], { NODE_OPTIONS: '--max-old-space-size=64' }, ''],
  ])('learns on two threads: %s', (_, words, env, before) => {
    const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', env: { ...process.env, ...env } })
    expect(stderr.replace(/^(Debugger|For help|\(node|\(Use).*\n/gm, '')).toBe('')
    expect(stdout).toBe(`${before}updated twice\n`)
  })

  test('gets an error of one line at once if it may not start a thread', () => {
    const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission'
    const words = [flag, '--allow-fs-read=*', program]
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
    expect(stderr).toMatch(
      /^TypeError: the second thread of a learner cannot be started: Access to this API has been restricted/m,
    )
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })
})
