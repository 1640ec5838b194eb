/**
 * Two sensors of different rates and one motor: a cart on a rail learns to stand a meter from the wall, in real time.
 *
 * An encoder measures every 5 ms how far the wheels have rolled, a range finder every 30 ms how far away the wall is. A step, every 40 ms,
 * has the sum of the encoder's readings and the latest range. The action is sent on the beat; the learner learns in the gap after it.
 *
 *     npm run build && node dist/examples/06-two-sensors.js [steps]
 */
import { fileURLToPath } from 'node:url'
import { avg, device, observe, pipe, realtime, runningMoments, seeded, eventLoop, type VectorSpec } from 'rivulet'
import {
  actuate,
  endEpisode,
  type Episode,
  episodes,
  halt,
  normalizeObservation,
  reward,
  sampleAction,
  takeSteps,
  timeLimit,
  transitions,
  updateInGap,
} from 'rivulet/operators'
import { interval, map, type Observable, type SchedulerLike } from 'rxjs'

const motor: VectorSpec = { size: 1, low: [-1], high: [1], names: ['speed'], units: ['m/s'] }

/** A simulated cart: its sensors, and the functions that move it. */
const cart = (scheduler: SchedulerLike, random: { uniform(): number }) => {
  let [distance, speed, wanted] = [2, 0, 0]
  const roll = (): number => {
    speed += (wanted - speed) / 20
    distance -= speed * 0.005
    return speed * 0.005
  }
  return {
    wheels: interval(5, scheduler).pipe(map(roll)),
    range: interval(30, scheduler).pipe(map(() => distance + 0.01 * (random.uniform() - 0.5))),
    drive: (command: number): void => void (wanted = command),
    /** Carries the cart back to the beginning of an episode. */
    carry: (): void => void ([distance, speed, wanted] = [1.5 + random.uniform(), 0, 0]),
  }
}

/** The agent, in a stream of its episodes. */
export const agent = (steps: number, scheduler: SchedulerLike = eventLoop): Observable<Episode> => {
  const random = seeded(1)
  const { wheels, range, drive, carry } = cart(scheduler, random('environment'))
  const schedule = realtime({ cycle: 40, overrun: 'skip', hold: 'zero', scheduler })
  const world = device({
    spec: { name: 'Cart', action: motor },
    observe: observe(
      { wheels, range },
      { range: { units: 'm', low: 0, high: 4, maxAge: 100 }, wheels: { units: 'm', each: 'sum' } },
    ),
    begin: carry,
    act: ([speed]) => drive(speed),
    stop: () => drive(0),
    schedule,
  })
  const learner = avg(world.spec, {
    hidden: [32, 32],
    actorStepSize: 1e-3,
    criticStepSize: 3e-3,
    entropyCoefficient: 0.05,
    discount: 0.95,
    adamBeta1: 0,
    random: random('policy'),
    initialization: random('initialization'),
  })

  return pipe(
    world.timeSteps,
    reward(({ observation }) => 1 - Math.abs(observation[0] - 1)),
    endEpisode(({ observation }) => observation[0] < 0.1 || observation[0] > 4, { as: 'terminated' }),
    timeLimit(100),
    normalizeObservation(runningMoments(world.spec.observation)),
    transitions(),
    sampleAction(learner),
    actuate(world),
    updateInGap(learner, { gap: schedule, overflow: { kind: 'sliding', size: 8 } }),
    takeSteps(steps),
    episodes(),
    halt(world),
  )
}

// Runs in real time if this file is the program; a program that imports the agent passes a clock.
if (process.argv[1] === fileURLToPath(import.meta.url)) agent(Number(process.argv[2] ?? 2000)).subscribe(console.log)
