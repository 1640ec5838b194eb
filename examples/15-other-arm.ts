/**
 * The reacher of a UR5 on another arm: seven joints, described by a file of MJCF, bring the tool to targets in three dimensions. The arm is
 * simulated on a virtual clock, on which an hour of it passes in a minute or two.
 *
 * A driver of a real arm with the six functions of `DrivenUr5` takes the place of `simulateArm`, and `realtime({ cycle })` that of its schedule.
 *
 *     npm run build && node dist/examples/15-other-arm.js [steps]
 */
import { fileURLToPath } from 'node:url'
import {
  avg,
  hyperparametersFor,
  openArmBody,
  openArmModel,
  pipe,
  REACHER_CYCLE,
  REACHER_STEPS,
  reacherObservation,
  reacherObservationSpec,
  reacherReward,
  type ReacherSetup,
  readMjcf,
  realtime,
  runningMoments,
  seeded,
  simulateArm,
  urReacher,
} from 'rivulet'
import {
  actuate,
  episodes,
  normalizeObservation,
  rescaleAction,
  reward,
  sampleAction,
  takeSteps,
  timeLimit,
  transitions,
  update,
} from 'rivulet/operators'
import { virtualClock } from 'rivulet/testing'
import { finalize, map } from 'rxjs'

const steps = Number(process.argv[2] ?? 100_000)
const described = {
  name: 'seven-joint arm',
  source: await readMjcf(fileURLToPath(new URL('../../examples/arm.xml', import.meta.url))),
  joints: ['shoulder yaw', 'shoulder pitch', 'upper arm roll', 'elbow', 'forearm roll', 'wrist pitch', 'wrist roll'],
  tool: 'fingertip',
}
const [arm, body] = [await openArmModel(described), await openArmBody(described)]

// Each joint may turn by 0.8 rad to either side of the reference, within its range, and the tool moves in a box around its place there.
const reference = [0, 0.7, 0, 1.2, 0, 0.5, 0]
const [x, y, z] = arm.placeOf(reference)
const setup: ReacherSetup = {
  name: 'Reacher with seven joints',
  reference,
  driven: [0, 1, 2, 3, 4, 5, 6],
  low: reference.map((angle, joint) => Math.max(angle - 0.8, arm.low[joint])),
  high: reference.map((angle, joint) => Math.min(angle + 0.8, arm.high[joint])),
  box: { low: [x - 0.25, y - 0.25, z - 0.25], high: [x + 0.25, y + 0.25, z + 0.25] },
  axes: [0, 1, 2],
  placeOf: arm.placeOf,
  mostSpeed: 0.5,
}

const clock = virtualClock()
const random = seeded(1)
const world = urReacher(simulateArm({ setup, body, scheduler: clock }), {
  setup,
  random: random('environment'),
  schedule: realtime({ cycle: REACHER_CYCLE, scheduler: clock }),
})
const observation = reacherObservationSpec(setup)
const learner = avg(
  { ...world.spec, observation },
  { ...hyperparametersFor(world.spec.name), random: random('policy'), initialization: random('initialization') },
)

let isOver = false
pipe(
  world.timeSteps,
  reward((step) => reacherReward(step, setup)),
  timeLimit(REACHER_STEPS),
  map((step) => ({ ...step, observation: reacherObservation(step, setup) })),
  normalizeObservation(runningMoments(observation)),
  transitions(),
  update(learner),
  sampleAction(learner),
  rescaleAction(world.spec.action),
  actuate(world),
  takeSteps(steps),
  episodes(),
  finalize(() => (isOver = true)),
).subscribe((episode) => console.log('return:', episode.return))
while (!isOver) await clock.advanceAsync(1000)
