import type { SchedulerLike } from 'rxjs'
import { transitions } from '../../operators/transitions.js'
import { updateInGap } from '../../operators/updateInGap.js'
import { type LearningGap, emptyLearningCounts } from '../../src/time/learningGap.js'
import { cell } from '../../src/cell.js'
import type { Note } from '../../src/testing/diagram.js'
import { readMarbles } from '../../src/testing/marbles.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Deadlines every twelve columns, and updates that take three; the answer to the third step is late. */
export const scenario: Scenario = (source) => {
  const [cycle, duration] = [12, 3]
  const { notifications, letters, length } = readMarbles(source)
  const learnt: Note[] = []

  const operator = (clock: SchedulerLike) => {
    // The marbles' clock stands still while a learner computes: what that takes is added to the moment of the step.
    let busy = { since: 0, for: 0 }
    const now = (): number => clock.now() + (busy.since === clock.now() ? busy.for : 0)
    const scheduler: SchedulerLike = { now, schedule: clock.schedule.bind(clock) }
    const gap: LearningGap = { scheduler, left: () => cycle - (now() % cycle), learning: cell(emptyLearningCounts) }
    const update = ({ reward }: { readonly reward: number }): string => {
      const place = notifications.findIndex(
        ({ notification: emitted }) => emitted.kind === 'N' && emitted.value.reward === reward,
      )
      learnt.push({ frame: clock.now(), text: letters[place] })
      busy = { since: clock.now(), for: now() - clock.now() + duration }
      return letters[place]
    }
    return updateInGap({ update }, { gap, overflow: { kind: 'sliding', size: 8 } })
  }
  const { lane, notes } = sketch('updateInGap', source, (steps, clock) => operator(clock)(transitions()(steps)))
  const frames = [...new Set(learnt.map(({ frame }) => frame))]
  const together = frames.map((frame) => ({
    frame,
    text: learnt.flatMap((note) => (note.frame === frame ? [note.text] : [])).join(),
  }))
  return [
    { name: 'due', marbles: Array.from({ length }, (_, column) => (column % cycle === 0 ? '|' : '-')).join('') },
    { name: 'source', marbles: source },
    lane,
    { name: 'learns from', notes: together },
    notes('report', ({ report }) => report ?? 'no'),
  ]
}
