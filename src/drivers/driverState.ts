/** What a driver of a simulator saves of itself, and the check of it before anything is overwritten. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { checkSize } from '../checks.js'
import { closed, finiteNumber, nonNegativeInteger, oneBy, only, yesOrNo } from '../edge/codecs.js'
import { decode, renderFailure } from '../edge/decode.js'
import { atLeast, nullOr, sampledAction, timeStep, vector } from '../state/codecs.js'
import type { StateFormat } from '../state/format.js'
import type { SimulatorStep, Spec, Vector } from '../types.js'
import type { Cut } from './loop.js'

/** All that a world on a simulator needs to continue from a cut: plain data. */
export interface DriverState extends Cut {
  readonly simulator: unknown
  /** Actions executed so far. */
  readonly actions: number
  /** Actions executed in the present episode. */
  readonly elapsed: number
  readonly missed: MissedBeats
}

/** What happened in missed beats since the last step; with `lockstep` no beat is missed. */
export interface MissedBeats {
  /** The sum of their rewards. */
  readonly reward: number
  /** The result that ended the episode in a missed beat, or null. */
  readonly end: SimulatorStep | null
  /** The last command that was executed in the episode, which `hold: 'last'` repeats; null before the first. */
  readonly command: Vector | null
}

const decision = oneBy('kind', {
  act: closed({ kind: only('act'), command: vector, sampled: sampledAction }),
  begin: closed({ kind: only('begin') }),
})

const simulatorStep = atLeast({
  observation: vector,
  reward: finiteNumber,
  terminated: yesOrNo,
  truncated: yesOrNo,
  info: t.record(t.string, t.number, 'an object of numbers'),
})

/** Of the state of a driver; its simulator's is checked by that. */
export const driverFormat: StateFormat<DriverState> = {
  version: 1,
  codec: closed({
    step: nullOr(timeStep),
    decision,
    index: nonNegativeInteger,
    simulator: t.unknown,
    actions: nonNegativeInteger,
    elapsed: nonNegativeInteger,
    missed: closed({ reward: finiteNumber, end: nullOr(simulatorStep), command: nullOr(vector) }),
  }),
}

/**
 * Refuses what no driver of this world leaves behind, but for the state of its simulator.
 *
 * Fails: RangeError that begins with the world's name and says which field, what was expected and what came.
 */
export const checkDriverState = ({ name, observation, action }: Spec, state: DriverState): void => {
  const result = decode(driverFormat.codec)(state)
  if (isLeft(result)) throw new RangeError(`${name}: ${renderFailure(result.left[0])}`)
  const { step, decision, index, missed } = state
  const vectors = [
    ['step.observation', step?.observation, observation.size],
    ['missed.end.observation', missed.end?.observation, observation.size],
    ['missed.command', missed.command, action.size],
    ['decision.command', decision.kind === 'act' ? decision.command : null, action.size],
  ] as const
  for (const [field, vector, size] of vectors) {
    if (vector !== null && vector !== undefined) checkSize(name, `${field} of a snapshot`, vector, size)
  }
  if (step !== null && step.index !== index - 1) {
    throw new RangeError(
      `${name}: step.index of a snapshot: expected ${index - 1}, one less than index, got ${step.index}`,
    )
  }
  if (decision.kind === 'act' && (step === null || step.kind === 'last')) {
    throw new RangeError(
      `${name}: decision of a snapshot: expected a beginning, since no step awaits an action, got an action`,
    )
  }
}
