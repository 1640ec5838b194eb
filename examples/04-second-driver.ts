/**
 * A world of one's own that is no simulator: a room with a heater, looked at on a timer.
 *
 * The room warms up and cools down whether or not an agent is ready, which is why it is not made by `drive`. The driver is
 * the whole protocol on public types alone; the agent below it is the same chain as in the other examples.
 *
 *     npm run build && node dist/examples/04-second-driver.js [steps]
 */
import { fileURLToPath } from 'node:url'
import { avg, type Driver, pipe, runningMoments, type SampledAction, seeded, type Spec, type TimeStep } from 'rivulet'
import {
  actuate,
  type Episode,
  episodes,
  normalizeObservation,
  sampleAction,
  takeSteps,
  transitions,
  update,
} from 'rivulet/operators'
import { asyncScheduler, interval, Observable, type SchedulerLike, type Subscriber } from 'rxjs'

const spec: Spec = {
  name: 'Heater',
  observation: { size: 2, low: [5, 0], high: [35, 1], names: ['warmth', 'power'], units: ['°C', '1'] },
  action: { size: 1, low: [-1], high: [1], names: ['setting'], units: ['1'] },
  stepSeconds: 0.02,
  stepLimit: 100,
}

/** Where its time comes from; tests hand in a virtual one. */
export interface HeaterOptions {
  readonly scheduler?: SchedulerLike
}

/** A step whose answer is late is followed at a later look, the room having gone on under the power that it had. */
export const heater = ({ scheduler = asyncScheduler }: HeaterOptions = {}): Driver => {
  let resident: Subscriber<TimeStep> | null = null
  let answer: SampledAction | 'begin' | null = null
  let [index, looks, age, warmth, power, closed] = [0, 0, 0, 20, 0, false]

  const look = (): void => {
    looks += 1
    warmth += 0.05 * (5 + 30 * power - warmth)
    if (answer === null) return
    const previousAction = answer === 'begin' ? null : answer
    answer = null
    age = previousAction === null ? 0 : age + 1
    const kind = age === 0 ? 'first' : age === spec.stepLimit ? 'last' : 'mid'
    const reward = kind === 'first' ? 0 : -Math.abs(warmth - 21)
    const shown = { observation: [warmth, power], reward, terminated: false, truncated: kind === 'last' }
    resident?.next({ kind, ...shown, previousAction, index: index++, time: looks * spec.stepSeconds })
  }
  const note = (given: number, decision: SampledAction | 'begin', setting: number): void => {
    if (resident === null) throw new Error(`step ${given} was answered, but nobody is subscribed`)
    const next = answer === null ? index - 1 : index
    if (answer !== null || given !== next) throw new Error(`step ${given} was answered, the next one to be is ${next}`)
    ;[answer, power] = [decision, setting]
  }
  const timeSteps = new Observable<TimeStep>((subscriber) => {
    if (closed || resident !== null) throw new Error(closed ? 'the room is closed' : 'the room is taken: use share()')
    ;[resident, answer] = [subscriber, 'begin']
    subscriber.add(interval(spec.stepSeconds * 1000, scheduler).subscribe(look))
    subscriber.add(() => ([resident, power] = [null, 0]))
  })
  const act: Driver['act'] = (command, given, sampled) => note(given, sampled, (1 + command[0]) / 2)
  const begin: Driver['begin'] = (given) => note(given, 'begin', 0)
  const stop: Driver['stop'] = async () => resident?.complete()
  const close: Driver['close'] = () => void ((closed = true), stop())
  return { spec, timeSteps, act, begin, stop, close }
}

/** AVG, learning to keep any such room at 21 degrees. */
export const agent = (world: Driver, steps: number): Observable<Episode> => {
  const random = seeded(1)
  const learner = avg(world.spec, {
    hidden: [32, 32],
    actorStepSize: 1e-3,
    criticStepSize: 1e-2,
    entropyCoefficient: 0.1,
    discount: 0.8,
    adamBeta1: 0,
    random: random('policy'),
    initialization: random('initialization'),
  })
  const moments = runningMoments(world.spec.observation)

  return pipe(
    world.timeSteps,
    normalizeObservation(moments),
    transitions(),
    update(learner),
    sampleAction(learner),
    actuate(world),
    takeSteps(steps),
    episodes(),
  )
}

// Real time only when this file is run: a program that imports the room hands in a clock.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  agent(heater(), Number(process.argv[2] ?? 2000)).subscribe(console.log)
}
