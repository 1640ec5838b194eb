/** What a robot reports, as a line. */
import type { Create2Status } from '../robots/create2/create2.js'
import { readingOf } from '../robots/create2/packets.js'
import { countText } from './numberText.js'

const modes = ['off', 'passive', 'safe', 'full']

/** The names of what is true, or `none`. */
const namesOf = (flags: Readonly<Record<string, boolean>>): string =>
  Object.keys(flags)
    .filter((name) => flags[name])
    .join(' ') || 'none'

/** The state of a robot in one line: mode, charge, what touches it, the light bumpers, and the frames so far. */
export const statusLine = ({ values, frames, skipped, longestGap, connected }: Create2Status): string => {
  if (values === null) return 'no frame yet'
  const { cliffLeft, cliffFrontLeft, cliffFrontRight, cliffRight } = values
  const cliffs = { left: cliffLeft, frontLeft: cliffFrontLeft, frontRight: cliffFrontRight, right: cliffRight }
  const light = [
    values.lightBumpLeft,
    values.lightBumpFrontLeft,
    values.lightBumpCenterLeft,
    values.lightBumpCenterRight,
    values.lightBumpFrontRight,
    values.lightBumpRight,
  ]
  return [
    connected ? `mode ${modes[values.mode ?? 0]}` : 'not connected',
    `${countText(values.charge ?? 0)} of ${countText(values.capacity ?? 0)} mAh`,
    `touched: ${namesOf(readingOf('bumpsAndWheelDrops', values.bumpsAndWheelDrops ?? 0))}`,
    `cliffs: ${namesOf(Object.fromEntries(Object.entries(cliffs).map(([name, value]) => [name, value === 1])))}`,
    `light ${light.join(' ')}`,
    `dock: ${(values.chargingSources ?? 0) & 2 ? 'yes' : 'no'}, heard ${values.infraredOmni ?? 0}`,
    `${countText(frames)} frames, ${countText(skipped)} bytes skipped, longest gap ${Math.round(longestGap)} ms`,
  ].join('; ')
}
