import { expect, test } from 'vitest'
import { watchedWeights } from '../../src/records/watchedWeights.js'

test.each([1, 3, 4, 7, 8, 1001])('the distance of %i weights counts each of them once', (size) => {
  const weights = new Float32Array(size)
  const watched = watchedWeights({ parameters: { 'net.a': weights } }, null)
  for (let i = 0; i < size; i++) {
    weights[i] = i + 1
    expect(watched.moved()).toEqual({ net: i + 1 })
  }
  weights.fill(0)
  const sum = (size * (size + 1) * (2 * size + 1)) / 6
  expect(watched.moved()['net']).toBeCloseTo(Math.sqrt(sum), 6)
  expect(watched.moved()).toEqual({ net: 0 })
})

test('the state is a copy, from which another watch goes on', () => {
  const weights = Float32Array.of(3, 4)
  const learner = { parameters: { 'net.a': weights } }
  const watched = watchedWeights(learner, { 'net.a': new Float32Array(2) })
  const state = watched.state()
  expect(watched.moved()).toEqual({ net: 5 })
  expect(watchedWeights(learner, state).moved()).toEqual({ net: 5 })
})
