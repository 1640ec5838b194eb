/** Rules on the snapshots of a simulator; one without snapshots keeps them all. */
import type { Simulator, Snapshots } from '../../types.js'
import { assertRule, thrown } from '../assertRule.js'
import { difference } from '../difference.js'
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

type Saved = Simulator & Snapshots<unknown>

/** Seeds and steps before a snapshot: at the beginning of an episode, and in the middle of another. */
const CUTS = [
  { seed: 3, steps: 0 },
  { seed: 4, steps: 5 },
] as const

const isSavable = (simulator: Simulator): simulator is Saved => 'snapshot' in simulator && 'restore' in simulator

/** Runs a check if the simulator has snapshots. */
const ifSavable =
  (check: (simulator: Saved, another: () => Promise<Saved>, longest: number) => Promise<void>): RuleCheck =>
  async ({ simulator, another, longest }) => {
    if (isSavable(simulator)) await check(simulator, async () => (await another()) as Saved, longest)
  }

/** Plays up to a cut. */
const cutAt = (simulator: Saved, { seed, steps }: (typeof CUTS)[number]): unknown => {
  begin(simulator, seed)
  goOn(simulator, actionsOf(simulator.spec, seed), { steps })
  return simulator.snapshot()
}

/** What follows a cut: the rest of the episode, and the beginning of one by the simulator's own random numbers. */
const future = (simulator: Saved, longest: number): readonly Shown[] => [
  ...goOn(simulator, actionsOf(simulator.spec, 5), { steps: longest }),
  ...episode(simulator, undefined, 5),
]

/** Rules on the snapshots of a simulator, by name. */
export const snapshotRules: Readonly<Record<string, RuleCheck>> = {
  'has both snapshot and restore, or neither': async ({ simulator }) => {
    const [snapshot, restore] = ['snapshot' in simulator, 'restore' in simulator]
    assertRule(snapshot === restore, 'both of snapshot and restore', snapshot ? 'snapshot alone' : 'restore alone')
  },

  'has snapshots of plain data': ifSavable(async (simulator) => {
    const state = cutAt(simulator, CUTS[1])
    let copy: unknown
    const refusal = thrown(() => (copy = structuredClone(state)))
    const found = refusal ?? difference(state, copy, 'snapshot')
    assertRule(found === null, 'a snapshot that structuredClone copies', found)
  }),

  'leaves a snapshot unchanged, while it steps on and after it is restored': ifSavable(async (simulator) => {
    const state = cutAt(simulator, CUTS[1])
    const copy = copyOf(state)
    for (const when of ['while it steps on', 'after restore']) {
      future(simulator, SHORT)
      const found = difference(copy, state, 'snapshot')
      assertRule(found === null, `a snapshot that does not change ${when}`, found)
      simulator.restore(state)
    }
  }),

  'continues from a snapshot, in another simulator too': ifSavable(async (simulator, another, longest) => {
    for (const cut of CUTS) {
      // Restored from a copy, since another rule reports a snapshot that changes.
      const state = copyOf(cutAt(simulator, cut))
      const steps = cut.steps === 0 ? SHORT : longest
      const expected = future(simulator, steps)
      await turn()
      cutAt(simulator, cut)
      // Another rule reports a simulator that does not repeat itself.
      const repeated = goOn(simulator, actionsOf(simulator.spec, 5), { steps: SHORT })
      if (playsDiffer(expected.slice(0, repeated.length), repeated) !== null) return
      for (const [where, other] of [
        ['', simulator],
        [' in another simulator', await another()],
      ] as const) {
        episode(other, 6, 3)
        other.restore(copyOf(state))
        const found = playsDiffer(expected, future(other, steps))
        await turn()
        assertRule(found === null, `the same steps after restore${where}`, found)
      }
    }
  }),
}

/** A copy; the state itself where it is no plain data, which another rule reports. */
const copyOf = (state: unknown): unknown => {
  try {
    return structuredClone(state)
  } catch {
    return state
  }
}
