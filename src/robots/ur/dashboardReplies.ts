/** The commands of the dashboard server of Universal Robots, port 29999, and what it answers: one line each. */

/** Each command, and how the answer to a command that was carried out looks. */
const expected = {
  'power on': /^Powering on/i,
  'power off': /^Powering off/i,
  'brake release': /^Brake releas/i,
  'unlock protective stop': /^Protective stop releasing/i,
  'close safety popup': /^closing safety popup/i,
  'close popup': /^closing popup/i,
  play: /^Starting program/i,
  pause: /^Pausing program/i,
  stop: /^Stopped/i,
  running: /^Program running: (?<value>true|false)/i,
  robotmode: /^Robotmode: (?<value>\w+)/i,
  safetymode: /^Safetymode: (?<value>\w+)/i,
  safetystatus: /^Safetystatus: (?<value>\w+)/i,
  programState: /^(?<value>STOPPED|PLAYING|PAUSED)\b/i,
  PolyscopeVersion: /^(?<value>(?:URSoftware\s+)?\d+(?:\.\d+)+.*)/i,
  'is in remote control': /^(?<value>true|false)$/i,
  'restart safety': /^Restarting safety/i,
  quit: /^Disconnected/i,
  shutdown: /^Shutting down/i,
} as const

/** A command of the dashboard. */
export type DashboardCommand = keyof typeof expected

/** The names of the commands. */
export const dashboardCommands = Object.keys(expected) as readonly DashboardCommand[]

/** What the dashboard answered: whether it carried the command out, and the value that it was asked for. */
export interface DashboardReply {
  readonly accepted: boolean
  /** The value, such as `RUNNING` or `true`; null for a command that has none. */
  readonly value: string | null
  /** The whole line. */
  readonly line: string
}

/** Reads the answer to a command. An answer of another form counts as a refusal. Never throws. */
export const dashboardReply = (command: DashboardCommand, line: string): DashboardReply => {
  const text = line.trim()
  const match = expected[command].exec(text)
  return { accepted: match !== null, value: match?.groups?.['value'] ?? null, line: text }
}
