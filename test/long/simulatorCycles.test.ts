/** A thousand simulators of every task, one after another: memory does not grow. */
import { describe, expect, it } from 'vitest'
import { openPhysics } from '../../src/environments/mujoco/physics.js'
import { simulator, taskIds } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'
import { bytesInUse, garbageCollector } from '../../src/runs/bench/measure.js'

const CYCLES = 1000
/** Cycles in which code is compiled and the allocator finds its sizes. */
const WARM_UP = 50
/** Bytes of the garbage-collected heap by which a thousand cycles may differ: what the runtime itself keeps, such as compiled code. */
const HEAP_NOISE = 2e6

const collect = garbageCollector()
/** A model that stays open: its arrays are in the memory of all models. */
const witness = await openPhysics({ name: 'witness', source: { xml: '<mujoco/>' }, reads: ['xpos'], moves: [] })
const physicsBytes = (): number => {
  witness.requireOpen()
  return witness.scene.data.xpos.buffer.byteLength
}

describe.each(taskIds)('%s', (id) => {
  it(`is opened, stepped and freed ${CYCLES} times`, { timeout: 1_200_000 }, async () => {
    const random = seeded(1)
    const cycle = async (): Promise<void> => {
      const world = await simulator(id, { random: random('environment') })
      world.reset()
      world.step(new Float64Array(world.spec.action.size))
      world.close()
    }
    for (let round = 0; round < WARM_UP; round++) await cycle()
    collect()
    const before = { heap: bytesInUse(), physics: physicsBytes() }
    for (let round = WARM_UP; round < CYCLES; round++) await cycle()
    collect()
    expect(physicsBytes()).toBe(before.physics)
    expect(bytesInUse() - before.heap).toBeLessThan(HEAP_NOISE)
  })
})
