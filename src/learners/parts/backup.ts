/** A copy of a learner's state, which a long update makes first and goes back to where it is refused in its middle. */
import type { Arena } from '../../kernels/arena.js'
import type { Plan } from './plan.js'

/** All floats and doubles that are state, from 0 on, and where their copies stand. */
export interface Backup {
  readonly floats: number
  readonly floatsAt: number
  readonly doubles: number
  readonly doublesAt: number
}

/** Lays out a copy of every float and double that was taken before. */
export const backup = ({ floats, doubles }: Plan): Backup => ({
  floats: floats.size,
  doubles: doubles.size,
  floatsAt: floats.take(floats.size),
  doublesAt: doubles.take(doubles.size),
})

/** Copies the state. */
export const backUp = ({ f32, f64 }: Arena, { floats, floatsAt, doubles, doublesAt }: Backup): void => {
  f32.copyWithin(floatsAt, 0, floats)
  f64.copyWithin(doublesAt, 0, doubles)
}

/** Puts the state back as it was copied. */
export const putBack = ({ f32, f64 }: Arena, { floats, floatsAt, doubles, doublesAt }: Backup): void => {
  f32.copyWithin(0, floatsAt, floatsAt + floats)
  f64.copyWithin(0, doublesAt, doublesAt + doubles)
}
