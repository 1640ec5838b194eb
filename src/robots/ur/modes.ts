/** The modes of a robot by Universal Robots, as its interfaces number them. */

/** What `robot_mode` says. */
export const robotModes: Readonly<Record<number, string>> = {
  [-1]: 'no controller',
  0: 'disconnected',
  1: 'confirm safety',
  2: 'booting',
  3: 'power off',
  4: 'power on',
  5: 'idle',
  6: 'backdrive',
  7: 'running',
  8: 'updating firmware',
}

/** The number of the mode in which the robot moves. */
export const RUNNING = 7

/** What `safety_mode` says. */
export const safetyModes: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'normal',
  2: 'reduced',
  3: 'protective stop',
  4: 'recovery',
  5: 'safeguard stop',
  6: 'system emergency stop',
  7: 'robot emergency stop',
  8: 'violation',
  9: 'fault',
  10: 'validate joint id',
  11: 'undefined',
  12: 'automatic mode safeguard stop',
  13: 'system three-position enabling stop',
  14: 'pendant three-position enabling stop',
  15: 'IMMI emergency stop',
  16: 'IMMI safeguard stop',
  17: 'PROFIsafe waiting for parameters',
  18: 'PROFIsafe automatic mode safeguard stop',
  19: 'PROFIsafe safeguard stop',
  20: 'PROFIsafe emergency stop',
  22: 'safety API safeguard stop',
}

/** The number of a protective stop. */
export const PROTECTIVE_STOP = 3

/** Whether the robot moves in a safety mode: normal or reduced. */
export const isSafe = (safetyMode: number): boolean => safetyMode === 1 || safetyMode === 2

/** What `runtime_state` says of the program. */
export const programStates: Readonly<Record<number, string>> = {
  0: 'stopping',
  1: 'stopped',
  2: 'playing',
  3: 'pausing',
  4: 'paused',
  5: 'resuming',
}

/** The number of a program that runs. */
export const PLAYING = 2

/** The name of a mode, or its number if it has none. */
export const modeName = (names: Readonly<Record<number, string>>, mode: number): string =>
  Object.hasOwn(names, mode) ? names[mode] : `unknown (${mode})`
