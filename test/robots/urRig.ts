/** Simulated arms on free ports, and drivers on them, for the tests. */
import { onTestFinished } from 'vitest'
import { ur5 } from '../../src/robots/ur/ur5.js'
import type { Ur5Options } from '../../src/robots/ur/ur5Options.js'
import type { Ur5FaultKind } from '../../src/robots/ur/faults.js'
import { type SimulatedUr5, type SimulateUr5Options, simulateUr5 } from '../../src/robots/urSimulator/simulateUr5.js'
import { until } from '../links/running.js'

/** A simulated arm, until the test is over. */
export const simulatedArm = async (options: SimulateUr5Options = {}): Promise<SimulatedUr5> => {
  const simulator = await simulateUr5(options)
  onTestFinished(() => simulator.close())
  return simulator
}

/** A driver, until the test is over. Its pieces of news are kept. */
export const driverOf = ({ host, ports }: Pick<SimulatedUr5, 'host' | 'ports'>, options: Partial<Ur5Options> = {}) => {
  const robot = ur5({
    host,
    ports,
    backoff: { first: 20, longest: 100 },
    report: () => {},
    acceleration: 5,
    ...options,
  })
  onTestFinished(() => robot.close().then(() => undefined))
  const faults: Ur5FaultKind[] = []
  const lines: string[] = []
  robot.faults.subscribe(({ kind, line }) => {
    faults.push(kind)
    lines.push(line)
  })
  return { robot, faults, lines }
}

/** Whether the joints of a simulated arm rest: the bodies of joints come to rest as springs do, and are never at 0. */
export const rests = (simulator: SimulatedUr5): boolean =>
  simulator.state().qd.every((speed) => Math.abs(speed) < 0.001)

/** A driver that has connected. */
export const drivenArm = async (simulator: SimulatedUr5, options: Partial<Ur5Options> = {}) => {
  const driver = driverOf(simulator, options)
  await until('the first sample', () => driver.robot.status().sample !== null && driver.robot.status().connected)
  return driver
}
