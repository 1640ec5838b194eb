import { lastValueFrom, take, toArray, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { simulate } from '../../src/drivers/simulate.js'
import { simulator } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'
import { lockstep } from '../../src/time/schedule.js'
import { driverSuite } from '../../src/testing/driverSuite.js'
import { answer, decide, kinds, listen } from './world.js'

describe('simulate', () => {
  it('is the driver of the simulator of this id', async () => {
    const world = await simulate('Pendulum-v1', { random: seeded(3)('environment') })
    const steps = await lastValueFrom(world.timeSteps.pipe(answer(world), take(4), toArray()))
    const plain = await simulator('Pendulum-v1', { random: seeded(3)('environment') })
    expect(world.spec).toEqual(plain.spec)
    const expected = [plain.reset().observation]
    for (const step of steps.slice(0, 3)) expected.push(plain.step(decide(step).action).observation)
    expect(steps.map(({ observation }) => observation)).toEqual(expected)
  })

  it('runs on the schedule and with the patience that it is handed', async () => {
    const clock = new VirtualTimeScheduler()
    const schedule = lockstep({ scheduler: clock, pace: 5 })
    const world = await simulate('Pendulum-v1', { random: seeded(1)('environment'), schedule, patience: 30 })
    const log = listen(world.timeSteps)
    clock.flush()
    expect(kinds(log.values)).toBe('f')
    expect(String(log.error)).toContain('step 0 got no action within 30 ms')
    expect(clock.frame).toBe(35)
  })

  it('rejects an unknown task, naming the nearest', async () => {
    await expect(simulate('Pendulum-v2', { random: seeded(1)('environment') })).rejects.toThrow(
      /'Pendulum-v2'.*Pendulum-v1/,
    )
  })
})

describe('Pendulum-v1 keeps the rules of drivers', () => {
  const rules = driverSuite((scheduler) =>
    simulate('Pendulum-v1', { random: seeded(1)('environment'), schedule: lockstep({ scheduler }) }),
  )
  for (const rule of rules) it(rule.name, rule.run)
})
