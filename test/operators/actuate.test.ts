import { Subject, map } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { type Decided, actuate } from '../../operators/actuate.js'
import { DriverError, NotFiniteError } from '../../src/failure.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { SampledAction, TimeStep, Vector } from '../../src/types.js'
import { decide } from './bounds.js'
import { fakeDriver } from './fakeDriver.js'
import { said } from './resume.js'

const world = (parts = {}) => fakeDriver(['thrust', 'rudder'], parts)

describe('suite', () => {
  const suite = operatorSuite<Decided>({
    make: () => actuate(world()),
    prepare: decide([0.5, -1]),
    throwing: (fail) => actuate(world({ act: fail })),
  })
  for (const { name, run } of suite) test(name, run)
})

describe('what is sent', () => {
  test('an action for each step, and a beginning for each end', () => {
    const fake = world()
    said(actuate(fake), timeSteps('abtau').map(decide([0.5, -1])))
    expect(fake.told).toEqual(['act 0 [0.5,-1]', 'act 1 [0.5,-1]', 'begin 2', 'act 3 [0.5,-1]', 'begin 4'])
  })

  test('the command where there is one, and always the decision behind it', () => {
    const sent: (readonly [Vector, number, SampledAction])[] = []
    const fake = world({ act: (...all: readonly [Vector, number, SampledAction]) => void sent.push(all) })
    const [first, second] = timeSteps('ab').map(decide(Float32Array.of(0.5, -1)))
    const command = Float64Array.of(2, -2)
    said(actuate(fake), [
      { ...first, command },
      { ...second, command: null },
    ])
    expect(sent).toEqual([
      [command, 0, first.sampled],
      [second.sampled?.action, 1, second.sampled],
    ])
    expect(sent[0][0]).toBe(command)
    expect(sent[0][2]).toBe(first.sampled)
    expect(sent[1][0]).toBe(second.sampled?.action)
  })

  test('a beginning for each step that was marked as last, also after an action was sampled for it', () => {
    const fake = world()
    const steps = timeSteps('abc').map(decide([0.5, -1]))
    said(actuate(fake), [steps[0], { ...steps[1], kind: 'last' as const, truncated: true }, steps[2]])
    expect(fake.told).toEqual(['act 0 [0.5,-1]', 'begin 1', 'act 2 [0.5,-1]'])
  })
})

test('passes each step on in its frame, unchanged, after the world got its answer', () => {
  const source = '--a-b-t--a-u|'
  const result = '--a-b-t--a-u|'
  const fake = world()
  const told: number[] = []
  const given = timeSteps('abtau').map(decide([0.5, -1]))
  const passed = said(
    (steps) => map((step: Decided) => (told.push(fake.told.length), step))(actuate(fake)(steps)),
    given,
  )
  passed.forEach((step, k) => expect(step).toBe(given[k]))
  expect(told).toEqual([1, 2, 3, 4, 5])
  expect(play(source, actuate(world()), { prepare: decide([0.5, -1]) }).timeline).toBe(result)
})

describe('stops the world and then fails', () => {
  const source = '--a-b-c|'
  const failed = '--a-#'
  const failure = (parts: object, change: (step: TimeStep) => Decided) => {
    const fake = world(parts)
    const { timeline, error } = play(source, actuate(fake), {
      prepare: (step: TimeStep): Decided => (step.index === 1 ? change(step) : decide([0.5, -1])(step)),
    })
    expect(timeline).toBe(failed)
    return { error, told: fake.told }
  }

  test('on a component that is not finite, naming it and the step', () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      const expected = new NotFiniteError('command', { index: 1, name: 'rudder' }, value, 1)
      const acted = failure({}, decide([0, value]))
      expect(acted).toEqual({ error: expected, told: ['act 0 [0.5,-1]', 'stop'] })
      const commanded = failure({}, (step) => ({ ...decide([0, 0])(step), command: Float64Array.of(0, value) }))
      expect(commanded).toEqual({ error: expected, told: ['act 0 [0.5,-1]', 'stop'] })
    }
  })

  test('on a command of another size', () => {
    for (const action of [[], [1], [1, 2, 3]]) {
      const message = `actuate: step 1: the command has ${action.length} components, expected 2`
      expect(failure({}, decide(action))).toEqual({
        error: new DriverError(message),
        told: ['act 0 [0.5,-1]', 'stop'],
      })
    }
  })

  test('on a step that is not last and has no action', () => {
    const { error, told } = failure({}, (step) => ({ ...step, sampled: null }))
    expect(error).toEqual(new DriverError('actuate: step 1 is not last, but has no action'))
    expect(told).toEqual(['act 0 [0.5,-1]', 'stop'])
  })

  test('on an error that the world throws', () => {
    const refusal = new DriverError('step 1 was answered already')
    const refuse = (): never => {
      throw refusal
    }
    const answered = failure({ begin: refuse }, (step) => ({ ...step, kind: 'last', sampled: null }))
    expect(answered.error).toBe(refusal)
    expect(answered.told).toEqual(['act 0 [0.5,-1]', 'stop'])
  })

  test('on an error from above', () => {
    const above = '--a-b-#'
    const fake = world()
    expect(play(above, actuate(fake), { prepare: decide([0.5, -1]) }).timeline).toBe(above)
    expect(fake.told).toEqual(['act 0 [0.5,-1]', 'act 1 [0.5,-1]', 'stop'])
  })
})

test('the error is emitted after the stop, and the completion that the stop causes is not', () => {
  const steps = new Subject<ReturnType<ReturnType<typeof decide>>>()
  const heard: string[] = []
  const stop = async (): Promise<void> => {
    heard.push('stop')
    steps.complete()
  }
  actuate(world({ stop }))(steps).subscribe({
    error: (error: unknown) => heard.push(String(error)),
    complete: () => heard.push('complete'),
  })
  steps.next(decide([0, NaN])(timeSteps('a')[0]))
  expect(heard).toEqual(['stop', 'NotFiniteError: step 0: command[1] (rudder) is NaN, expected a finite number'])
})

test('neither a completion nor an unsubscription stops the world', () => {
  const fake = world()
  play('--a-b|', actuate(fake), { prepare: decide([0, 0]) })
  play('--a-b|', actuate(fake), { prepare: decide([0, 0]), unsubscribe: '^--!' })
  expect(fake.told).toEqual(['act 0 [0,0]', 'act 1 [0,0]', 'act 0 [0,0]'])
})
