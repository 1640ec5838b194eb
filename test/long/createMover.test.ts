/** Learners on Create-Mover on the simulated robot, on a virtual clock, which runs ahead of real time. */
import { map } from 'rxjs'
import { expect, onTestFinished, test } from 'vitest'
import { endEpisode, normalizeObservation, reward, timeLimit, transitions } from '../../operators/index.js'
import { runningMoments } from '../../src/moments.js'
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
import {
  curveOf,
  learningRun,
  meanReturn,
  type RobotLearner,
  robotLearner,
  robotLearners,
} from '../robots/learningRun.js'

const steps = 24_000

const runOf = async (name: RobotLearner, seed: number, learns = true) => {
  const clock = virtualClock()
  const { robot, tick, close } = await fastRobot(clock, seed)
  onTestFinished(close)
  const world = createMover(robot, { schedule: realtime({ cycle: MOVER_CYCLE, scheduler: clock }) })
  const learner = robotLearner(name, { ...world.spec, observation: moverObservationSpec }, seed)
  const source = pipe(
    world.timeSteps,
    reward(moverReward),
    endEpisode(moverEnds, { as: 'terminated' }),
    timeLimit(MOVER_STEPS),
    map((step) => ({ ...step, observation: moverObservation(step) })),
    normalizeObservation(runningMoments(moverObservationSpec)),
    transitions(),
  )
  const advance = (): void => {
    tick()
    clock.advance(15)
  }
  const run = await learningRun(source, { world, learner, learns, steps, milliseconds: 15, advance })
  const curve = curveOf(run.ended, steps)
  console.log(`${learns ? name : 'not learning'}, seed ${seed}: ${Math.round(run.minutes)} min, ${curve.join(', ')}`)
  return { curve, ended: run.ended }
}

test.each([1, 2])('AVG with its default settings learns in an hour of the robot, seed %i', async (seed) => {
  const { curve } = await runOf('avg', seed)
  expect(curve[7]).toBeGreaterThan(2 * curve[0])
})

test.each(robotLearners)('%s ends ahead of a policy that does not learn', async (name) => {
  const idle = await runOf('avg', 1, false)
  expect((await runOf(name, 1)).curve[7]).toBeGreaterThan(100 + meanReturn(idle.ended))
})
