/** A robot whose broker is killed under it: the run goes on, and what was missing is seen in the ages of the samples. */
import { interval, tap } from 'rxjs'
import { expect, test } from 'vitest'
import { finiteNumber } from '../../src/edge/codecs.js'
import { device, type SensedStep } from '../../src/drivers/device.js'
import { observe } from '../../src/drivers/observe.js'
import type { Beat } from '../../src/time/beats.js'
import { realtime } from '../../src/time/realtime.js'
import { fromMqtt, toMqtt } from '../../src/links/mqtt.js'
import type { TimeStep } from '../../src/types.js'
import { onEachBroker } from './brokers.js'
import { freePort, stopping, until } from './servers.js'

const { started, connected, heard } = stopping()
const outages = 10
const outage = 80

onEachBroker((start) => {
  test('a broker that is killed and started again ten times in a run', async () => {
    const port = await freePort()
    const url = `mqtt://127.0.0.1:${port}`
    const backoff = { first: 5, longest: 10 }
    const topic = 'thermometer'
    const report = (): void => {}
    let broker = await started(start(port))
    const thermometer = await connected(toMqtt<number>(url, { topic, backoff, report }))
    const motor = await connected(toMqtt<number>(url, { topic: 'motor', backoff, report }))
    let reading = 0
    heard(
      tap(() => {
        thermometer.send(reading++).catch(() => false)
      })(interval(3)),
    )

    const warmth = fromMqtt(url, { topic, codec: finiteNumber, backoff, report })
    const { link } = warmth
    const schedule = realtime({ cycle: 10 })
    const ages: number[] = []
    heard(tap(({ ages: { warmth: age } }: Beat) => ages.push(age))(schedule.beats))
    const world = device({
      spec: { name: 'Robot', action: { size: 1, low: [-1], high: [1], names: ['speed'], units: ['m/s'] } },
      observe: observe({ warmth }, { warmth: { units: '°C', maxAge: 50 } }),
      act: ([speed]) => motor.send(speed).catch(() => false),
      stop: () => {},
      schedule,
    })
    const act = ({ index }: TimeStep): void => world.act([0.5], index, { action: [0.5] })
    const { heard: steps } = heard(tap(act)(world.timeSteps))

    for (let time = 0; time < outages; time++) {
      await until('fresh samples', () => link.value.connections === time + 1 && ages.length > 3 && ages.at(-1)! < 30)
      await broker.stop()
      ages.length = 0
      await until('samples as old as the outage', () => ages.at(-1)! > outage)
      broker = await started(start(port))
    }
    await until('fresh samples', () => link.value.connections === outages + 1 && ages.at(-1)! < 30)
    await world.stop()

    expect(steps.at(-1)).toBe('complete')
    const shown = steps.slice(0, -1) as SensedStep[]
    expect(shown.map(({ index }) => index)).toEqual(shown.map((_, place) => place))
    // Each outage is one rise of the age, at whose height the samples were late, and each end of one a fall.
    const late = shown.map(({ samples: { warmth } }) => warmth.late)
    expect(late.filter((is, place) => is && !late[place - 1]).length).toBeGreaterThanOrEqual(outages)
    // The readings are counted up: none came out of order.
    const seen = shown.map(({ observation }) => observation[0])
    expect(seen.every((value, place) => place === 0 || value >= seen[place - 1])).toBe(true)
    expect(link.value).toMatchObject({ connected: false, connections: outages + 1, bad: 0 })
  })
})
