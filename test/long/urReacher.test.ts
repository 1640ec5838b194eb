/** Learners on UR-Reacher-2 on the simulated arm, on a virtual clock, which runs ahead of real time. */
import { expect, onTestFinished, test } from 'vitest'
import { seeded } from '../../src/random.js'
import { urReacher2 } from '../../src/robots/ur/reacherSetup.js'
import { REACHER_CYCLE, reacherObservationSpec } from '../../src/robots/ur/reacherTask.js'
import { urReacher } from '../../src/robots/ur/urReacher.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import { realtime } from '../../src/time/realtime.js'
import { fastArm } from '../robots/fastArm.js'
import { curveOf, learningRun, meanReturn, type RobotLearner, robotLearner } from '../robots/learningRun.js'
import { reacherSource } from '../robots/reacherSource.js'

const allSteps = Number(process.env['REACHER_STEPS'] ?? 100_000)

const runOf = async (name: RobotLearner, seed: number, learns = true, steps = allSteps) => {
  const clock = virtualClock()
  const { robot, tick, close } = await fastArm(clock)
  onTestFinished(close)
  const schedule = realtime({ cycle: REACHER_CYCLE, scheduler: clock })
  const world = urReacher(robot, { random: seeded(seed)('environment'), schedule })
  const spec = reacherObservationSpec()
  const learner = robotLearner(name, { ...world.spec, observation: spec }, seed)
  const source = reacherSource(world, urReacher2)
  const advance = (): void => {
    tick()
    clock.advance(8)
  }
  const run = await learningRun(source, { world, learner, learns, steps, milliseconds: 8, advance })
  const curve = curveOf(run.ended, steps)
  console.log(`${learns ? name : 'not learning'}, seed ${seed}: ${Math.round(run.minutes)} min, ${curve.join(', ')}`)
  return { curve, ended: run.ended }
}

const idle = async (): Promise<number> => meanReturn((await runOf('avg', 1, false, 20_000)).ended)

test.each([1, 2])('AVG with its default settings learns in two hours of the arm, seed %i', async (seed) => {
  const { curve } = await runOf('avg', seed)
  expect(curve[7]).toBeGreaterThan(curve[0] + 50)
  expect(curve[7]).toBeGreaterThan((await idle()) + 50)
})

test('SAC with a buffer of 100 learns in twenty minutes of the arm', async () => {
  const { curve } = await runOf('sac-100', 1, true, 20_000)
  expect(curve[7]).toBeGreaterThan((await idle()) + 50)
})

test('SAC-1 is ahead of a policy that does not learn in the best of eight parts of twenty minutes, and may fall back', async () => {
  const { curve } = await runOf('sac-1', 1, true, 20_000)
  expect(Math.max(...curve)).toBeGreaterThan((await idle()) + 50)
})
