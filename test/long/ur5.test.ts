/** The UR5 over a long time: every sample arrives, and a process that is killed at any instant leaves the arm at rest. */
import { spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { seeded } from '../../src/random.js'
import { program } from '../cli/program.js'
import { pause, until } from '../links/running.js'
import { restOf, turnedArm } from '../robots/turningProgram.js'
import { drivenArm, driverOf, simulatedArm } from '../robots/urRig.js'

test('SIGKILL at 20 instants: at rest within half a second', async () => {
  const random = seeded(20)('instants')
  const taken: number[] = []
  for (let instant = 0; instant < 20; instant++) {
    const run = await turnedArm('none', instant % 2 === 0 ? 'rtde' : 'realtime')
    await pause(Math.floor(400 * random.uniform()))
    run.child.kill('SIGKILL')
    taken.push(Math.round(await restOf(run)))
    await run.simulator.close()
  }
  console.log(`milliseconds to rest: ${taken.join(', ')}`)
  expect(Math.max(...taken)).toBeLessThan(500)
})

test.each(['rtde', 'realtime'] as const)(
  'ten minutes at 125 Hz without a sample that is missed, by %s',
  async (transport) => {
    const minutes = Number(process.env['UR5_MINUTES'] ?? 10)
    // A process of its own, as a controller is: what this one does delays none of its samples.
    const child = spawn(process.execPath, [program, 'simulate', 'ur5', '--ports', '0,0,0'], { stdio: 'pipe' })
    onTestFinished(() => void child.kill('SIGINT'))
    let output = ''
    child.stdout.on('data', (text: Buffer) => (output += String(text)))
    await until('the ports', () => output.includes('Ctrl-C'), 20_000)
    const [rtde, realtime, dashboard] = /ports (\d+),(\d+),(\d+);/.exec(output)!.slice(1).map(Number)
    const { robot, faults } = driverOf({ host: '127.0.0.1', ports: { rtde, realtime, dashboard } }, { transport })
    await until('the first sample', () => robot.status().sample !== null && robot.status().connected)
    const beat = setInterval(() => void robot.speed([0, 0, 0, 0, 0, 0.05 * Math.sin(performance.now() / 1000)]), 40)
    onTestFinished(() => clearInterval(beat))
    const [first, before] = [robot.status().sample!.timestamp, robot.status().samples]
    await pause(minutes * 60_000)
    const { samples, skipped, longestGap, sample } = robot.status()
    const expected = Math.round((sample!.timestamp - first) * 125)
    const count = (kind: string): number => faults.filter((each) => each === kind).length
    console.log({ expected, samples: samples - before, skipped, longestGap, late: count('late') })
    expect({ samples: samples - before, skipped, lost: count('lost') }).toEqual({
      samples: expected,
      skipped: 0,
      lost: 0,
    })
    expect(expected).toBeGreaterThan(minutes * 60 * 124)
  },
)

test('a second client holds the inputs: an error in one line, after five seconds', async () => {
  const simulator = await simulatedArm()
  const inputs = ['input_int_register_24'] as const
  await drivenArm(simulator, { inputs })
  const { robot } = driverOf(simulator, { inputs })
  const failure: unknown = await new Promise((error) => robot.samples.subscribe({ error }))
  expect(String(failure)).toContain('the controller refuses inputs: input_int_register_24 is IN_USE; another client')
})
