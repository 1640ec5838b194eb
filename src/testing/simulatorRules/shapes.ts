/** Rules on what a simulator returns. */
import { assertRule } from '../assertRule.js'
import { episode, isVector, type RuleCheck, SHORT, shortEpisodes } from './simulatorRun.js'

const nameOf = (names: readonly string[] | undefined, i: number): string =>
  names?.[i] === undefined ? `component ${i}` : `component ${i} (${names[i]})`

/** Rules on what a simulator returns, by name. */
export const shapeRules: Readonly<Record<string, RuleCheck>> = {
  'has a spec with names, units and bounds for every component': async ({ simulator: { spec } }) => {
    for (const kind of ['observation', 'action'] as const) {
      const { size, low, high, names, units } = spec[kind]
      const sizes = [low, high, names, units].map(({ length }) => length)
      assertRule(
        sizes.every((length) => length === size),
        `spec.${kind} to have ${size} low, high, names and units`,
        sizes.join(', '),
      )
      const crossed = Array.from(low).findIndex((least, i) => !(least <= high[i]))
      assertRule(crossed < 0, `spec.${kind} with low at most high`, nameOf(names, crossed))
    }
    assertRule(spec.stepSeconds > 0 && spec.stepSeconds < Infinity, 'spec.stepSeconds above 0', spec.stepSeconds)
    const { stepLimit } = spec
    const isLimit = stepLimit === Infinity || (Number.isSafeInteger(stepLimit) && stepLimit > 0)
    assertRule(isLimit, 'spec.stepLimit to be a positive integer or Infinity', stepLimit)
  },

  'returns the fields of a step, with observations of the size in its spec': async ({ simulator }) => {
    const { size } = simulator.spec.observation
    for (const [place, { result, reward }] of episode(simulator, 1, SHORT).entries()) {
      const where = place === 0 ? 'from reset' : `from step ${place}`
      const isObject = typeof result === 'object' && result !== null
      assertRule(isObject, `an object ${where}`, result)
      assertRule(isVector(result.observation), `an array of numbers as observation ${where}`, result.observation)
      assertRule(result.observation.length === size, `${size} numbers ${where}`, result.observation.length)
      assertRule(typeof result.info === 'object' && result.info !== null, `an object as info ${where}`, result.info)
      if (place === 0) continue
      assertRule(typeof reward === 'number', `a number as reward ${where}`, reward)
      for (const flag of ['terminated', 'truncated'] as const) {
        assertRule(typeof result[flag] === 'boolean', `true or false as ${flag} ${where}`, result[flag])
      }
    }
  },

  'has finite observations and rewards': async ({ simulator }) => {
    for (const { numbers, reward } of shortEpisodes(simulator)) {
      const wrong = numbers.findIndex((value) => !Number.isFinite(value))
      const { names } = simulator.spec.observation
      assertRule(wrong < 0, `a finite number in ${nameOf(names, wrong)} of the observation`, numbers[wrong])
      const isFinite = typeof reward !== 'number' || Number.isFinite(reward)
      assertRule(isFinite, 'a finite reward', reward)
    }
  },

  'keeps observations within the bounds of its spec': async ({ simulator }) => {
    const { low, high, names } = simulator.spec.observation
    for (const { numbers } of shortEpisodes(simulator)) {
      const wrong = numbers.findIndex((value, i) => value < low[i] || value > high[i])
      assertRule(
        wrong < 0,
        `${nameOf(names, wrong)} of the observation from ${low[wrong]} to ${high[wrong]}`,
        numbers[wrong],
      )
    }
  },

  'makes a new array for each observation': async ({ simulator }) => {
    const all = shortEpisodes(simulator)
    const arrays = new Set(all.map(({ result }) => result?.observation))
    assertRule(arrays.size === all.length, `${all.length} arrays for as many observations`, arrays.size)
    for (const [place, { result, numbers }] of all.entries()) {
      const kept = numbers.every((value, i) => Object.is(value, result.observation[i]))
      assertRule(kept, 'an observation that does not change', `a change of observation ${place}`)
    }
  },
}
