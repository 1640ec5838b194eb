/** Mistakes of JavaScript programs that a compiler would refuse: each is an error of one line that says what to write. */
import { NEVER, lastValueFrom } from 'rxjs'
import { expect, test } from 'vitest'
import { actuate } from '../operators/actuate.js'
import { clipAction } from '../operators/clipAction.js'
import { rescaleAction } from '../operators/rescaleAction.js'
import { sampleAction } from '../operators/sampleAction.js'
import { takeSteps } from '../operators/takeSteps.js'
import { transitions } from '../operators/transitions.js'
import { update } from '../operators/update.js'
import { finiteNumber } from '../src/edge/codecs.js'
import { device } from '../src/drivers/device.js'
import { drive, type SimulatedDriver } from '../src/drivers/drive.js'
import { observe } from '../src/drivers/observe.js'
import { simulate } from '../src/drivers/simulate.js'
import { avg } from '../src/learners/avg/avg.js'
import type { AvgSettings } from '../src/learners/avg/avgSettings.js'
import { hyperparametersFor } from '../src/learners/avg/publishedSettings.js'
import { fromMqtt, mqttSession } from '../src/links/mqtt.js'
import { parseNumber } from '../src/links/numbers.js'
import { fromRosbridge, rosbridgeSession } from '../src/links/rosbridge.js'
import { fromSerial } from '../src/links/serial.js'
import { pipe } from '../src/streams/pipe.js'
import { seeded } from '../src/random.js'
import { realtime } from '../src/time/realtime.js'
import { lockstep } from '../src/time/schedule.js'
import { scriptedLearner } from '../src/testing/scriptedLearner.js'
import { scriptedSimulator } from '../src/testing/scriptedSimulator.js'

const random = seeded(1)
const task = 'Pendulum-v1'
const sources = { random: random('policy'), initialization: random('initialization') }
const settings = { ...hyperparametersFor(task), hidden: [4], ...sources }
const unawaited = () => simulate(task, { random: random('environment') }) as unknown as SimulatedDriver
const spec = { observation: { size: 3 }, action: { size: 1 } }
const learner = () => scriptedLearner({ actions: [[0]] })
const world = () => drive(scriptedSimulator())

const robot = {
  spec: { name: 'Robot', action: { size: 1, low: [-1], high: [1], names: ['speed'], units: ['m/s'] } },
  observe: observe({ warmth: NEVER }, { warmth: {} }),
  act: () => {},
  stop: () => {},
  schedule: realtime({ cycle: 40 }),
}

const mistakes: readonly (readonly [string, string, () => unknown])[] = [
  [
    'the stream of a world that was not awaited',
    'const world = await simulate(...)',
    () => pipe(unawaited().timeSteps, transitions()),
  ],
  [
    'the spec of a world that was not awaited',
    'const world = await simulate(...)',
    () => avg(unawaited().spec, settings),
  ],
  ['a world in the place of its spec', 'such as world.spec', () => avg(world() as never, settings)],
  [
    'settings without chance',
    "random must be a stream of random numbers, such as seeded(1)('policy'), got undefined",
    () => avg(spec, hyperparametersFor(task) as AvgSettings),
  ],
  [
    'settings with a source in the place of a stream',
    'initialization must be a stream of random numbers',
    () => avg(spec, { ...settings, initialization: random as never }),
  ],
  [
    'chance without settings',
    'hidden must be one or more positive integers, got undefined',
    () => avg(spec, sources as unknown as AvgSettings),
  ],
  [
    'a world without options',
    "random must be a stream of random numbers, such as seeded(1)('environment'), got undefined",
    () => simulate(task, undefined as never),
  ],
  [
    'a world with a source in the place of a stream',
    'got a function',
    () => simulate('Hopper-v4', { random: random as never }),
  ],
  [
    'update without transitions',
    'put transitions() above update',
    () => lastValueFrom(world().timeSteps.pipe(update(learner()) as never)),
  ],
  [
    'actuate without sampleAction',
    'put sampleAction(learner) above actuate',
    () => {
      const present = world()
      return lastValueFrom(present.timeSteps.pipe(actuate(present) as never))
    },
  ],
  [
    'an action that never comes to actuate',
    'there is no actuate below',
    () => {
      const present = drive(scriptedSimulator(), { patience: 20 })
      return lastValueFrom(pipe(present.timeSteps, sampleAction(learner()), takeSteps(1)))
    },
  ],
  ['a source without a codec', 'codec: expected a codec', () => fromMqtt('mqtt://localhost', { topic: 'a' } as never)],
  [
    'a serial source without a codec',
    'codec: expected a codec',
    () => fromSerial('/dev/none', { baudRate: 9600, parse: parseNumber } as never),
  ],
  [
    'a source without a topic',
    'topic: expected a string, got undefined',
    () => fromMqtt('mqtt://localhost', { codec: finiteNumber } as never),
  ],
  [
    'a sink without a topic',
    'topic: expected a string, got undefined',
    () => mqttSession('mqtt://localhost').sink({} as never),
  ],
  [
    'a ROS source without a type',
    'type: expected a string, got undefined',
    () => fromRosbridge('ws://localhost:9090', { topic: '/a', codec: finiteNumber } as never),
  ],
  [
    'a ROS sink without a type',
    'type: expected a string, got undefined',
    () => rosbridgeSession('ws://localhost:9090').sink({ topic: '/a' } as never),
  ],
  [
    'a sensor without a stream',
    'observe: warmth: expected a stream, got undefined',
    () => observe({ warmth: undefined as never }, { warmth: {} }),
  ],
  [
    'a device without stop',
    'device: stop: expected a function, got undefined',
    () => device({ ...robot, stop: undefined as never }),
  ],
  [
    'a device without act',
    'device: act: expected a function, got undefined',
    () => device({ ...robot, act: undefined as never }),
  ],
  ['a device in lockstep', 'realtime({ cycle: 40 })', () => device({ ...robot, schedule: lockstep() as never })],
  ['clipAction by the spec of a world', 'such as world.spec.action', () => clipAction(world().spec as never)],
  ['rescaleAction by the spec of a world', 'such as world.spec.action', () => rescaleAction(world().spec as never)],
  ['rescaleAction by nothing', 'such as world.spec.action, got undefined', () => rescaleAction(undefined as never)],
]

test.each(mistakes)('%s', async (_, said, make) => {
  const error = await Promise.resolve()
    .then(make)
    .catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(Error)
  expect((error as Error).message).toContain(said)
  expect((error as Error).message).not.toContain('\n')
})
