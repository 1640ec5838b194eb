/** A world that only records the calls of its methods. */
import { NEVER } from 'rxjs'
import type { Driver, VectorSpec } from '../../src/types.js'

const vector = (names: readonly string[]): VectorSpec => ({
  size: names.length,
  low: names.map(() => -2),
  high: names.map(() => 2),
  names,
  units: names.map(() => '1'),
})

/** The calls of the world's methods, in order: `act 1 [0.5]`, `begin 2`, `stop`. */
export interface FakeDriver extends Driver {
  readonly told: readonly string[]
}

/** A fake world with actions of as many components as `names`; `parts` take the place of its own. */
export const fakeDriver = (names: readonly string[], parts: Partial<Driver> = {}): FakeDriver => {
  const told: string[] = []
  return {
    spec: {
      name: 'Fake-v0',
      observation: vector(['x', 'y']),
      action: vector(names),
      stepSeconds: 0.1,
      stepLimit: Infinity,
    },
    timeSteps: NEVER,
    act: (command, index) => void told.push(`act ${index} [${Array.from(command).join()}]`),
    begin: (index) => void told.push(`begin ${index}`),
    stop: async () => void told.push('stop'),
    close: () => void told.push('close'),
    ...parts,
    told,
  }
}
