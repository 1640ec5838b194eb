/** Rules on the steps of a driver. */
import type { TimeStep } from '../../types.js'
import { assertRule } from '../assertRule.js'
import { type RuleCheck } from './driverRun.js'
import { manySteps, throughAnEpisode, twoSubscriptions, twoEpisodes } from './longRuns.js'

const listed = (steps: readonly TimeStep[], what: (step: TimeStep) => number): string => steps.map(what).join(', ')

/** Rules on the steps of a driver, by name. */
export const stepRules: Readonly<Record<string, RuleCheck>> = {
  'has names, bounds and units for every component': async ({ driver: { spec } }) => {
    for (const kind of ['observation', 'action'] as const) {
      const { size, low, high, names, units } = spec[kind]
      const sizes = [low, high, names, units].map(({ length }) => length)
      const kept = sizes.every((length) => length === size)
      assertRule(kept, `spec.${kind} to have ${size} low, high, names and units`, sizes.join(', '))
    }
    assertRule(spec.stepSeconds > 0, 'spec.stepSeconds above 0', spec.stepSeconds)
  },

  'emits nothing while it is being subscribed to': async ({ subscribe }) => {
    const { steps, completed, failed } = subscribe(() => 'wait')
    assertRule(steps.length === 0 && !completed && !failed, 'no notification before subscribe returns', 'one')
  },

  'begins with a first step, without reward and previous action': async (run) => {
    const { steps } = await twoEpisodes(run)
    assertRule(steps[0].kind === 'first', 'kind first', steps[0].kind)
    for (const { kind, reward, terminated, truncated, previousAction } of steps) {
      if (kind !== 'first') continue
      assertRule(reward === 0, 'reward 0', reward)
      assertRule(!terminated && !truncated, 'a first step neither terminated nor truncated', 'one that is')
      assertRule(previousAction === null, 'previousAction null', previousAction)
    }
  },

  'increases the index by one at each step': async (run) => {
    const { steps } = await twoEpisodes(run)
    const kept = steps.every(({ index }, place) => index === steps[0].index + place)
    assertRule(
      kept,
      'indexes in unbroken order',
      listed(steps, ({ index }) => index),
    )
  },

  'has times that never decrease': async (run) => {
    const [earlier, later] = await twoSubscriptions(run)
    const steps = [...earlier.steps, ...later.steps]
    const kept = steps.every(({ time }, place) => time >= (steps[place - 1]?.time ?? 0) && time < Infinity)
    assertRule(
      kept,
      'seconds that never decrease',
      listed(steps, ({ time }) => time),
    )
  },

  'has finite numbers, as many as its spec says': async (run) => {
    const { size } = run.driver.spec.observation
    for (const { observation, reward } of (await twoEpisodes(run)).steps) {
      assertRule(observation.length === size, `${size} numbers`, observation.length)
      const values = Array.from(observation)
      assertRule(values.every(Number.isFinite), 'finite numbers in the observation', values.join(', '))
      assertRule(Number.isFinite(reward), 'a finite reward', reward)
    }
  },

  'makes a new array for each observation': async (run) => {
    const [{ steps }, shown] = await manySteps(run)
    const arrays = new Set(steps.map(({ observation }) => observation))
    assertRule(arrays.size === steps.length, `${steps.length} arrays for as many steps`, arrays.size)
    steps.forEach(({ observation }, place) => {
      const kept = shown[place].every((value, i) => Object.is(value, observation[i]))
      assertRule(kept, 'an observation that does not change', `a change of that of step ${place} of the run`)
    })
  },

  'has kind last exactly at the end of an episode': async (run) => {
    for (const { kind, terminated, truncated } of (await throughAnEpisode(run)).steps) {
      if (kind === 'first') continue
      const ended = terminated || truncated
      assertRule((kind === 'last') === ended, `kind last ${ended ? 'where' : 'only where'} an episode ended`, kind)
    }
  },

  'ends an episode within the step limit of its spec': async (run) => {
    const { stepLimit } = run.driver.spec
    const kept = stepLimit === Infinity || (Number.isSafeInteger(stepLimit) && stepLimit > 0)
    assertRule(kept, 'spec.stepLimit to be a positive integer or Infinity', stepLimit)
    // A longer episode is not checked.
    if (stepLimit > 1000) return
    const { steps } = await throughAnEpisode(run)
    const length = steps.findIndex(({ kind }) => kind === 'last')
    assertRule(
      length >= 0 && length <= stepLimit,
      `a last step after ${stepLimit} actions at most`,
      length < 0 ? 'none' : length,
    )
  },

  'follows an action with a mid or last step': async (run) => {
    const { steps, decisions } = await twoEpisodes(run)
    for (const [place, decision] of decisions.entries()) {
      const next = steps[place + 1]
      if (decision !== null) assertRule(next.kind !== 'first', 'kind mid or last', next.kind)
    }
  },

  'returns the same decision object as previousAction': async (run) => {
    const { steps, decisions } = await twoEpisodes(run)
    for (const [place, decision] of decisions.entries()) {
      const { kind, previousAction } = steps[place + 1]
      if (decision === null || kind === 'first') continue
      assertRule(previousAction === decision, 'the object that act was given', 'another one')
    }
  },

  'does not write to commands and decisions': async (run) => {
    const before = Array.from(run.command)
    await twoEpisodes(run)
    const kept = before.every((value, i) => Object.is(value, run.command[i]))
    assertRule(kept, `a command that stays ${before.join(', ')}`, Array.from(run.command).join(', '))
  },

  'begins an episode on begin, in the middle of another': async ({ subscribe, until }) => {
    const { steps } = subscribe((_, { steps: { length } }) => (length > 2 ? 'wait' : length === 2 ? 'begin' : 'act'))
    await until('a step after begin', () => steps.length > 2)
    assertRule(steps[2].kind === 'first', 'kind first', steps[2].kind)
  },

  'begins an episode after a last step': async (run) => {
    const { steps } = await throughAnEpisode(run)
    const before = steps.at(-2)
    const after = steps.at(-1)
    if (before?.kind === 'last') assertRule(after?.kind === 'first', 'kind first', after?.kind)
  },
}
