/**
 * Real time on this machine's own clock, which has to be idle for the figures to mean anything.
 *
 * The length of each run in seconds is `RIVULET_SECONDS_AT_40` (600) and `RIVULET_SECONDS_AT_8` (120).
 */
import { availableParallelism, cpus } from 'node:os'
import { interval, lastValueFrom, map, Subject, take, tap, timer } from 'rxjs'
import { expect, test } from 'vitest'
import { actuate } from '../../operators/actuate.js'
import { normalizeObservation } from '../../operators/normalizeObservation.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { takeSteps } from '../../operators/takeSteps.js'
import { transitions } from '../../operators/transitions.js'
import { updateInGap } from '../../operators/updateInGap.js'
import { device } from '../../src/drivers/device.js'
import { observe } from '../../src/drivers/observe.js'
import type { Reading } from '../../src/drivers/sensor.js'
import { simulate } from '../../src/drivers/simulate.js'
import { avg } from '../../src/learners/avg/avg.js'
import { publishedSettings } from '../../src/learners/avg/publishedSettings.js'
import { runningMoments } from '../../src/moments.js'
import { seeded } from '../../src/random.js'
import { type Realtime, realtime } from '../../src/time/realtime.js'
import { eventLoop } from '../../src/time/schedule.js'
import { heapGauge } from '../heapGauge.js'

const seconds = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)

const machine = `Node ${process.version}, ${cpus()[0].model}, ${availableParallelism()} cores`

/** AVG with the paper's settings on Hopper-v4, which it steps and learns on in the same thread. */
const hop = async (schedule: Realtime, steps: number): Promise<void> => {
  const random = seeded(1)
  const task = 'Hopper-v4'
  const world = await simulate(task, { random: random('environment'), schedule })
  const learner = avg(world.spec, {
    ...publishedSettings(task),
    random: random('policy'),
    initialization: random('initialization'),
  })
  await lastValueFrom(
    world.timeSteps.pipe(
      normalizeObservation(runningMoments(world.spec.observation)),
      transitions(),
      sampleAction(learner),
      actuate(world),
      updateInGap(learner, { gap: schedule, overflow: { kind: 'sliding', size: 8 } }),
      takeSteps(steps),
    ),
  )
  world.close()
}

const told = (name: string, schedule: Realtime): ReturnType<Realtime['report']> => {
  const report = schedule.report()
  console.log(`${name}, ${machine}: ${JSON.stringify(report)}`)
  return report
}

test('a beat each 40 ms with AVG learning in the gap', async () => {
  const length = seconds('RIVULET_SECONDS_AT_40', 600)
  const schedule = realtime({ cycle: 40 })
  await hop(schedule, (1000 * length) / 40)
  const { misses, lateness, learning, beats } = told(`40 ms for ${length} s`, schedule)
  expect(misses).toBe(0)
  expect(lateness.p99).toBeLessThan(2)
  expect(learning.dropped).toBe(0)
  expect(learning.learnt + learning.waiting).toBeGreaterThan(0.9 * beats)
})

test('a beat each 8 ms with AVG learning in the gap', async () => {
  const length = seconds('RIVULET_SECONDS_AT_8', 120)
  const schedule = realtime({ cycle: 8 })
  await hop(schedule, (1000 * length) / 8)
  const { misses, lateness, beats } = told(`8 ms for ${length} s`, schedule)
  expect(misses / beats).toBeLessThan(0.001)
  expect(lateness.p99).toBeLessThan(2)
})

test('a flood of 50,000 readings a second leaves beats kept and the heap as it was', async () => {
  const length = seconds('RIVULET_SECONDS_OF_FLOOD', 60)
  const schedule = realtime({ cycle: 40 })
  const flood = new Subject<Reading>()
  let sent = 0
  // Each millisecond what is due by then, so that a late timer makes up for it.
  const start = eventLoop.now()
  const pour = interval(1).subscribe(() => {
    for (const due = 50 * (eventLoop.now() - start); sent < due; sent++) flood.next(sent)
  })
  const rig = device({
    spec: { name: 'Flooded', action: { size: 1, low: [-1], high: [1], names: ['motor'], units: ['1'] } },
    observe: observe({ flood, count: flood.pipe(map(() => 1)) }, { flood: {}, count: { each: 'sum' } }),
    act: () => {},
    stop: () => {},
    schedule,
  })
  const steps = (1000 * length) / 40
  const gauge = heapGauge(Math.max(1, Math.floor(steps / 10)))
  let seen = 0
  const last = await lastValueFrom(
    rig.timeSteps.pipe(
      tap((step) => {
        seen += step.observation[1]
        rig.act([0], step.index, { action: [0] })
      }),
      tap((step) => gauge.step(step)),
      take(steps),
    ),
  )
  pour.unsubscribe()
  const { beats } = told(`a flood for ${length} s`, schedule)
  expect(beats).toBeGreaterThanOrEqual(steps)
  expect(seen).toBe(sent)
  // Each step shows one reading of those that came, and every other one is counted as dropped.
  expect(last.samples['flood'].dropped + steps).toBe(sent)
  expect(gauge.growth()).toBeLessThan(5)
  await lastValueFrom(timer(0))
})
