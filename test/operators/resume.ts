/** Tests of operators that take their memory as a value. */
import { type Observable, Subject, from } from 'rxjs'
import { expect } from 'vitest'
import { type Cell, cell } from '../../src/cell.js'
import { difference } from '../../src/testing/difference.js'
import type { StateFormat } from '../../src/state/format.js'
import { restorable } from '../../src/state/restorable.js'
import type { TimeStep } from '../../src/types.js'
import { bytesOf, parsed } from '../state/serialized.js'

/** What an operator emits for steps that come all at once; its error is thrown. */
export const said = <Out, In = TimeStep>(
  operator: (source: Observable<NoInfer<In>>) => Observable<Out>,
  steps: readonly In[],
): readonly Out[] => {
  const values: Out[] = []
  const errors: unknown[] = []
  operator(from(steps)).subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => errors.push(error),
  })
  if (errors.length > 0) throw errors[0]
  return values
}

/**
 * Stops a run after each of its values in turn, saves the memory, puts it back into another operator and continues: that operator must
 * emit what an operator emits that was never stopped, and so must its memory at the end be the same. The memory is saved while the run
 * is still subscribed to, and once more after the unsubscription, and goes through the bytes of its format.
 */
export const expectResumable = <State, Out, In = TimeStep>(
  initial: State,
  format: StateFormat<State>,
  make: (memory: Cell<State>) => (source: Observable<In>) => Observable<Out>,
  steps: readonly In[],
): void => {
  const never = cell(initial)
  const whole = said(make(never), steps)
  for (let cut = 0; cut <= steps.length; cut++) {
    const stopped = cell(initial)
    const source = new Subject<In>()
    const before: Out[] = []
    const subscription = make(stopped)(source).subscribe((value) => before.push(value))
    for (const step of steps.slice(0, cut)) source.next(step)
    const underway = structuredClone(stopped.snapshot())
    subscription.unsubscribe()
    const left = structuredClone(stopped.snapshot())
    for (const [when, saved] of Object.entries({ underway, left })) {
      const resumed = cell(initial)
      restorable(resumed, format).restore(parsed(bytesOf(restorable(cell(saved), format))))
      const after = said(make(resumed), steps.slice(cut))
      const name = `saved ${when} after ${cut} values:`
      expect(difference(whole, [...before, ...after], `${name} what was said`)).toBeNull()
      expect(difference(never.value, resumed.value, `${name} memory`)).toBeNull()
    }
  }
}
