import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { taskSpec } from '../../src/environments/tasks.js'
import { defaultsFor, type RunSettings } from '../../src/runs/config.js'
import { restoreInitialWeights, saveWeights } from '../../src/runs/runWeights.js'
import { bitsOf, learnerOf, linesOf, movedLearner } from '../learners/interchange/learners.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-run-weights-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const defaults = defaultsFor(await taskSpec('Pendulum-v1'))
const runOf = (weights?: string, normalizePenultimate = true): RunSettings => ({
  ...defaults,
  ...(weights === undefined ? {} : { weights }),
  settings: { ...defaults.settings, normalizePenultimate },
})

describe('the weights of a run', () => {
  it('are saved under two names, and restored by another run, bit for bit', async () => {
    const [from, to] = [movedLearner({}, 2), learnerOf()]
    for (const name of ['initial', 'final'] as const) {
      expect(isRight(await saveWeights(place, name, runOf(), from)())).toBe(true)
    }
    expect(readdirSync(place).sort()).toEqual(['initial.safetensors', 'weights.safetensors'])
    expect(isRight(await restoreInitialWeights(runOf(join(place, 'weights.safetensors')), to)())).toBe(true)
    expect(bitsOf(to)).toEqual(bitsOf(from))
  })

  it('stay the drawn ones without `weights`', async () => {
    const learner = learnerOf()
    expect(isRight(await restoreInitialWeights(runOf(), learner)())).toBe(true)
    expect(bitsOf(learner)).toEqual(bitsOf(learnerOf()))
  })

  it('record whether their networks are normalized, and are refused by a run of the other kind', async () => {
    const plain = join(place, 'weights.safetensors')
    await saveWeights(place, 'final', runOf(undefined, false), learnerOf())()
    expect(linesOf(await restoreInitialWeights(runOf(plain), learnerOf())())).toEqual([
      `${plain}: expected weights of normalized networks, as the learner's are; got those of plain ones`,
    ])
  })

  it('are not saved if one is not finite', async () => {
    const learner = learnerOf()
    learner.parameters['critic.q.bias'][0] = Infinity
    expect(linesOf(await saveWeights(place, 'final', runOf(), learner)())).toEqual([
      `${join(place, 'weights.safetensors')}: expected finite weights; got critic.q.bias[0] is Infinity, expected a finite number`,
    ])
  })
})
