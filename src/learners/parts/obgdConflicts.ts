/** Settings of ObGD that float32 does not hold. Loads no kernel. */
import type { Failure } from '../../edge/decode.js'
import { LARGEST } from '../../failure.js'
import { conflict } from '../algorithm.js'
import { LEAST_NORMAL } from './adamReach.js'

/** Settings of two networks that ObGD moves. */
export interface ObgdSettings {
  readonly stepSize: number
  readonly actorKappa: number
  readonly criticKappa: number
  readonly epsilon: number
}

const bounded = (name: keyof ObgdSettings, value: number, least: number): readonly Failure[] =>
  value >= least && value <= LARGEST
    ? []
    : [conflict(name, `from ${least.toPrecision(3)} to 1e18, so that float32 holds each step`, value)]

/** Refuses settings with whose steps float32 would not hold: κ bounds a step to 1 / κ. */
export const obgdConflicts = ({ stepSize, actorKappa, criticKappa, epsilon }: ObgdSettings): readonly Failure[] => [
  ...bounded('stepSize', stepSize, LEAST_NORMAL),
  ...bounded('actorKappa', actorKappa, 1 / LARGEST),
  ...bounded('criticKappa', criticKappa, 1 / LARGEST),
  ...bounded('epsilon', epsilon, LEAST_NORMAL),
]
