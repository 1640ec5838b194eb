/** UR-Reacher-2 as functions of a step: what the agent sees, what it does, and its reward. */
import { components } from '../../environments/components.js'
import { exp } from '../../kernels/elementary.js'
import type { TimeStep, VectorSpec } from '../../types.js'
import { type ReacherSetup, urReacher2 } from './reacherSetup.js'

/** Milliseconds of a step. */
export const REACHER_CYCLE = 40
/** Steps of an episode: 4 s. */
export const REACHER_STEPS = 100
/** The reward counts periods of 8 ms, of which a step has five. */
const PERIODS = 5
/** Square meters: how near counts as there. */
const NEAR = 0.01

/** What an agent of a reacher does: the speeds of the driven joints. */
export const reacherActionSpec = ({ driven, mostSpeed }: ReacherSetup = urReacher2): VectorSpec =>
  components(driven.map((joint) => [`speed of joint ${joint}`, 'rad/s', -mostSpeed, mostSpeed]))

/** What a learner of a reacher sees: angles, speeds, the way to the target, and the action before. */
export const reacherObservationSpec = ({ driven, axes, low, high }: ReacherSetup = urReacher2): VectorSpec =>
  components([
    ...driven.map((joint) => [`joint ${joint}`, 'rad', low[joint], high[joint]] as const),
    ...driven.map((joint) => [`speed of joint ${joint}`, '1', -10, 10] as const),
    ...axes.map((axis) => [`tool beside target, ${'xyz'[axis]}`, 'm', -2, 2] as const),
    ...driven.map((joint) => [`joint ${joint}, 1 step before`, '1', -1, 1] as const),
  ])

/** The places in the observation of the world: angles, speeds, tool, target, previous action. */
const partsOf = ({ driven: { length: n }, axes: { length: m } }: ReacherSetup) =>
  ({ speeds: n, tool: 2 * n, target: 2 * n + m, previous: 2 * n + 2 * m }) as const

type Observed = Pick<TimeStep, 'observation'>

/** The observation of a learner, of the step of the world: 8 numbers for UR-Reacher-2. */
export const reacherObservation = ({ observation }: Observed, setup: ReacherSetup = urReacher2): Float64Array => {
  const { speeds, tool, target, previous } = partsOf(setup)
  const { driven, axes, mostSpeed } = setup
  return Float64Array.from([
    ...driven.map((_, i) => observation[i]),
    ...driven.map((_, i) => observation[speeds + i] / mostSpeed),
    ...axes.map((_, i) => observation[tool + i] - observation[target + i]),
    ...driven.map((_, i) => observation[previous + i] / mostSpeed),
  ])
}

/** The distance from the target in m. */
export const reacherDistance = ({ observation }: Observed, setup: ReacherSetup = urReacher2): number => {
  const { tool, target } = partsOf(setup)
  let sum = 0
  for (let i = 0; i < setup.axes.length; i++) {
    const beside = observation[tool + i] - observation[target + i]
    sum += beside * beside
  }
  return Math.sqrt(sum)
}

/** The reward: 5 (exp(-d²/0.01) - d) for the distance d in m, at most 5. */
export const reacherReward = (step: Observed, setup: ReacherSetup = urReacher2): number => {
  const d = reacherDistance(step, setup)
  return PERIODS * (exp((-d * d) / NEAR) - d)
}
