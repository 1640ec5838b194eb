/** The steps a second of each task's simulator by itself. */
import { simulator } from '../../environments/tasks.js'
import { seeded } from '../../random.js'
import type { Spec } from '../../types.js'
import { type Bench, mediansOf, stepMilliseconds } from './measure.js'

const ACTIONS = 256

/** Measures a task under random actions, uniform within its bounds; the time of resets counts. */
export const measureSimulator = async (bench: Bench, { name, action }: Spec) => {
  const random = seeded(1)
  const stream = random('actions')
  const actions = Array.from({ length: ACTIONS }, () =>
    Float64Array.from(
      { length: action.size },
      (_, i) => action.low[i] + (action.high[i] - action.low[i]) * stream.uniform(),
    ),
  )
  const world = await simulator(name, { random: random('environment') })
  try {
    world.reset()
    let at = 0
    const milliseconds = await stepMilliseconds(bench, () => {
      const { terminated, truncated } = world.step(actions[at++ % ACTIONS])
      if (terminated || truncated) world.reset()
    })
    return { task: name, ...mediansOf({ stepsPerSecond: milliseconds.map((each) => 1000 / each) }) }
  } finally {
    world.close()
  }
}
