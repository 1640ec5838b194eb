/** A simulated arm that a program of its own drives, for the tests. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'
import { pause, until } from '../links/running.js'
import { rests, simulatedArm } from './urRig.js'

const program = fileURLToPath(new URL('turning.mjs', import.meta.url))

/** Starts the program, and waits until the arm moves. */
export const turnedArm = async (ending: string, transport = 'rtde') => {
  const simulator = await simulatedArm()
  const { rtde, realtime, dashboard } = simulator.ports
  const words = [program, ...[rtde, realtime, dashboard].map(String), transport, ending]
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', (text: Buffer) => (output += String(text)))
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  await until('the motion', () => output.includes('moving') && simulator.state().qd[1] > 0.29, 20_000)
  return { simulator, child, ended, output: () => output }
}

/** Waits until the arm rests, and returns how many milliseconds that took. */
export const restOf = async ({ simulator }: Awaited<ReturnType<typeof turnedArm>>): Promise<number> => {
  const begun = performance.now()
  await until('the rest', () => rests(simulator), 3000)
  const taken = performance.now() - begun
  const { q } = simulator.state()
  await pause(100)
  expect(rests(simulator)).toBe(true)
  for (const [joint, angle] of simulator.state().q.entries()) expect(Math.abs(angle - q[joint])).toBeLessThan(1e-4)
  return taken
}
