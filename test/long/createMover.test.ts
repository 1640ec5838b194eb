/** AVG learns Create-Mover on the simulated robot, on a virtual clock, which runs ahead of real time. */
import { map } from 'rxjs'
import { expect, onTestFinished, test } from 'vitest'
import {
  actuate,
  endEpisode,
  type Episode,
  episodes,
  normalizeObservation,
  rescaleAction,
  reward,
  sampleAction,
  takeSteps,
  timeLimit,
  transitions,
  update,
} from '../../operators/index.js'
import { avg } from '../../src/learners/avg/avg.js'
import { defaultHyperparameters } from '../../src/learners/avg/publishedSettings.js'
import { runningMoments } from '../../src/moments.js'
import { seeded } from '../../src/random.js'
import {
  createMover,
  MOVER_CYCLE,
  MOVER_STEPS,
  moverEnds,
  moverObservation,
  moverObservationSpec,
  moverReward,
} from '../../src/robots/create2/createMover.js'
import { pipe } from '../../src/streams/pipe.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import { realtime } from '../../src/time/realtime.js'
import { fastRobot } from '../robots/fastRobot.js'

/** The episodes of a run of so many steps, and the minutes that it took the robot. */
const runOf = async (seed: number, steps: number, learns: boolean) => {
  const clock = virtualClock()
  const { robot, tick, close } = await fastRobot(clock, seed)
  onTestFinished(close)
  const random = seeded(seed)
  const world = createMover(robot, { schedule: realtime({ cycle: MOVER_CYCLE, scheduler: clock }) })
  const learner = avg(
    { ...world.spec, observation: moverObservationSpec },
    { ...defaultHyperparameters, random: random('policy'), initialization: random('initialization') },
  )
  const source = pipe(
    world.timeSteps,
    reward(moverReward),
    endEpisode(moverEnds, { as: 'terminated' }),
    timeLimit(MOVER_STEPS),
    map((step) => ({ ...step, observation: moverObservation(step) })),
    normalizeObservation(runningMoments(moverObservationSpec)),
    transitions(),
  )
  const ended: Episode[] = []
  const state: { isOver: boolean; error: unknown } = { isOver: false, error: null }
  pipe(
    learns ? update(learner)(source) : source,
    sampleAction(learner),
    rescaleAction(world.spec.action),
    actuate(world),
    takeSteps(steps),
    episodes(),
  ).subscribe({
    next: (episode) => ended.push(episode),
    error: (error: unknown) => Object.assign(state, { isOver: true, error }),
    complete: () => (state.isOver = true),
  })
  let ticks = 0
  for (; !state.isOver; ticks++) {
    tick()
    clock.advance(15)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(state.error).toBeNull()
  return { ended, minutes: (ticks * 0.015) / 60 }
}

const meanOf = (all: readonly Episode[]): number => all.reduce((sum, each) => sum + each.return, 0) / all.length
/** The mean returns of eight equal parts of a run. */
const curveOf = (ended: readonly Episode[], steps: number): readonly number[] =>
  Array.from({ length: 8 }, (_, i) =>
    Math.round(meanOf(ended.filter(({ step }) => step > (i * steps) / 8 && step <= ((i + 1) * steps) / 8))),
  )

test('AVG with its default settings, in an hour of the robot, against a random policy', async () => {
  const steps = 24_000
  const idle = await runOf(1, steps, false)
  console.log(`not learning: ${Math.round(idle.minutes)} min, ${curveOf(idle.ended, steps).join(', ')}`)
  for (const seed of [1, 2]) {
    const { ended, minutes } = await runOf(seed, steps, true)
    const curve = curveOf(ended, steps)
    console.log(`seed ${seed}: ${Math.round(minutes)} min, ${curve.join(', ')}`)
    expect(curve[7]).toBeGreaterThan(2 * curve[0])
    expect(curve[7]).toBeGreaterThan(100 + meanOf(idle.ended))
  }
})
