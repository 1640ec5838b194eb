/** AVG learns UR-Reacher-2 on the simulated arm, on a virtual clock, which runs ahead of real time. */
import { map } from 'rxjs'
import { expect, test } from 'vitest'
import {
  actuate,
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
  REACHER_CYCLE,
  REACHER_STEPS,
  reacherObservation,
  reacherObservationSpec,
  reacherReward,
} from '../../src/robots/ur/reacherTask.js'
import { urReacher } from '../../src/robots/ur/urReacher.js'
import { pipe } from '../../src/streams/pipe.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import { realtime } from '../../src/time/realtime.js'
import { fastArm } from '../robots/fastArm.js'

/** The episodes of a run of so many steps, and the minutes that it took the arm. */
const runOf = async (seed: number, steps: number, learns: boolean) => {
  const clock = virtualClock()
  const { robot, tick } = fastArm(clock)
  const random = seeded(seed)
  const schedule = realtime({ cycle: REACHER_CYCLE, scheduler: clock })
  const world = urReacher(robot, { random: random('environment'), schedule })
  const spec = reacherObservationSpec()
  const learner = avg(
    { ...world.spec, observation: spec },
    { ...defaultHyperparameters, random: random('policy'), initialization: random('initialization') },
  )
  const source = pipe(
    world.timeSteps,
    reward((step) => reacherReward(step)),
    timeLimit(REACHER_STEPS),
    map((step) => ({ ...step, observation: reacherObservation(step) })),
    normalizeObservation(runningMoments(spec)),
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
    clock.advance(8)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(state.error).toBeNull()
  return { ended, minutes: (ticks * 0.008) / 60 }
}

const meanOf = (all: readonly Episode[]): number => all.reduce((sum, each) => sum + each.return, 0) / all.length
/** The mean returns of eight equal parts of a run. */
const curveOf = (ended: readonly Episode[], steps: number): readonly number[] =>
  Array.from({ length: 8 }, (_, i) =>
    Math.round(meanOf(ended.filter(({ step }) => step > (i * steps) / 8 && step <= ((i + 1) * steps) / 8))),
  )

test('AVG with its default settings, in two hours of the arm, against a policy that does not learn', async () => {
  const steps = Number(process.env['REACHER_STEPS'] ?? 100_000)
  const idle = await runOf(1, Math.min(steps, 20_000), false)
  console.log(`not learning: ${Math.round(idle.minutes)} min, mean ${Math.round(meanOf(idle.ended))}`)
  for (const seed of [1, 2]) {
    const { ended, minutes } = await runOf(seed, steps, true)
    const curve = curveOf(ended, steps)
    console.log(`seed ${seed}: ${Math.round(minutes)} min, ${curve.join(', ')}`)
    expect(curve[7]).toBeGreaterThan(curve[0] + 50)
    expect(curve[7]).toBeGreaterThan(50 + meanOf(idle.ended))
  }
})
