/**
 * An iRobot Create 2 learns to keep driving in an arena with walls: the task Create-Mover, in real time, on a robot or on its simulator.
 *
 * The program does not know which of the two is at the other end of its port. Without a port it starts a simulator by itself.
 *
 *     npm install serialport
 *     npm run build && node dist/examples/11-create-mover.js /dev/ttyUSB0 [steps]
 *     rivulet simulate create2 --port-link /tmp/create2     # in another terminal, and then with /tmp/create2
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  avg,
  type Create2,
  create2,
  createMover,
  hyperparametersFor,
  MOVER_CYCLE,
  MOVER_STEPS,
  moverEnds,
  moverObservation,
  moverObservationSpec,
  moverReward,
  pipe,
  realtime,
  runningMoments,
  seeded,
  simulateCreate2,
  stopOnExit,
} from 'rivulet'
import {
  actuate,
  endEpisode,
  type Episode,
  episodes,
  halt,
  normalizeObservation,
  rescaleAction,
  reward,
  sampleAction,
  takeSteps,
  timeLimit,
  transitions,
  updateInGap,
} from 'rivulet/operators'
import { map, type Observable, Subscription } from 'rxjs'

/** The agent, in a stream of its episodes. */
const agent = (robot: Create2, steps: number): Observable<Episode> => {
  const random = seeded(1)
  const schedule = realtime({ cycle: MOVER_CYCLE, overrun: 'skip', hold: 'last' })
  const world = createMover(robot, { schedule })
  const learner = avg(
    { ...world.spec, observation: moverObservationSpec },
    {
      // The paper's settings for this task are not published: those of tasks without any, to be tuned.
      ...hyperparametersFor(world.spec.name),
      random: random('policy'),
      initialization: random('initialization'),
    },
  )

  return pipe(
    world.timeSteps,
    reward(moverReward),
    endEpisode(moverEnds, { as: 'terminated' }),
    timeLimit(MOVER_STEPS),
    map((step) => ({ ...step, observation: moverObservation(step) })),
    normalizeObservation(runningMoments(moverObservationSpec)),
    transitions(),
    sampleAction(learner),
    rescaleAction(world.spec.action),
    actuate(world),
    updateInGap(learner, { gap: schedule, overflow: { kind: 'sliding', size: 8 } }),
    takeSteps(steps),
    episodes(),
    halt(world),
  )
}

const [port = null, steps = '2000'] = process.argv.slice(2)
const simulator = port === null ? await simulateCreate2({ port: join(tmpdir(), `create2-${process.pid}`) }) : null
const robot = create2({ port: port ?? simulator!.port })
robot.faults.subscribe(({ kind, line }) => console.error(`${kind}: ${line}`))

let run = Subscription.EMPTY
/** Ends the run, halts the robot, and leaves it with its interface closed. */
const end = async (): Promise<void> => {
  run.unsubscribe()
  console.error((await robot.close()) ? 'the robot is at rest' : 'the robot could not be reached: look after it')
  await simulator?.close()
}
const release = stopOnExit({ stop: end })
run = agent(robot, Number(steps)).subscribe({
  next: (episode) => console.log(episode),
  error: (error) => {
    console.error(String(error))
    process.exitCode = 1
    void end().then(release)
  },
  complete: () => void end().then(release),
})
