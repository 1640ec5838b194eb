/** The dashboard of a simulated controller. */
import type { DashboardCommand } from '../ur/dashboardReplies.js'
import { RUNNING } from '../ur/modes.js'
import type { SimulatedController } from './controller.js'
import { lineReader, type Peer, type PeerEvents } from './peers.js'

/** Names of robot modes, from -1 on. */
const modeNames = [
  'NO_CONTROLLER',
  'DISCONNECTED',
  'CONFIRM_SAFETY',
  'BOOTING',
  'POWER_OFF',
  'POWER_ON',
  'IDLE',
  'BACKDRIVE',
  'RUNNING',
]
/** Names of safety modes, from 1 on. */
const safetyNames = [
  'NORMAL',
  'REDUCED',
  'PROTECTIVE_STOP',
  'RECOVERY',
  'SAFEGUARD_STOP',
  'SYSTEM_EMERGENCY_STOP',
  'ROBOT_EMERGENCY_STOP',
  'VIOLATION',
  'FAULT',
]
const [POWER_OFF, IDLE] = [3, 5]

/** A dashboard: it greets, and answers each line with one line. */
export const dashboardServer = (controller: SimulatedController, version: string): ((peer: Peer) => PeerEvents) => {
  const safety = (): string => safetyNames[controller.safetyMode - 1] ?? 'UNDEFINED_SAFETY_MODE'
  const failed = (command: string): string => `Failed to execute: ${command}`
  const answers: { readonly [Command in DashboardCommand]: () => string } = {
    'unlock protective stop': () =>
      controller.unlock() ? 'Protective stop releasing' : failed('unlock protective stop'),
    'power on': () => {
      if (controller.robotMode < IDLE) controller.setRobotMode(IDLE)
      return 'Powering on'
    },
    'power off': () => {
      controller.setRobotMode(POWER_OFF)
      return 'Powering off'
    },
    'brake release': () => {
      if (controller.robotMode < IDLE) return failed('brake release')
      controller.setRobotMode(RUNNING)
      return 'Brake releasing'
    },
    stop: () => {
      controller.arm.run({ kind: 'stopj', acceleration: 4 })
      return 'Stopped'
    },
    'close safety popup': () => 'closing safety popup',
    'close popup': () => 'closing popup',
    // No program is loaded.
    play: () => failed('play'),
    pause: () => failed('pause'),
    running: () => `Program running: ${controller.isPlaying}`,
    robotmode: () => `Robotmode: ${modeNames[controller.robotMode + 1] ?? 'UPDATING_FIRMWARE'}`,
    safetymode: () => `Safetymode: ${safety()}`,
    safetystatus: () => `Safetystatus: ${safety()}`,
    programState: () => (controller.isPlaying ? 'PLAYING' : 'STOPPED'),
    PolyscopeVersion: () => `URSoftware ${version}`,
    'is in remote control': () => 'true',
    'restart safety': () => {
      if (controller.safetyMode !== 8 && controller.safetyMode !== 9) return failed('restart safety')
      controller.setSafetyMode(1)
      controller.setRobotMode(POWER_OFF)
      return 'Restarting safety'
    },
    quit: () => 'Disconnected',
    shutdown: () => 'Shutting down',
  }
  const answer = (line: string): string =>
    Object.hasOwn(answers, line) ? answers[line as DashboardCommand]() : `could not understand: "${line.slice(0, 80)}"`

  return (peer) => {
    peer.write('Connected: Universal Robots Dashboard Server\n')
    return {
      received: lineReader((line) => {
        peer.write(`${answer(line.trim())}\n`)
        if (line.trim() === 'quit') peer.end()
      }),
    }
  }
}
