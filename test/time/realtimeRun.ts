/** A counting world in real time on a virtual clock, and an agent that is late at chosen steps. */
import { tap } from 'rxjs'
import { drive } from '../../src/drivers/drive.js'
import type { Beat } from '../../src/time/beats.js'
import { type Realtime, realtime, type RealtimeOptions } from '../../src/time/realtime.js'
import { scriptedSimulator, type ScriptOptions } from '../../src/testing/scriptedSimulator.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import type { TimeStep } from '../../src/types.js'
import { type Log, listen } from '../drivers/world.js'

/** How an agent takes its time: it answers from elsewhere, blocks the event loop first, or answers and then blocks it. */
export type Manner = 'answers late' | 'blocks' | 'learns long'

export interface Lateness {
  readonly manner: Manner
  /** Milliseconds that it takes at a step. */
  readonly takes: (index: number) => number
}

export interface Played {
  readonly schedule: Realtime
  readonly log: Log<TimeStep>
  /** The moment at which each step came. */
  readonly moments: number[]
  readonly beats: readonly Beat[]
  /** What the world executed, and at which beat it was due. */
  readonly commands: readonly (readonly [frame: number, command: number])[]
  /** When the error came, or null. */
  readonly failed: number | null
}

/** Plays so many ms. The command that answers step k is k + 1. */
export const playRealtime = (
  options: Omit<RealtimeOptions, 'scheduler'>,
  { manner, takes }: Lateness,
  span: number,
  script: ScriptOptions = { episodeLength: Infinity },
): Played => {
  const clock = virtualClock()
  const schedule = realtime({ ...options, scheduler: clock })
  const simulator = scriptedSimulator(script)
  const commands: [number, number][] = []
  const moments: number[] = []
  const beats: Beat[] = []
  schedule.beats.subscribe((beat) => beats.push(beat))
  let failed: number | null = null
  const world = drive(
    {
      ...simulator,
      step: (action) => {
        commands.push([clock.now(), action[0]])
        return simulator.step(action)
      },
    },
    { schedule },
  )
  const reply = ({ kind, index }: TimeStep): void => {
    if (kind === 'last') world.begin(index)
    else world.act([index + 1], index, { action: [index + 1] })
  }
  const answer = (step: TimeStep): void => {
    moments.push(clock.now())
    const time = takes(step.index)
    if (time === 0) return reply(step)
    if (manner === 'answers late') return void clock.schedule(() => failed === null && reply(step), time)
    if (manner === 'blocks') clock.block(time)
    reply(step)
    if (manner === 'learns long') clock.block(time)
  }
  const log = listen(world.timeSteps.pipe(tap(answer), tap({ error: () => (failed = clock.now()) })))
  clock.advance(span)
  log.leave()
  return { schedule, log, moments, beats, commands, failed }
}

/** Symbols by the column that each is in. */
export const columns = (marks: readonly (readonly [column: number, mark: string])[], blank: string): string => {
  const row: string[] = []
  for (const [column, mark] of marks) row[column] = mark
  return Array.from(row, (mark) => mark ?? blank).join('')
}

/** Steps by letters in the order of their indexes, `x` where a beat had no step, `#` for an error. */
export const drawSteps = ({ moments, beats, failed }: Played): string =>
  columns(
    [
      ...beats.filter(({ lateness }) => lateness === null).map(({ due }) => [due, 'x'] as const),
      ...moments.map((frame, index) => [frame, String.fromCharCode(97 + index)] as const),
      ...(failed === null ? [] : [[failed, '#'] as const]),
    ],
    '-',
  )
