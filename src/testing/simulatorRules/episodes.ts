/** Rules on how the episodes of a simulator begin and end. */
import type { Simulator } from '../../types.js'
import { assertRule, thrown } from '../assertRule.js'
import {
  actionsOf,
  begin,
  episode,
  goOn,
  playsDiffer,
  type RuleCheck,
  SHORT,
  type Shown,
  turn,
} from './simulatorRun.js'

const SEED = 7

/** The numbers of seeds and of unseeded episodes in which an end is looked for. */
const EPISODES = [1, undefined] as const

/** Two episodes of two simulators, step by step in turn. */
const interleaved = (one: Simulator, other: Simulator): readonly Shown[] => {
  const [act, actElsewhere] = [actionsOf(one.spec, SEED), actionsOf(other.spec, SEED + 1)]
  const all = [begin(one, SEED)]
  begin(other, SEED + 1)
  let elsewhere: readonly Shown[] = []
  while (all.length <= SHORT && all.at(-1)?.ended !== true) {
    if (elsewhere.at(-1)?.ended !== true) elsewhere = goOn(other, actElsewhere, { steps: 1 })
    all.push(...goOn(one, act, { steps: 1 }))
  }
  return all
}

/** Rules on how the episodes of a simulator begin and end, by name. */
export const episodeRules: Readonly<Record<string, RuleCheck>> = {
  'refuses a step before the first reset': async ({ simulator }) => {
    const refusal = thrown(() => simulator.step(actionsOf(simulator.spec)()))
    assertRule(refusal instanceof Error, 'step to throw an error before the first reset', refusal ?? 'a step')
  },

  'repeats an episode for the same seed, whatever came before': async ({ simulator, another, longest }) => {
    const once = episode(simulator, SEED, longest)
    await turn()
    thrown(() => goOn(simulator, actionsOf(simulator.spec, 3), { steps: 2, beyond: true }))
    episode(simulator, 3, 3)
    for (const [where, other] of [
      ['', simulator],
      [' on another simulator', await another()],
    ] as const) {
      const found = playsDiffer(once, episode(other, SEED, longest))
      await turn()
      assertRule(found === null, `the same episode after reset(${SEED})${where}`, found)
    }
  },

  'shares no state with another simulator of its factory': async ({ simulator, another }) => {
    const [alone, repeated] = [episode(simulator, SEED, SHORT), episode(await another(), SEED, SHORT)]
    // Another rule reports a simulator that does not repeat itself.
    if (playsDiffer(alone, repeated) !== null) return
    const found = playsDiffer(alone, interleaved(await another(), await another()))
    assertRule(found === null, 'the same episode while another simulator steps', found)
  },

  'ends an episode within the step limit of its spec': async ({ simulator, longest }) => {
    const { stepLimit } = simulator.spec
    // A longer episode is not played, and another rule reports a limit that is none.
    if (!(stepLimit >= 1 && stepLimit <= longest)) return
    for (const seed of EPISODES) {
      const ended = episode(simulator, seed, stepLimit).at(-1)?.ended
      assertRule(ended === true, `terminated or truncated after ${stepLimit} actions at most`, 'neither')
    }
  },

  'refuses steps after the end of an episode, or remains in it': async ({ simulator, longest }) => {
    const { stepLimit } = simulator.spec
    if (!(stepLimit >= 1 && stepLimit <= longest)) return
    for (const seed of EPISODES) {
      const played = episode(simulator, seed, stepLimit)
      // Another rule reports an episode without an end.
      if (played.at(-1)?.ended !== true) continue
      // What was terminated may be on its feet again, as in Gymnasium; the step limit still counts from the same reset.
      const steps = stepLimit + 2 - played.length
      let after: readonly Shown[] = []
      const refusal = thrown(() => (after = goOn(simulator, actionsOf(simulator.spec), { steps, beyond: true })))
      if (refusal instanceof Error) continue
      const expected = `an error, or an end at each step after ${stepLimit} actions`
      assertRule(after.at(-1)?.ended === true, expected, 'a step that is none')
    }
  },

  'can be closed repeatedly, and refuses all calls afterwards': async ({ simulator }) => {
    if (simulator.close === undefined) return
    begin(simulator)
    for (const time of ['first', 'second']) {
      const refusal = thrown(() => simulator.close?.())
      assertRule(refusal === undefined, `nothing thrown by the ${time} close`, refusal)
    }
    for (const [call, attempt] of [
      ['reset', () => begin(simulator)],
      ['step', () => simulator.step(actionsOf(simulator.spec)())],
    ] as const) {
      const refusal = thrown(attempt)
      assertRule(refusal instanceof Error, `${call} to throw an error after close`, refusal ?? 'none')
    }
  },
}
