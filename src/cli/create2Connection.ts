/** A Create 2 for `rivulet robot`. */
import { create2 } from '../robots/create2/create2.js'
import { type RobotConnection, sumOf } from './robotConnection.js'
import { statusLine } from './robotStatus.js'

/** How a Create 2 is opened. */
export interface Create2Place {
  readonly kind: 'create2'
  /** The path of the serial port. */
  readonly port: string
}

/** Opens a Create 2 in passive mode, in which it cannot move. A dry run starts no watchdog, which might halt it. */
export const create2Connection = ({ port }: Create2Place, dryRun: boolean): RobotConnection => {
  const robot = create2({ port, mode: 'passive', report: () => undefined, ...(dryRun && { watchdog: false }) })
  return {
    place: port,
    messages: robot.frames,
    faults: robot.faults,
    counted: new Set(['late', 'corrupt', 'rearmed']),
    silent: (seconds) => `create2 ${port}: no frame within ${seconds} s; is the robot switched on?`,
    line: () => statusLine(robot.status()),
    isConnected: () => robot.status().connected,
    faultCount: () => sumOf(robot.status().faults),
    question: (task) =>
      `${task} on ${port}: the robot will drive, at first backward, at up to 300 mm/s. Is it on the floor, with walls around it and nobody in its way? ` +
      'Type yes to begin: ',
    ready: async () => {
      await robot.setMode('safe')
      return { kind: 'create2', robot }
    },
    close: robot.close,
  }
}
