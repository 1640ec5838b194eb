/** AVG on the reacher with other arms that MJCF describes, of six and of seven joints, on a virtual clock, which runs ahead of real time. */
import { expect, onTestFinished, test } from 'vitest'
import { seeded } from '../../src/random.js'
import { simulateArm } from '../../src/robots/armSimulator/simulateArm.js'
import { REACHER_CYCLE, reacherObservationSpec } from '../../src/robots/ur/reacherTask.js'
import { urReacher } from '../../src/robots/ur/urReacher.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import { realtime } from '../../src/time/realtime.js'
import { type ReacherArm, reacherOn, sevenJoints, sixJoints } from '../robots/armSimulator/arms.js'
import { curveOf, learningRun, meanReturn, robotLearner } from '../robots/learningRun.js'
import { armGeometries } from '../../src/robots/ur/kinematics.js'
import { reacherSource } from '../robots/reacherSource.js'

const allSteps = Number(process.env['REACHER_STEPS'] ?? 100_000)

const runOf = async (setup: ReacherArm, learns: boolean, steps: number, seed = 1) => {
  const clock = virtualClock()
  const arm = simulateArm({ setup, body: setup.body, scheduler: clock })
  const schedule = realtime({ cycle: REACHER_CYCLE, scheduler: clock })
  const world = urReacher(arm, { setup, random: seeded(seed)('environment'), schedule })
  const spec = reacherObservationSpec(setup)
  const learner = robotLearner('avg', { ...world.spec, observation: spec }, seed)
  const source = reacherSource(world, setup)
  const run = await learningRun(source, {
    world,
    learner,
    learns,
    steps,
    milliseconds: 8,
    advance: () => clock.advance(8),
  })
  arm.close()
  const curve = curveOf(run.ended, steps)
  console.log(`${setup.name}${learns ? '' : ', not learning'}: ${Math.round(run.minutes)} min, ${curve.join(', ')}`)
  return { curve, ended: run.ended }
}

test.each([
  ['six', () => reacherOn(sixJoints(armGeometries.ur5e), [1.587, -2.0, 1.5, -0.718, 1.637, 1.009], [0, 1, 2])],
  ['seven', () => reacherOn(sevenJoints, [0.2, 0.7, 0, -1.2, 0, 0.6, 0], [0, 1, 2, 3, 4, 5, 6])],
] as const)('AVG with its default settings learns on an arm of %s joints', async (_name, open) => {
  const setup = await open()
  onTestFinished(setup.close)
  const idle = await runOf(setup, false, allSteps / 5)
  const { curve } = await runOf(setup, true, allSteps)
  expect(curve[7]).toBeGreaterThan(curve[0] + 50)
  expect(curve[7]).toBeGreaterThan(meanReturn(idle.ended) + 50)
})
