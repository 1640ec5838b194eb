/** `rivulet train --on-divergence rollback`: a run that heals or ends in one line, and goes on exactly. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { fromSafetensors } from '../../src/learners/interchange/safetensors.js'
import { rivulet } from './program.js'

vi.setConfig({ testTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-guard-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const text = (...path: readonly string[]): string => readFileSync(join(place, ...path), 'utf8')
const words = ['train', 'Pendulum-v1', '--hidden', '16,16', '--no-progress', '--on-divergence', 'rollback']
/** Steps that are too large until they were halved twice. */
const tooLarge = ['--critic-step-size', '0.1', '--actor-step-size', '0.1']

test('a run whose steps are too large heals, and goes on exactly after it was stopped between its trips', () => {
  const whole = rivulet([...words, ...tooLarge, '--steps', '3000', '--out', 'whole'], place)
  expect(whole).toMatchObject({ status: 0, stderr: '' })
  const [head, ...rows] = text('whole', 'events.csv').trimEnd().split('\n')
  expect(head).toBe('step,trip,cause,outcome,updatesLost,stepSizeScale,reason')
  expect(rows).toHaveLength(2)
  expect(rows[0]).toMatch(
    /^999,1,explodingUpdates,rolledBack,1000,0\.5,"\w+ moved [\d.]+ times its norm in 1,000 updates, expected 10 times at most"$/,
  )
  expect(rows[1]).toMatch(/^2000,2,explodingUpdates,rolledBack,1000,0\.25,/)
  expect(JSON.parse(text('whole', 'config.json'))).toMatchObject({ onDivergence: 'rollback' })

  expect(rivulet([...words, ...tooLarge, '--steps', '1500', '--out', 'parts'], place).status).toBe(0)
  expect(rivulet(['resume', 'parts', '--steps', '3000', '--no-progress'], place)).toMatchObject({
    status: 0,
    stderr: '',
  })
  expect(text('parts', 'events.csv')).toBe(text('whole', 'events.csv'))
  const weights = (name: string): string => readFileSync(join(place, name, 'weights.safetensors')).toString('hex')
  expect(weights('parts')).toBe(weights('whole'))
  const evaluation = rivulet(['evaluate', 'whole', '--episodes', '2'], place)
  expect(evaluation.status, evaluation.stderr).toBe(0)
})

test('a run that does not heal ends in one line, which names its newest checkpoint, with finite weights', () => {
  const steps = ['--critic-step-size', '30', '--actor-step-size', '30', '--steps', '6000', '--checkpoint-every', '1000']
  const { status, stderr, stdout } = rivulet([...words, ...steps, '--log', 'json', '--out', 'lost'], place)
  expect(status).toBe(1)
  expect(stderr).toMatch(
    /^rivulet: step \d+: \w+ moved \d+ times its norm in 1,000 updates, expected 10 times at most; it is trip 4 of the guard, and 3 are allowed; stopped after 4,002 of 6,000 steps; 20 episodes kept; written to lost; its newest checkpoint is of step [\d,]+\n$/,
  )
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  const trips = events.filter(({ event }) => event === 'divergence')
  expect(trips.map(({ outcome }) => outcome)).toEqual(['rolledBack', 'rolledBack', 'rolledBack', 'stopped'])
  expect(events.at(-1)).toMatchObject({ event: 'end', outcome: 'failed' })
  const weights = fromSafetensors(readFileSync(join(place, 'lost', 'weights.safetensors')))
  expect(weights.tensors.size).toBeGreaterThan(0)
  for (const { values } of weights.tensors.values()) expect(values.every((value) => Number.isFinite(value))).toBe(true)
})

test('by default there is no guard, and an unknown choice is refused', () => {
  const plain = ['train', 'Pendulum-v1', '--hidden', '8,8', '--steps', '50', '--no-progress']
  expect(rivulet([...plain, '--out', 'plain'], place).status).toBe(0)
  expect(existsSync(join(place, 'plain', 'events.csv'))).toBe(false)
  expect(JSON.parse(text('plain', 'config.json'))).toMatchObject({ onDivergence: 'stop' })
  expect(rivulet([...plain, '--on-divergence', 'rolback'], place)).toEqual({
    status: 2,
    stdout: '',
    stderr: 'rivulet: --on-divergence: expected one of stop, rollback; got "rolback"; nearest: rollback\n',
  })
})
