/** Rules on what a driver shows. */
import type { TimeStep } from '../../types.js'
import { demand, type RuleCheck } from './driverRun.js'
import { manySteps, throughAnEpisode, twice, twoEpisodes } from './longRuns.js'

const listed = (steps: readonly TimeStep[], what: (step: TimeStep) => number): string => steps.map(what).join(', ')

/** Rules on what a driver shows, by name. */
export const stepRules: Readonly<Record<string, RuleCheck>> = {
  'names, bounds and measures every component': async ({ driver: { spec } }) => {
    for (const kind of ['observation', 'action'] as const) {
      const { size, low, high, names, units } = spec[kind]
      const sizes = [low, high, names, units].map(({ length }) => length)
      const kept = sizes.every((length) => length === size)
      demand(kept, `spec.${kind} to have ${size} low, high, names and units`, sizes.join(', '))
    }
    demand(spec.stepSeconds > 0, 'spec.stepSeconds above 0', spec.stepSeconds)
  },

  'emits nothing while it is being subscribed to': async ({ watch }) => {
    const { steps, completed, failed } = watch(() => 'wait')
    demand(steps.length === 0 && !completed && !failed, 'no notification before subscribe returns', 'one')
  },

  'opens with a first step, which nothing led to': async (run) => {
    const { steps } = await twoEpisodes(run)
    demand(steps[0].kind === 'first', 'kind first', steps[0].kind)
    for (const { kind, reward, terminated, truncated, previousAction } of steps) {
      if (kind !== 'first') continue
      demand(reward === 0, 'reward 0', reward)
      demand(!terminated && !truncated, 'a first step neither terminated nor truncated', 'one that is')
      demand(previousAction === null, 'previousAction null', previousAction)
    }
  },

  'counts its steps up by one': async (run) => {
    const { steps } = await twoEpisodes(run)
    const kept = steps.every(({ index }, place) => index === steps[0].index + place)
    demand(
      kept,
      'indexes in unbroken order',
      listed(steps, ({ index }) => index),
    )
  },

  'never goes back in time': async (run) => {
    const [earlier, later] = await twice(run)
    const steps = [...earlier.steps, ...later.steps]
    const kept = steps.every(({ time }, place) => time >= (steps[place - 1]?.time ?? 0) && time < Infinity)
    demand(
      kept,
      'seconds that never decrease',
      listed(steps, ({ time }) => time),
    )
  },

  'shows finite numbers, as many as its spec says': async (run) => {
    const { size } = run.driver.spec.observation
    for (const { observation, reward } of (await twoEpisodes(run)).steps) {
      demand(observation.length === size, `${size} numbers`, observation.length)
      const values = Array.from(observation)
      demand(values.every(Number.isFinite), 'finite numbers in the observation', values.join(', '))
      demand(Number.isFinite(reward), 'a finite reward', reward)
    }
  },

  'shows each observation in an array of its own': async (run) => {
    const [{ steps }, shown] = await manySteps(run)
    const arrays = new Set(steps.map(({ observation }) => observation))
    demand(arrays.size === steps.length, `${steps.length} arrays for as many steps`, arrays.size)
    steps.forEach(({ observation }, place) => {
      const kept = shown[place].every((value, i) => Object.is(value, observation[i]))
      demand(kept, 'an observation that stays as it was shown', `step ${place} of the run, which was written to`)
    })
  },

  'calls a step last exactly where the episode ended': async (run) => {
    for (const { kind, terminated, truncated } of (await throughAnEpisode(run)).steps) {
      if (kind === 'first') continue
      const ended = terminated || truncated
      demand((kind === 'last') === ended, `kind last ${ended ? 'where' : 'only where'} an episode ended`, kind)
    }
  },

  'ends an episode by the step limit of its spec': async (run) => {
    const { stepLimit } = run.driver.spec
    const kept = stepLimit === Infinity || (Number.isSafeInteger(stepLimit) && stepLimit > 0)
    demand(kept, 'spec.stepLimit to be a positive integer or Infinity', stepLimit)
    // An episode of more steps than the rule waits for is not looked at.
    if (stepLimit > 1000) return
    const { steps } = await throughAnEpisode(run)
    const length = steps.findIndex(({ kind }) => kind === 'last')
    demand(
      length >= 0 && length <= stepLimit,
      `a last step after ${stepLimit} actions at most`,
      length < 0 ? 'none' : length,
    )
  },

  'answers an action with a mid or last step': async (run) => {
    const { steps, decisions } = await twoEpisodes(run)
    for (const [place, decision] of decisions.entries()) {
      const next = steps[place + 1]
      if (decision !== null) demand(next.kind !== 'first', 'kind mid or last', next.kind)
    }
  },

  'hands the very decision back as previousAction': async (run) => {
    const { steps, decisions } = await twoEpisodes(run)
    for (const [place, decision] of decisions.entries()) {
      const { kind, previousAction } = steps[place + 1]
      if (decision === null || kind === 'first') continue
      demand(previousAction === decision, 'the object that act was given', 'another one')
    }
  },

  'leaves commands and decisions as they were given': async (run) => {
    const before = Array.from(run.command)
    await twoEpisodes(run)
    const kept = before.every((value, i) => Object.is(value, run.command[i]))
    demand(kept, `a command that stays ${before.join(', ')}`, Array.from(run.command).join(', '))
  },

  'begins an episode in the middle of another': async ({ watch, until }) => {
    const { steps } = watch((_, { steps: { length } }) => (length > 2 ? 'wait' : length === 2 ? 'begin' : 'act'))
    await until('a step after begin', () => steps.length > 2)
    demand(steps[2].kind === 'first', 'kind first', steps[2].kind)
  },

  'begins an episode after a last step': async (run) => {
    const { steps } = await throughAnEpisode(run)
    const before = steps.at(-2)
    const after = steps.at(-1)
    if (before?.kind === 'last') demand(after?.kind === 'first', 'kind first', after?.kind)
  },
}
