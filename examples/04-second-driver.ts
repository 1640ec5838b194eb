/**
 * A world of your own that is not a simulator: a room with a heater, measured on a timer.
 *
 * The room warms up and cools down whether or not an agent is ready; therefore it is not made by `drive`. The driver implements the whole
 * protocol on public types alone; the agent below it is the same chain as in the other examples.
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

/** The source of time; the default is real time, and tests pass a virtual clock. */
export interface HeaterOptions {
  readonly scheduler?: SchedulerLike
}

/** A room that is measured every 20 ms. If an answer is late, the room goes on with the power that it had, and a later measurement is the next step. */
export const heater = ({ scheduler = asyncScheduler }: HeaterOptions = {}): Driver => {
  let subscribed: Subscriber<TimeStep> | null = null
  let answer: SampledAction | 'begin' | null = null
  let [index, measurements, age, warmth, power, closed] = [0, 0, 0, 20, 0, false]

  const measure = (): void => {
    measurements += 1
    warmth += 0.05 * (5 + 30 * power - warmth)
    if (answer === null) return
    const previousAction = answer === 'begin' ? null : answer
    answer = null
    age = previousAction === null ? 0 : age + 1
    const kind = age === 0 ? 'first' : age === spec.stepLimit ? 'last' : 'mid'
    const reward = kind === 'first' ? 0 : -Math.abs(warmth - 21)
    const shown = { observation: [warmth, power], reward, terminated: false, truncated: kind === 'last' }
    subscribed?.next({ kind, ...shown, previousAction, index: index++, time: measurements * spec.stepSeconds })
  }
  const note = (given: number, decision: SampledAction | 'begin', setting: number): void => {
    if (subscribed === null) throw new Error(`step ${given} was answered, but there is no subscriber`)
    const next = answer === null ? index - 1 : index
    if (answer !== null || given !== next) throw new Error(`step ${given} was answered, expected an answer to ${next}`)
    ;[answer, power] = [decision, setting]
  }
  const timeSteps = new Observable<TimeStep>((subscriber) => {
    if (closed) throw new Error('the room is closed')
    if (subscribed !== null) throw new Error('the room has a subscriber already: use share()')
    ;[subscribed, answer] = [subscriber, 'begin']
    subscriber.add(interval(spec.stepSeconds * 1000, scheduler).subscribe(measure))
    subscriber.add(() => ([subscribed, power] = [null, 0]))
  })
  const act: Driver['act'] = (command, given, sampled) => note(given, sampled, (1 + command[0]) / 2)
  const begin: Driver['begin'] = (given) => note(given, 'begin', 0)
  const stop: Driver['stop'] = async () => subscribed?.complete()
  const close: Driver['close'] = () => void ((closed = true), stop())
  return { spec, timeSteps, act, begin, stop, close }
}

/** AVG, which learns to keep such a room at 21 degrees. */
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

// Runs in real time if this file is the program; a program that imports the room passes a clock.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  agent(heater(), Number(process.argv[2] ?? 2000)).subscribe(console.log)
}
