import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { renderFailure } from '../../../src/edge/decode.js'
import { publishedSettings } from '../../../src/learners/avg/publishedSettings.js'
import { algorithmNamed, algorithms } from '../../../src/runs/algorithms.js'
import {
  type Configuration,
  configurationOf,
  searchConflicts,
  searchedSettings,
} from '../../../src/runs/sweep/search.js'

const golden = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../golden/search/${name}.json`, import.meta.url), 'utf8'))

const rows = golden('rows') as readonly (Configuration & { readonly seed: number; readonly algorithm: string })[]

describe('the published random search', () => {
  it.each(rows)('has the row of seed $seed, exactly', ({ seed, algorithm, eta, ...row }) => {
    expect(configurationOf(seed)).toEqual({ ...row, eta })
    const name = algorithm === 'sac-1' ? 'temperatureStepSize' : 'entropyCoefficient'
    expect(searchedSettings(algorithmNamed(algorithm), seed)).toEqual({ ...row, [name]: eta })
  })

  it('draws what NumPy draws, for all of its 300 seeds', () => {
    const { configurations } = golden('words') as { readonly configurations: readonly (readonly number[])[] }
    expect(configurations).toHaveLength(300)
    expect(configurations.map((_, seed) => Object.values(configurationOf(seed)))).toEqual(configurations)
  })

  it.each([
    [122, 'Hopper-v4'],
    [129, 'HalfCheetah-v4'],
  ])('has in seed %d the settings that runs of AVG on %s have by default', (seed, task) => {
    expect(publishedSettings(task)).toMatchObject(searchedSettings(algorithmNamed('avg'), seed))
  })
})

test('only algorithms that have its settings take it', () => {
  const taking = algorithms.filter((algorithm) => searchConflicts(algorithm).length === 0).map(({ name }) => name)
  expect(taking).toEqual(['avg', 'iac', 'sac-1', 'sac'])
  expect(searchConflicts(algorithmNamed('td3')).map(renderFailure)).toEqual([
    'search: expected algorithms with actorStepSize, criticStepSize, adamBeta1, discount and entropyCoefficient or temperatureStepSize; got td3',
  ])
})
