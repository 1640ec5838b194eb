import { expect, test } from 'vitest'
import { pendulumSpec } from '../../src/environments/classic/pendulum.js'
import { appended, specWithAppended } from '../../src/streams/appended.js'

test('an observation grows by zeros, in a new array', () => {
  const observation = Float32Array.of(1, 0.5)
  expect(appended(observation, 2)).toEqual(Float64Array.of(1, 0.5, 0, 0))
  expect(appended(observation, 0)).toEqual(Float64Array.of(1, 0.5))
  expect(observation).toEqual(Float32Array.of(1, 0.5))
})

test('a spec grows by components in their order, and its other fields stay', () => {
  const [one, two] = [
    { name: 'one', unit: 'm', low: 0, high: 1 },
    { name: 'two', unit: '1', low: -Infinity, high: Infinity },
  ]
  const spec = specWithAppended(pendulumSpec, [one, two])
  expect(spec).toEqual({
    ...pendulumSpec,
    observation: {
      size: 5,
      low: [-1, -1, -8, 0, -Infinity],
      high: [1, 1, 8, 1, Infinity],
      names: [...pendulumSpec.observation.names, 'one', 'two'],
      units: [...pendulumSpec.observation.units, 'm', '1'],
    },
  })
  expect(specWithAppended(pendulumSpec, [])).toEqual(pendulumSpec)
})
