/** What an operator's picture is made of: a scenario that is played, never drawn by hand. */
import type { SchedulerLike } from 'rxjs'
import type { Lane, Note } from '../../src/testing/diagram.js'
import { difference } from '../../src/testing/difference.js'
import { type Timed, readMarbles } from '../../src/testing/marbles.js'
import { type Playable, type PlayOptions, play } from '../../src/testing/play.js'
import type { Driver, TimeStep } from '../../src/types.js'
import { fakeDriver } from '../operators/fakeDriver.js'

/** The lanes of the picture, top to bottom, from what happened when this source was played. */
export type Scenario = (source: string) => readonly Lane[]

/** The output of an operator in a scenario. */
export interface Sketch<Out> {
  readonly lane: Lane
  /** A lane below or above it: a word about each value, none where the word is empty. */
  notes(name: string, word: (value: Out) => string): Lane
}

/**
 * Plays a scenario. A record is drawn by its source's letter, an end as what the record has become, and one whose values
 * were changed, rather than added to, by a capital.
 */
export const sketch = <Out, In extends TimeStep = TimeStep>(
  name: string,
  source: string,
  operator: Playable<NoInfer<In>, Out>,
  options: PlayOptions<In, Out> = {},
): Sketch<Out> => {
  const { timeline, notifications } = play(source, operator, { letter: changes(source), ...options })
  return {
    lane: { name, marbles: timeline },
    notes: (lane, word) => ({
      name: lane,
      notes: notifications
        .flatMap(({ frame, notification }: Timed<Out>) =>
          notification.kind === 'N' ? [{ frame, text: word(notification.value) }] : [],
        )
        .filter(({ text }) => text !== ''),
    }),
  }
}

const changes = (source: string) => {
  const { notifications, letters } = readMarbles(source)
  const steps = notifications.flatMap(({ notification }) => (notification.kind === 'N' ? [notification.value] : []))
  return (value: unknown): string => {
    const step = value as TimeStep
    const { observation, reward } = steps[step.index]
    const letter = step.kind === 'last' ? (step.terminated ? 't' : 'u') : letters[step.index]
    const same =
      difference({ observation, reward }, { observation: step.observation, reward: step.reward }, '') === null
    return same ? letter : letter.toUpperCase()
  }
}

/** A world with one motor that records its commands, and when they came, on the clock of a scenario. */
export const notingWorld = (): {
  readonly on: (clock: SchedulerLike) => Driver
  readonly lane: (name: string) => Lane
} => {
  const told: Note[] = []
  return {
    on: (clock) => {
      const note = (text: string): void => void told.push({ frame: clock.now(), text })
      return fakeDriver(['thrust'], {
        act: () => note('act'),
        begin: () => note('begin'),
        stop: async () => note('stop'),
      })
    },
    lane: (name) => ({ name, notes: told }),
  }
}
