/**
 * An agent learns to keep a room at 21 degrees, live over MQTT: the thermometer publishes, the heater subscribes.
 *
 * The room is simulated here, and could be another program: it shares only the broker with the agent, which may be killed and started again
 * while they run.
 *
 *     npm install mqtt io-ts fp-ts
 *     mosquitto -p 1883 &     # a broker: apt-get install mosquitto
 *     npm run build && node dist/examples/07-temperature.js mqtt://localhost:1883 [steps]
 */
import * as t from 'io-ts'
import {
  avg,
  device,
  fromMqtt,
  observe,
  pipe,
  realtime,
  runningMoments,
  seeded,
  stopOnExit,
  toMqtt,
  type VectorSpec,
} from 'rivulet'
import {
  actuate,
  type Episode,
  episodes,
  halt,
  normalizeObservation,
  reward,
  sampleAction,
  takeSteps,
  timeLimit,
  transitions,
  updateInGap,
} from 'rivulet/operators'
import { finalize, interval, map, type Observable } from 'rxjs'

const thermometer = 'plant/temperature'
const heater = 'plant/heater'
const setting: VectorSpec = { size: 1, low: [-1], high: [1], names: ['setting'], units: ['1'] }

/** Simulates the room, warmed by its heater and cooled by a winter of 5 degrees. Returns a function that ends it. */
const plant = (url: string): (() => Promise<void>) => {
  const { send, close } = toMqtt<{ temperature: number; power: number }>(url, { topic: thermometer })
  let [temperature, power] = [15, 0]
  const life = fromMqtt(url, { topic: heater, codec: t.number }).subscribe((wanted) => (power = wanted))
  life.add(
    interval(10).subscribe(() => {
      temperature += 0.05 * (5 + 30 * power - temperature)
      // A message without a connection is lost; the next one is due in 10 ms.
      send({ temperature, power }).catch(() => false)
    }),
  )
  return () => {
    life.unsubscribe()
    return close()
  }
}

/** The agent, which receives only the messages of the room. */
const agent = (url: string, steps: number): Observable<Episode> => {
  const random = seeded(1)
  const codec = t.type({ temperature: t.number, power: t.number })
  const room = fromMqtt(url, { topic: thermometer, codec }).pipe(map((now) => [now.temperature, now.power]))
  const { send, close } = toMqtt<number>(url, { topic: heater })
  const schedule = realtime({ cycle: 20 })
  const world = device({
    spec: { name: 'Room', action: setting },
    observe: observe({ room }, { room: { names: ['temperature', 'power'], units: ['°C', '1'], maxAge: 200 } }),
    act: ([share]) => send((1 + share) / 2).catch(() => false),
    stop: () => send(0).catch(() => false),
    schedule,
  })
  const learner = avg(world.spec, {
    hidden: [32, 32],
    actorStepSize: 1e-3,
    criticStepSize: 1e-2,
    entropyCoefficient: 0.1,
    discount: 0.8,
    adamBeta1: 0,
    random: random('policy'),
    initialization: random('initialization'),
  })
  const release = stopOnExit(world)

  return pipe(
    world.timeSteps,
    reward(({ observation }) => -Math.abs(observation[0] - 21)),
    timeLimit(50),
    normalizeObservation(runningMoments(world.spec.observation)),
    transitions(),
    sampleAction(learner),
    actuate(world),
    updateInGap(learner, { gap: schedule, overflow: { kind: 'sliding', size: 8 } }),
    takeSteps(steps),
    episodes(),
    halt(world),
    finalize(() => {
      release()
      // The heater is switched off before the connection is closed.
      void world.stop().then(close)
    }),
  )
}

const [url = 'mqtt://localhost:1883', steps = '2000'] = process.argv.slice(2)
console.error(`looking for a broker at ${url}`)
const end = plant(url)
agent(url, Number(steps)).pipe(finalize(end)).subscribe(console.log)
