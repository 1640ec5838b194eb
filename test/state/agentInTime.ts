/** An agent in real time on a virtual clock, whose updates take a part of each gap, and some of them more than a gap. */
import { type Subscription, take, tap } from 'rxjs'
import {
  type GapState,
  type Restorable,
  type TimeStep,
  avg,
  learnerFormat,
  cell,
  countFormat,
  drive,
  driverFormat,
  earlierStepFormat,
  emptyGap,
  gapFormat,
  hyperparametersFor,
  learningCountsFormat,
  momentsFormat,
  pipe,
  realtime,
  restorable,
  restorables,
  runningMoments,
  seeded,
  simulator,
} from 'rivulet'
import {
  type EarlierStep,
  actuate,
  normalizeObservation,
  rescaleAction,
  sampleAction,
  takeSteps,
  timeLimit,
  transitions,
  updateInGap,
} from 'rivulet/operators'
import { virtualClock } from 'rivulet/testing'

/** An agent before its first step; `begun` is when its clock begins, in ms. */
export const agentInTime = async (begun = 0) => {
  const clock = virtualClock()
  clock.block(begun)
  const random = seeded(4)
  const schedule = realtime({ cycle: 40, scheduler: clock })
  const world = drive(await simulator('Pendulum-v1', { random: random('environment') }), { schedule })
  const learner = avg(world.spec, {
    ...hyperparametersFor('Pendulum-v1'),
    hidden: [8, 8],
    random: random('policy'),
    initialization: random('initialization'),
  })
  const moments = runningMoments(world.spec.observation)
  const gap = cell<GapState>(emptyGap)
  const [limit, steps, earlier] = [cell(0), cell(0), cell<EarlierStep | null>(null)]
  const states: Readonly<Record<string, Restorable>> = {
    learner: restorable(learner, learnerFormat),
    moments: restorable(moments, momentsFormat),
    world: restorable(world, driverFormat),
    limit: restorable(limit, countFormat),
    earlier: restorable(earlier, earlierStepFormat),
    gap: restorable(gap, gapFormat),
    learning: restorable(schedule.learning, learningCountsFormat),
    steps: restorable(steps, countFormat),
  }

  /** An update whose duration is that of its transition: 9 ms, and for one in four 35, which is more than a gap has. */
  const update: typeof learner.update = (transition) => {
    clock.block(Math.abs(transition.reward * 1000) % 4 < 1 ? 35 : 9)
    return learner.update(transition)
  }
  const slowly: typeof learner.sample = (observation) => {
    clock.block(10)
    return learner.sample(observation)
  }
  /** Runs until it is over, or for `cut` records. */
  const run = (cut = Infinity): readonly (TimeStep & { readonly report: unknown })[] => {
    const seen: (TimeStep & { readonly report: unknown })[] = []
    const subscription: Subscription = pipe(
      world.timeSteps,
      timeLimit(19, { cell: limit }),
      normalizeObservation(moments),
      transitions({ cell: earlier }),
      sampleAction({ sample: slowly }),
      rescaleAction(world.spec.action),
      actuate(world),
      updateInGap({ update }, { gap: schedule, overflow: { kind: 'sliding', size: 3 }, patience: 6, cell: gap }),
      takeSteps(150, { cell: steps }),
      tap((record) => seen.push(record)),
      take(cut),
    ).subscribe()
    clock.advance(100_000)
    subscription.unsubscribe()
    return seen
  }
  return { schedule, gap, states, state: restorables(states), run }
}
