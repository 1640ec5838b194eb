/** Proofs about operators that take their memory as a value. */
import { type Observable, from } from 'rxjs'
import { expect } from 'vitest'
import { type Cell, cell } from '../../src/cell.js'
import { difference } from '../../src/testing/difference.js'
import type { TimeStep } from '../../src/types.js'

/** What an operator says about steps that come all at once; what it fails with is thrown. */
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
 * Stops a run after each of its steps in turn, saves the memory, puts it back into another operator and goes on: what is
 * said must be what an operator says that was never stopped.
 */
export const expectResumable = <State, Out>(
  initial: State,
  make: (memory: Cell<State>) => (source: Observable<TimeStep>) => Observable<Out>,
  steps: readonly TimeStep[],
): void => {
  const whole = said(make(cell(initial)), steps)
  for (let cut = 0; cut <= steps.length; cut++) {
    const stopped = cell(initial)
    const before = said(make(stopped), steps.slice(0, cut))
    const resumed = cell(initial)
    resumed.restore(structuredClone(stopped.snapshot()))
    const after = said(make(resumed), steps.slice(cut))
    expect(difference(whole, [...before, ...after], `stopped after ${cut} steps: values`)).toBeNull()
  }
}
