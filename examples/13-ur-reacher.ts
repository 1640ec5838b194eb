/**
 * A UR5 learns to bring its tool to targets: the task UR-Reacher-2, in real time, on an arm or on its simulator.
 *
 * The program does not know which of the two is at the other end of its connection. Without an address it starts a simulator by itself.
 *
 *     npm run build && node dist/examples/13-ur-reacher.js 192.168.1.10 [steps]
 *     rivulet simulate ur5     # in another terminal, and then with 127.0.0.1
 *
 * Read docs/ur5.md before an arm moves.
 */
import {
  avg,
  hyperparametersFor,
  pipe,
  REACHER_CYCLE,
  REACHER_STEPS,
  reacherObservation,
  reacherObservationSpec,
  reacherReward,
  realtime,
  runningMoments,
  seeded,
  simulateUr5,
  stopOnExit,
  type Ur5,
  ur5,
  urReacher,
} from 'rivulet'
import {
  actuate,
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
const agent = (robot: Ur5, steps: number): Observable<Episode> => {
  const random = seeded(1)
  const schedule = realtime({ cycle: REACHER_CYCLE, overrun: 'skip', hold: 'last' })
  const world = urReacher(robot, { random: random('environment'), schedule })
  const observationSpec = reacherObservationSpec()
  const learner = avg(
    { ...world.spec, observation: observationSpec },
    {
      // The paper's settings for this task are not published: those of tasks without any, to be tuned.
      ...hyperparametersFor(world.spec.name),
      random: random('policy'),
      initialization: random('initialization'),
    },
  )

  return pipe(
    world.timeSteps,
    reward((step) => reacherReward(step)),
    timeLimit(REACHER_STEPS),
    map((step) => ({ ...step, observation: reacherObservation(step) })),
    normalizeObservation(runningMoments(observationSpec)),
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

const [host = '', steps = '1000'] = process.argv.slice(2)
const simulator = host === '' ? await simulateUr5() : null
const robot = ur5(simulator === null ? { host } : { host: simulator.host, ports: simulator.ports })
robot.faults.subscribe(({ kind, line }) => console.error(`${kind}: ${line}`))

let run = Subscription.EMPTY
/** Ends the run, stops the arm, and waits until it rests. */
const end = async (): Promise<void> => {
  run.unsubscribe()
  console.error((await robot.close()) ? 'the arm is at rest' : 'the arm could not be reached: look after it')
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
