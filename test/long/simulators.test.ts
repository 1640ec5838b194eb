/** The rules of simulators on every task. */
import { describe, it } from 'vitest'
import { simulator, taskIds } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'
import { simulatorSuite } from '../../src/testing/simulatorSuite.js'

for (const id of taskIds) {
  describe(`${id} keeps the rules`, () => {
    const open = () => simulator(id, { random: seeded(1)('environment') })
    for (const rule of simulatorSuite(open)) it(rule.name, rule.run)
  })
}
