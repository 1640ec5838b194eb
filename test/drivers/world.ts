/** Worlds and the simplest of agents, for the tests of `drive`. */
import { type MonoTypeOperatorFunction, type Observable, type SchedulerLike, tap, VirtualTimeScheduler } from 'rxjs'
import { drive, type DriveOptions, type SimulatedDriver } from '../../src/drivers/drive.js'
import { lockstep } from '../../src/time/schedule.js'
import { type ScriptOptions, scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import type { Driver, SampledAction, SavableSimulator, TimeStep } from '../../src/types.js'

/** Decides by the step's index alone, so that every agent decides the same. */
export const decide = ({ index }: TimeStep): SampledAction => ({ action: [((index * 7) % 5) / 4 - 0.5] })

/** Answers one step. */
export const reply = (world: Driver, step: TimeStep): void => {
  if (step.kind === 'last') return world.begin(step.index)
  const sampled = decide(step)
  world.act(sampled.action, step.index, sampled)
}

/** The agent as an operator. */
export const answer = <T extends TimeStep>(world: Driver): MonoTypeOperatorFunction<T> =>
  tap((step) => reply(world, step))

/** A scripted world on a clock of its own. */
export interface VirtualWorld {
  readonly clock: VirtualTimeScheduler
  readonly world: SimulatedDriver
}

export interface VirtualOptions extends Omit<DriveOptions, 'schedule'> {
  readonly script?: ScriptOptions
  readonly pace?: number
  /** Spoils the simulator. */
  readonly spoil?: (simulator: SavableSimulator) => Partial<SavableSimulator>
  readonly clock?: VirtualTimeScheduler
}

export const virtualWorld = ({
  script,
  pace = 0,
  spoil = () => ({}),
  clock = new VirtualTimeScheduler(),
  ...options
}: VirtualOptions = {}): VirtualWorld => {
  const simulator = scriptedSimulator(script)
  const schedule = lockstep({ scheduler: clock, pace })
  return { clock, world: drive({ ...simulator, ...spoil(simulator) }, { schedule, ...options }) }
}

/** What a subscriber saw. */
export interface Log<T> {
  readonly values: T[]
  error: unknown
  completed: boolean
  leave(): void
}

export const listen = <T>(source: Observable<T>): Log<T> => {
  const log: Log<T> = { values: [], error: null, completed: false, leave: () => subscription.unsubscribe() }
  const subscription = source.subscribe({
    next: (value) => log.values.push(value),
    error: (error: unknown) => (log.error = error),
    complete: () => (log.completed = true),
  })
  return log
}

/** One letter a step: `f`, `m` or `l`. */
export const kinds = (steps: readonly TimeStep[]): string => steps.map(({ kind }) => kind[0]).join('')

/** Lets virtual time pass until this frame. */
export const passUntil = (clock: VirtualTimeScheduler, frame: number): void => {
  clock.maxFrames = frame
  clock.flush()
  clock.frame = frame
}

/** A promise for one turn of this scheduler. */
export const turnOf = (scheduler: SchedulerLike): Promise<void> =>
  new Promise((resolve) => {
    scheduler.schedule(() => resolve())
  })
