import { concatMap, lastValueFrom, take, tap } from 'rxjs'
import { expect, test } from 'vitest'
import { drive } from '../../../src/drivers/drive.js'
import { scriptedSimulator } from '../../../src/testing/scriptedSimulator.js'
import type { TimeStep } from '../../../src/types.js'
import { answer } from '../../drivers/world.js'
import { heapGauge } from '../../heapGauge.js'

const million = 1_000_000

test('a million steps leave the heap as it was', async () => {
  const world = drive(scriptedSimulator({ episodeLength: 1000 }))
  const gauge = heapGauge(100_000)
  const last = await lastValueFrom(world.timeSteps.pipe(answer(world), tap(gauge.step), take(million)))
  expect(last.index).toBe(million - 1)
  expect(gauge.growth()).toBeLessThan(5)
})

test('a hundred thousand steps answered late leave the heap as it was', async () => {
  const world = drive(scriptedSimulator({ episodeLength: 1000 }))
  const gauge = heapGauge(10_000)
  const late = concatMap(async (step: TimeStep) => step)
  const last = await lastValueFrom(world.timeSteps.pipe(late, answer(world), tap(gauge.step), take(100_000)))
  expect(last.index).toBe(99_999)
  expect(gauge.growth()).toBeLessThan(5)
})
