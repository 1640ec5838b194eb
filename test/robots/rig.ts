/** Simulated robots on ports of their own, and drivers on them, for the tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { create2 } from '../../src/robots/create2/create2.js'
import type { Create2Options } from '../../src/robots/create2/create2Options.js'
import type { Create2FaultKind } from '../../src/robots/create2/faults.js'
import { type SimulateCreate2Options, simulateCreate2 } from '../../src/robots/create2Simulator/simulateCreate2.js'
import { needs, programOf } from '../absent.js'
import { until } from '../links/running.js'

/** Leaves out the tests of the present `describe` without the program that makes ports. */
export const needsPorts = (): void =>
  needs(
    'socat, which is not installed (apt-get install socat), on Linux',
    process.platform === 'linux' && programOf('socat') !== null,
  )

/** A path for a new port. */
export const newPort = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-create2-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'robot')
}

/** A simulated robot, until the test is over. */
export const simulated = async (options: Partial<SimulateCreate2Options> = {}) => {
  const simulator = await simulateCreate2({ port: newPort(), ...options })
  onTestFinished(() => simulator.close())
  return simulator
}

/** A driver that has connected, until the test is over. Its pieces of news are kept. */
export const driven = async (port: string, options: Partial<Create2Options> = {}) => {
  const robot = create2({ port, backoff: { first: 20, longest: 100 }, report: () => {}, ...options })
  onTestFinished(() => robot.close().then(() => undefined))
  const faults: Create2FaultKind[] = []
  const lines: string[] = []
  robot.faults.subscribe(({ kind, line }) => {
    faults.push(kind)
    lines.push(line)
  })
  await until('the first frame', () => robot.status().values !== null)
  return { robot, faults, lines }
}
