import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import type { Worker } from 'node:worker_threads'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  type Learner,
  type SquashedAction,
  avg,
  avgOnTensorFlow,
  drive,
  iacOnTensorFlow,
  recorder,
  seeded,
  simulate,
  simulator,
} from '../src/index.js'
import { defaultHyperparameters } from '../src/learners/avg/publishedSettings.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-'))
afterAll(() => rmSync(place, { recursive: true }))

const spec = { observation: { size: 3 }, action: { size: 1 } }
const settings = () => ({
  ...defaultHyperparameters,
  hidden: [4],
  random: seeded(1)('policy'),
  initialization: seeded(1)('initialization'),
})
const chance = () => ({ random: seeded(1)('environment') })
const good = { observation: [1, 2, 3], nextObservation: [1, 2, 3], reward: 1, terminated: false, truncated: false }

interface Closable {
  close(): void
}
/** Something that is closed, and a way to have it fail before. */
interface Case {
  readonly made: Closable
  readonly fail: () => unknown
}

const learning = (made: Learner<SquashedAction> & Closable): Case => ({
  made,
  fail: () => made.update({ ...good, sampled: made.sample(good.observation), reward: NaN }),
})

let files = 0
const cases: Readonly<Record<string, () => Promise<Case>>> = {
  'a learner': async () => learning(avg(spec, settings())),
  'a learner in TypeScript': async () => learning(avg(spec, { ...settings(), kernels: 'typescript' })),
  'a learner on two threads': async () => learning(avg(spec, { ...settings(), threads: 2 })),
  'a learner whose second thread is gone': async () => {
    const started = new Promise<Worker>((resolve) => void process.once('worker', resolve))
    const made = avg(spec, { ...settings(), threads: 2 })
    const worker = await started
    return {
      made,
      fail: () => {
        void worker.terminate()
        made.update({ ...good, sampled: made.sample(good.observation) })
      },
    }
  },
  'a learner on TensorFlow.js': async () => learning(await avgOnTensorFlow(spec, settings(), { backend: 'cpu' })),
  'an IAC learner on TensorFlow.js': async () => learning(await iacOnTensorFlow(spec, settings(), { backend: 'cpu' })),
  'a learner whose tensors are gone': async () => {
    const made = await avgOnTensorFlow(spec, settings(), { backend: 'cpu' })
    return {
      made,
      fail: () => {
        tf.disposeVariables()
        made.sample(good.observation)
      },
    }
  },
  'a simulator': async () => {
    const made = await simulator('Pendulum-v1', chance())
    return { made, fail: () => made.step([NaN]) }
  },
  'a simulator on MuJoCo': async () => {
    const made = await simulator('Hopper-v4', chance())
    return { made, fail: () => made.step([NaN, 0, 0]) }
  },
  'a world': async () => {
    const made = await simulate('Hopper-v4', chance())
    return { made, fail: () => made.act([0, 0, 0], 7, null as never) }
  },
  'a world of a simulator of one’s own': async () => {
    const made = drive(await simulator('Pendulum-v1', chance()))
    return { made, fail: () => made.act([0], 7, null as never) }
  },
  'a recorder': async () => {
    const world = await simulator('Pendulum-v1', chance())
    const made = await recorder(join(place, `${files++}.jsonl`), world.spec)
    return { made, fail: () => made.write({} as never) }
  },
}

describe.each(Object.entries(cases))('%s', (_, make) => {
  test('is closed twice as it is closed once', async () => {
    const { made } = await make()
    made.close()
    expect(() => made.close()).not.toThrow()
  })

  test('is closed after a failure', async () => {
    const { made, fail } = await make()
    expect(fail).toThrow(Error)
    expect(() => made.close()).not.toThrow()
    expect(() => made.close()).not.toThrow()
  })
})
