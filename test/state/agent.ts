/** A whole agent that learns on a pendulum, with all its memories named in one record. */
import { type Observable, Subject, type Subscription, connect, map, merge, take, tap } from 'rxjs'
import {
  type OverflowState,
  type SimulatedStep,
  type TimeStep,
  avg,
  learnerFormat,
  cell,
  countFormat,
  driverFormat,
  earlierStepFormat,
  emptyOverflow,
  finiteNumber,
  hyperparametersFor,
  lockstep,
  momentsFormat,
  overflowFormat,
  pipe,
  progressFormat,
  restorable,
  restorables,
  runningMoments,
  seeded,
  simulate,
  stepFormat,
  tallyFormat,
} from 'rivulet'
import {
  type EarlierStep,
  type Tally,
  actuate,
  emptyProgress,
  emptyTally,
  normalizeObservation,
  progress,
  rescaleAction,
  reward,
  sampleAction,
  sliding,
  takeSteps,
  tallyEpisodes,
  timeLimit,
  transitions,
  update,
} from 'rivulet/operators'
import { virtualClock } from 'rivulet/testing'

/** Actions of a run, and the most actions of an episode. */
export const [STEPS, LIMIT] = [150, 17]

type StepOf<S> = S extends Observable<infer T> ? T : never

/** An agent before its first step; `hidden` are its widths, `begun` is the start of its clock. */
export const agent = async ({ hidden = [12, 12], begun = 0 } = {}) => {
  const clock = virtualClock()
  clock.block(begun)
  const random = seeded(3)
  const schedule = lockstep({ scheduler: clock, pace: 10 })
  const world = await simulate('Pendulum-v1', { random: random('environment'), schedule })
  const learner = avg(world.spec, {
    ...hyperparametersFor('Pendulum-v1'),
    hidden,
    actorStepSize: 1e-3,
    random: random('policy'),
    initialization: random('initialization'),
  })
  const moments = runningMoments(world.spec.observation)
  const cells = {
    limit: cell(0),
    before: cell<SimulatedStep | null>(null),
    earlier: cell<EarlierStep | null>(null),
    tally: cell<Tally>(emptyTally),
    steps: cell(0),
    progress: cell(emptyProgress),
    slow: cell<OverflowState<number>>(emptyOverflow),
  }
  const state = restorables({
    learner: restorable(learner, learnerFormat),
    moments: restorable(moments, momentsFormat),
    world: restorable(world, driverFormat),
    limit: restorable(cells.limit, countFormat),
    before: restorable(cells.before, stepFormat),
    earlier: restorable(cells.earlier, earlierStepFormat),
    tally: restorable(cells.tally, tallyFormat),
    steps: restorable(cells.steps, countFormat),
    progress: restorable(cells.progress, progressFormat),
    slow: restorable(cells.slow, overflowFormat(finiteNumber)),
  })

  /** Runs until it is over, or until `cut` records came, and then calls `save` and unsubscribes; returns all records. */
  const run = (cut = Infinity, save = (): void => {}): readonly string[] => {
    const said: string[] = []
    const say = <V>(what: string) => tap<V>((value) => said.push(`${what}: ${JSON.stringify(value)}`))
    const gate = new Subject<void>()
    const slow = (index: number) => map(() => index)(take<void>(1)(gate))
    let records = 0
    let subscription: Subscription | null = null
    const leave = (): void => {
      if (++records !== cut) return
      save()
      subscription?.unsubscribe()
    }
    subscription = pipe(
      world.timeSteps,
      timeLimit(LIMIT, { cell: cells.limit }),
      reward<SimulatedStep>((step, { observation }) => step.reward + observation[0], { cell: cells.before }),
      normalizeObservation(moments),
      transitions({ cell: cells.earlier }),
      update(learner),
      sampleAction(learner),
      rescaleAction(world.spec.action),
      actuate(world),
      tallyEpisodes({ cell: cells.tally }),
      takeSteps(STEPS, { cell: cells.steps }),
      connect((steps) => {
        const learnt = map(({ index, report, episode }: StepOf<typeof steps>) => ({ index, report, episode }))(steps)
        const indexes = tap((index: number) => index % 3 === 0 && gate.next())(
          map(({ index }: TimeStep) => index)(steps),
        )
        return merge(
          say('step')(learnt),
          say('progress')(progress({ total: STEPS, every: 70, clock, cell: cells.progress })(steps)),
          say('slow')(sliding(2, { work: slow, cell: cells.slow })(indexes)),
          tap(leave)(steps),
        )
      }),
    ).subscribe()
    clock.advance(100_000)
    return said
  }
  return { clock, world, learner, moments, cells, state, run }
}
