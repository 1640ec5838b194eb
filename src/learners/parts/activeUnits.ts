/** Which hidden units of a policy are active, as its latest pass left them on its tape. */
import type { Arena } from '../../kernels/arena.js'
import type { Learner } from '../../types.js'
import type { Network } from './network.js'
import type { Tape } from './passes.js'

/** A network and the tape of one sample that its decisions are made on. */
export interface Deciding {
  readonly net: Network
  readonly on: Tape
  /** Whether actions are uniform at present, without a pass; the default is never. */
  readonly isUniform?: () => boolean
}

/** The square of what a unit of tanh is below while its slope, 1 - tanh², is above 0.002. */
const SATURATED = 0.998

/**
 * The hidden units of a policy.
 *
 * Numbers: a unit of ReLU or leaky ReLU is active where its output is above 0; one of tanh where its slope is above 0.002.
 */
export const activeUnits = (
  { f32 }: Arena,
  { net: { spec }, on, isUniform = () => false }: Deciding,
): Required<Pick<Learner, 'hiddenUnits' | 'markActive'>> => {
  const isTanh = spec.activation === 'tanh'
  return {
    hiddenUnits: spec.hidden.reduce((sum, width) => sum + width, 0),
    markActive: (active) => {
      if (isUniform()) return false
      let unit = 0
      for (let l = 0; l < spec.hidden.length; l++) {
        for (let i = on.hidden[l]; i < on.hidden[l] + spec.hidden[l]; i++) {
          const output = f32[i]
          if (isTanh ? output * output < SATURATED : output > 0) active[unit] = 1
          unit++
        }
      }
      return true
    },
  }
}
